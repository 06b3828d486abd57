/** Measures how late a thread wakes up that has nothing else to do; at the first message it tells its delays. */
import { OwnDelays } from "./own_delays.ts";

const delays = new OwnDelays(1);
const thread = globalThis as unknown as { onmessage: (() => void) | null; postMessage(message: unknown): void };
thread.onmessage = () => {
  delays.stop();
  thread.postMessage({ most: delays.quantile(0.99), longest: delays.quantile(1) });
};
thread.postMessage("measuring");
