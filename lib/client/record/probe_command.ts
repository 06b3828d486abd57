import { errorMessage } from "../../core/errors.ts";
import { parseJpeg } from "../../jpeg/parse.ts";
import { describeSampling } from "../../jpeg/rfc2435.ts";
import type { ProbeCommand } from "../arguments.ts";
import type { Player, ReceivedFrame } from "../player.ts";
import type { CommandContext } from "./command_context.ts";
import { firstPicture } from "./first_picture.ts";
import { describeBytes } from "./progress.ts";

/** What a stream is, by what the server says and by its first picture. */
export interface StreamFacts {
  readonly address: string;
  readonly title: string;
  readonly dialect: "rtsp" | "lab";
  readonly transport: "udp" | "tcp" | null;
  readonly live: boolean;
  /** Seconds. */
  readonly duration: number | null;
  /** Pictures a second. */
  readonly frame_rate: number | null;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** As in "4:2:0"; "grey", or the sampling factors where that has no name. */
  readonly sampling: string;
  /** Bytes of the first picture. */
  readonly picture_bytes: number;
}

/** Tells what a stream is. Resolves with the exit code. */
export async function probe(command: ProbeCommand, context: CommandContext): Promise<number> {
  try {
    const { player, frame } = await firstPicture(command, context);
    const facts = factsOf(player, frame);
    await player.close();
    context.print(command.json ? JSON.stringify(facts) : describeFacts(facts));
    return 0;
  } catch (thrown) {
    context.warn(errorMessage(thrown));
    return 1;
  }
}

function factsOf(player: Player, frame: ReceivedFrame): StreamFacts {
  const { address = "", title = "", dialect = "rtsp", range, frameRate } = player.info ?? {};
  const end = range?.end;
  return {
    address,
    title,
    dialect,
    transport: player.stats().transport ?? null,
    live: dialect === "rtsp" && end === undefined,
    duration: end === undefined ? null : end - (range?.start ?? 0),
    frame_rate: frameRate ?? null,
    width: frame.width,
    height: frame.height,
    sampling: describeSampling(parseJpeg(frame.data)),
    picture_bytes: frame.data.length,
  };
}

function describeFacts(facts: StreamFacts): string {
  const { address, dialect, transport, live, duration, frame_rate, width, height, sampling, picture_bytes } = facts;
  const length = duration !== null ? `${duration.toFixed(3)} s` : live ? "live" : "unknown";
  return [
    `address    ${address}`,
    `dialect    ${dialect === "lab" ? "the networking assignment's" : "RTSP"}`,
    `transport  ${(transport ?? "none").toUpperCase()}`,
    `length     ${length}`,
    `rate       ${frame_rate === null ? "unknown" : `${frame_rate} pictures a second`}`,
    `picture    ${width}x${height}, ${sampling}, ${describeBytes(picture_bytes)}`,
  ].join("\n");
}
