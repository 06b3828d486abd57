import { assertEquals } from "@std/assert";
import { seededRandom } from "../../lib/core/random.ts";
import { allowedIn, nextState, type SessionState } from "../../lib/rtsp/session_state.ts";

// RFC 2326 appendix A.2, line by line as printed there, and the two lines in which Flipbook differs.
const RFC_TABLE = `
  Init       SETUP     Ready
  Ready      PLAY      Playing
  Ready      SETUP     Ready
  Ready      TEARDOWN  Init
  Ready      RECORD    Recording
  Playing    PLAY      Playing
  Playing    PAUSE     Ready
  Playing    TEARDOWN  Init
  Playing    SETUP     Playing
  Recording  RECORD    Recording
  Recording  PAUSE     Ready
  Recording  TEARDOWN  Init
  Recording  SETUP     Recording
`;
const OURS = "Ready PAUSE Ready";
const METHODS = "SETUP PLAY PAUSE RECORD TEARDOWN OPTIONS DESCRIBE ANNOUNCE GET_PARAMETER SET_PARAMETER FLY".split(" ");
const STATES: readonly SessionState[] = ["Init", "Ready", "Playing", "Recording"];

function expectedState(state: string, method: string): string | undefined {
  if (/^(OPTIONS|DESCRIBE|ANNOUNCE|[GS]ET_PARAMETER)$/.test(method)) return state;
  const rows = [...RFC_TABLE.trim().split("\n"), OURS].map((line) => line.trim().split(/\s+/));
  return rows.find(([from, by]) => from === state && by === method)?.[2];
}

Deno.test("S19 nextState() follows the table of RFC 2326 through 10,000 random commands", () => {
  const random = seededRandom(19);
  let state: SessionState = "Init";
  const seen = new Set<string>();
  for (let step = 0; step < 10_000; step++) {
    const method = METHODS[random.uint32() % METHODS.length]!;
    const next = nextState(state, method);
    assertEquals(next, expectedState(state, method) as SessionState | undefined, `${method} in ${state}`);
    seen.add(`${state} ${method}`);
    state = next ?? state;
  }
  assertEquals(seen.size, STATES.length * METHODS.length);
});

Deno.test("S01 nextState() refuses PLAY, PAUSE, RECORD and TEARDOWN without SETUP", () => {
  for (const method of ["PLAY", "PAUSE", "RECORD", "TEARDOWN", "toString", "constructor"]) {
    assertEquals(nextState("Init", method), undefined);
  }
});

Deno.test("S01 allowedIn() lists for Allow what nextState() accepts, of what the server has", () => {
  for (const state of STATES) {
    const expected = METHODS.filter((method) => expectedState(state, method) !== undefined).sort();
    assertEquals(allowedIn(state).split(", ").sort(), expected);
  }
  assertEquals(allowedIn("Init", ["SETUP", "OPTIONS", "PLAY"]), "OPTIONS, SETUP");
});
