import type { RecentStream } from "./recent_stream.ts";

/** From the window's thread to the keeper's, once. */
export interface KeeperStart {
  readonly folder: string;
  /** Leads to the engine. */
  readonly port: MessagePort;
}

/** What the engine asks of the keeper. */
export type KeeperRequest =
  | { readonly type: "list" }
  | { readonly type: "remember"; readonly stream: RecentStream }
  /** One stream, or all of them. */
  | { readonly type: "forget"; readonly words?: readonly string[] };

/** From the engine to the keeper; the answer carries the same number. */
export interface NumberedRequest {
  readonly number: number;
  readonly request: KeeperRequest;
}

/** From the keeper to the engine: the streams as they are now. */
export interface KeeperAnswer {
  readonly number: number;
  readonly streams: readonly RecentStream[];
}
