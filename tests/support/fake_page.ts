import type { PageConnection, Picture } from "../../lib/client/bridge/bridge_socket.ts";
import type { EngineMessage } from "../../lib/client/bridge/protocol.ts";

/** What one page was told and shown. */
export class FakePage {
  readonly messages: EngineMessage[] = [];
  readonly pictures: Picture[] = [];
  readonly skipped = 0;

  send(message: EngineMessage): void {
    this.messages.push(message);
  }

  show(picture: Picture): void {
    this.pictures.push(picture);
  }

  /** As the hosts take it. */
  get connection(): PageConnection {
    return this as unknown as PageConnection;
  }

  /** The newest message of this type; throws if there was none. */
  last<T extends EngineMessage["type"]>(type: T): Extract<EngineMessage, { type: T }> {
    const found = this.messages.findLast((message) => message.type === type);
    if (found === undefined) throw new Error(`The page was told nothing of type ${type}`);
    return found as Extract<EngineMessage, { type: T }>;
  }
}
