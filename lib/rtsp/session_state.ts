/** The server's view of a session (RFC 2326 appendix A.2). */
export type SessionState = "Init" | "Ready" | "Playing" | "Recording";

/** Methods of RFC 2326 that leave a session's state as it is, and are possible in each. */
export const STATELESS_METHODS = ["OPTIONS", "DESCRIBE", "ANNOUNCE", "GET_PARAMETER", "SET_PARAMETER"] as const;

/**
 * The table of RFC 2326 appendix A.2, with two differences. TEARDOWN in Init is refused: there is nothing to tear down.
 * PAUSE in Ready is allowed: when a film reaches its end the session becomes Ready by itself, and the client's PAUSE may
 * cross that moment.
 */
const TRANSITIONS: Readonly<Record<SessionState, Readonly<Record<string, SessionState>>>> = {
  Init: { SETUP: "Ready" },
  Ready: { SETUP: "Ready", PLAY: "Playing", PAUSE: "Ready", RECORD: "Recording", TEARDOWN: "Init" },
  Playing: { SETUP: "Playing", PLAY: "Playing", PAUSE: "Ready", TEARDOWN: "Init" },
  Recording: { SETUP: "Recording", RECORD: "Recording", PAUSE: "Ready", TEARDOWN: "Init" },
};

/** The state after a method that succeeded, or undefined if the method is not valid in this state (status 455). */
export function nextState(state: SessionState, method: string): SessionState | undefined {
  if (STATELESS_METHODS.some((stateless) => stateless === method)) return state;
  return Object.hasOwn(TRANSITIONS[state], method) ? TRANSITIONS[state][method] : undefined;
}

/**
 * The methods valid in a state, as the Allow header of a 455 wants them. `supported` are the methods that the server has
 * at all; by default all of RFC 2326.
 */
export function allowedIn(state: SessionState, supported?: readonly string[]): string {
  return [...STATELESS_METHODS, ...Object.keys(TRANSITIONS[state])]
    .filter((method) => supported === undefined || supported.includes(method))
    .join(", ");
}
