import { response } from "../../rtsp/message.ts";
import { type Method, PUBLIC } from "./exchange.ts";

/** OPTIONS (RFC 2326 section 10.1): what the server can do; any URL and "*" will do. */
export const options: Method = () => response(200, { Public: PUBLIC });
