import { encodeText } from "../../core/bytes.ts";
import { checkAccept } from "../../rtsp/check.ts";
import { response, type RtspResponse } from "../../rtsp/message.ts";
import { describeSession } from "../../rtsp/sdp.ts";
import { type Exchange, type Method, target } from "./exchange.ts";
import { asksForList, list } from "./list.ts";

/** Media type of a session description (RFC 4566 section 8.1). */
const SDP = "application/sdp";

/** DESCRIBE (RFC 2326 section 10.2): what a stream is, or which streams there are. */
export const describe: Method = (exchange) => asksForList(exchange.request) ? list(exchange) : describeStream(exchange);

async function describeStream({ request, control, services }: Exchange): Promise<RtspResponse> {
  checkAccept(request, SDP);
  const { name, base, variant, control: trackControl } = target(request);
  const loop = variant.loop ?? services.config.loop;
  const { stream, release } = await services.catalog.open(name);
  try {
    const { width, height, frameRate, duration } = await stream.describe(services.forms.rtp(variant.fit));
    const description = describeSession({
      name,
      address: control.local.hostname,
      control: trackControl,
      // What never ends has no length: clients would stop there, and seek.
      ...(duration === undefined || loop ? {} : { duration }),
      ...(frameRate === undefined ? {} : { frameRate }),
      width,
      height,
      live: stream.live,
    });
    const headers = { "Content-Base": base, "Content-Type": SDP };
    return response(200, headers, encodeText(description));
  } finally {
    release();
  }
}
