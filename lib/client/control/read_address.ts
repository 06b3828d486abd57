import { errorMessage } from "../../core/errors.ts";
import { parseRtspUrl, type RtspUrl } from "../../rtsp/url.ts";
import { PlayerError } from "../player_types.ts";
import { quote } from "./problems.ts";

/** Reads the address of a stream. Throws a PlayerError for anything but `rtsp://host[:port]/path`. */
export function readAddress(text: string): RtspUrl {
  let url: RtspUrl;
  try {
    url = parseRtspUrl(text);
  } catch (thrown) {
    throw new PlayerError(
      "bad-source",
      `This is no stream address: ${quote(errorMessage(thrown))}. It should read rtsp://host:8554/name.`,
      { cause: thrown },
    );
  }
  if (url.scheme !== "rtsp") {
    throw new PlayerError(
      "bad-source",
      `Addresses that begin with ${url.scheme}:// cannot be played yet. Use rtsp://.`,
    );
  }
  return url;
}
