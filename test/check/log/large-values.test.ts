import { describe, expect, test } from "vitest";
import { sameCommand } from "../../../grader/check/index.ts";
import { MAX_INDEX } from "../../../grader/check/log/applied-log.ts";
import { MAX_LED_TERMS } from "../../../grader/check/log/election-safety.ts";
import { entryName } from "../../../grader/check/log/entry-name.ts";
import { AppliedLog, ElectionSafety } from "../../../grader/check/log/index.ts";
import { encode } from "../../../labs/api/codec.ts";
import { tooMuchCpu } from "../../cpu.ts";

const NONE = new Uint8Array(0);
/** 4 MB that would be 400 MB as objects. */
const BOMB = encode(new Array(26_000).fill(JSON.parse("[".repeat(150) + "]".repeat(150))));

/** Tells when something takes more than 20 MB, or more than so much CPU time; null when it does not. */
function tooMuch(work: () => void, limitMs: number): string | null {
  const before = process.memoryUsage();
  work();
  const after = process.memoryUsage();
  const taken = (key: "heapUsed" | "external") => Math.max(0, after[key] - before[key]);
  const bytes = taken("heapUsed") + taken("external");
  return bytes < 20e6 ? tooMuchCpu(work, limitMs) : `${bytes} bytes`;
}

describe("a command of 4 MB", () => {
  const applied = (command: Uint8Array) => {
    const log = new AppliedLog();
    log.booted(0, 1, 0, null);
    log.started(encode("x"));
    return log.applied(0, 1, "command", 1, command, 1_000_000);
  };

  test("that nobody started is told of, and not decoded for it", () => {
    expect(BOMB.length).toBeGreaterThan(3_900_000);
    const told = () =>
      expect(applied(BOMB)?.seen).toBe(
        `peer 0 applied the command ${"[".repeat(39)}… at index 1, which nobody started`,
      );
    expect(tooMuch(told, 300)).toBeNull();
  });

  test("is compared with a short one by their lengths", () => {
    expect(tooMuch(() => expect(sameCommand(encode("x"), BOMB)).toBe(false), 100)).toBeNull();
  });

  test("is shown by its beginning, whatever it is made of", () => {
    for (const value of ["é".repeat(2e6), [new Uint8Array(4e6)], { a: "x".repeat(4e6) }]) {
      const command = encode(value);
      const shown = () => expect(entryName("command", command).length).toBeLessThanOrEqual(52);
      expect(tooMuch(shown, 100)).toBeNull();
    }
    expect(entryName("command", Uint8Array.of(0xc1))).toBe("the command 1 bytes that are not plain data");
  });
});

test("fields may stand in another order, and nothing else may differ", () => {
  const command = encode({ a: 1, b: [2, "x"] });
  expect(sameCommand(command, encode({ b: [2, "x"], a: 1 }))).toBe(true);
  expect(sameCommand(command, encode({ a: 1, b: [2, "y"] }))).toBe(false);
  expect(sameCommand(command, encode({ a: 1 }))).toBe(false);
  const log = new AppliedLog();
  for (const peer of [0, 1]) log.booted(peer, 1, 0, null);
  log.started(command);
  for (const peer of [0, 1]) {
    expect(log.applied(peer, 1, "command", 1, encode({ b: [2, "x"], a: 1 }), 1)).toBe(null);
  }
  // What is kept is the grader's own, not a part of a message.
  expect(log.entryAt(1)?.command).toBe(command);
});

test("a log that grows without end", () => {
  const log = new AppliedLog();
  log.booted(0, 1, 0, null);
  for (let index = 1; index <= MAX_INDEX; index++) expect(log.applied(0, 1, "noop", index, NONE, index)).toBe(null);
  expect(log.applied(0, 1, "noop", MAX_INDEX + 1, NONE, 1)).toMatchObject({
    property: "efficiency",
    seen: `peer 0 applied one at index ${MAX_INDEX + 1}`,
  });
});

test("terms without end", () => {
  const elections = new ElectionSafety(3);
  elections.heard(0, 1);
  for (let term = 1; term <= MAX_LED_TERMS; term++) expect(elections.observed(0, 1, term, true, term)).toBe(null);
  expect(elections.observed(0, 1, MAX_LED_TERMS + 1, true, 1)?.property).toBe("efficiency");
});
