import { encodeText } from "../../core/bytes.ts";
import { response } from "../../rtsp/message.ts";
import { describeSession } from "../../rtsp/sdp.ts";
import { type Method, target } from "./exchange.ts";

/** DESCRIBE (RFC 2326 section 10.2). */
export const describe: Method = async ({ request, control, services }) => {
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
      frameRate,
      width,
      height,
      live: stream.live,
    });
    const headers = { "Content-Base": base, "Content-Type": "application/sdp" };
    return response(200, headers, encodeText(description));
  } finally {
    release();
  }
};
