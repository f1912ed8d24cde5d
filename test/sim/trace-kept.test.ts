import { expect, test } from "vitest";
import { Trace } from "../../grader/sim/trace.ts";

test("a trace that is kept is kept in whole, and has the hash of one that is not", () => {
  const [kept, hashed] = [new Trace(true), new Trace()];
  for (const trace of [kept, hashed]) {
    for (let i = 0; i < 1000; i++) trace.add(i, "call", 0, 1, i, "method", new Uint8Array(3000));
  }
  expect([kept.records.length, hashed.records.length]).toEqual([1000, 0]);
  expect(kept.digest()).toBe(hashed.digest());
});

test("of one that is far too long what came last is kept, behind a note of what is not there", () => {
  const trace = new Trace(true);
  const bytes = new Uint8Array(1e6);
  for (let i = 0; i < 150; i++) trace.add(i, "call", 0, 1, i, "", bytes);
  const [note, ...records] = trace.records;
  expect(note).toMatchObject({ kind: "note", text: expect.stringMatching(/^\d+ earlier records are left out/) });
  expect(Number.parseInt(note?.text ?? "", 10) + records.length).toBe(150);
  expect(records.at(-1)?.timeUs).toBe(149);
  expect(records.length).toBeGreaterThan(20);
  expect(records.length).toBeLessThan(60);
});
