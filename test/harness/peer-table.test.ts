import { describe, expect, it } from "vitest";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";
import { encode } from "../../labs/api/codec.ts";
import { fakeLog, type Quirks } from "./fake-log.ts";
import { logScenario } from "./log-scenario.ts";

function play(quirks: Quirks) {
  return playScenario(logScenario({ run: (c) => c.sleep(100) }), 1, fakeLog(quirks), { keepTrace: true });
}

describe("the peers of a failed run are shown as they are after the step that failed", () => {
  const AFTER = { term: 7, isLeader: true };
  /** What peer 1 does in the step in which it first tells its state. */
  const step = (...effects: Effect[]): Quirks => ({
    state: (act) => {
      if (act.me !== 1) return { term: 1, isLeader: false };
      for (const effect of effects) act.effect(effect);
      return AFTER;
    },
  });
  const upcall = (message: unknown): Effect => ({ kind: "upcall", message: encode(message) });
  const strange = upcall({ kind: "command", index: 1, command: "never started" });
  const EXCEPTION: Effect = { kind: "exception", where: "in a timer", name: "Error", message: "", stack: "" };

  it.each<[string, Effect[], string, number]>([
    ["a command that nobody started", [strange], "failed", 1],
    ["a wrong command, and more after it", [strange, upcall({ kind: "noop", index: 2 })], "failed", 2],
    ["an index left out", [upcall({ kind: "noop", index: 4 })], "failed", 4],
    ["a message that is none", [upcall({ kind: "other", index: 3 })], "failed", 0],
    ["a misuse", [{ kind: "misuse", message: "wrong", stack: "" }], "failed", 0],
    ["an exception", [EXCEPTION], "crashed", 0],
  ])("%s", (_, effects, verdict, appliedIndex) => {
    const result = play(step(...effects));
    expect(result.verdict).toBe(verdict);
    expect(result.peers[1]?.facts).toMatchObject({ ...AFTER, appliedIndex });
    expect(result.trace.at(-1)?.kind).not.toBe("observed");
  });

  it("a state that cannot be read leaves what was known", () => {
    const result = play({
      state: (act) => (act.me === 1 ? "no state" : { term: 1, isLeader: false }),
    });
    expect(result.verdict).toBe("failed");
    expect(result.peers[1]?.facts).toMatchObject({ term: 0, isLeader: false });
  });
});
