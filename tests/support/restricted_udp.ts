/** A thread that tells how it sends UDP with the few permissions that it was started with. */
import { describeUdpEngine } from "../../lib/net/udp.ts";

(globalThis as unknown as { postMessage(message: string): void }).postMessage(describeUdpEngine());
