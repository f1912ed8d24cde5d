import { describe, expect, test } from "vitest";
import { savedLog } from "../../../grader/harness/kv/given-log.ts";
import { SnapshotLabels } from "../../../grader/harness/kv/snapshot-label.ts";
import { tokensIn } from "../../../grader/harness/kv/tokens.ts";
import { encode } from "../../../labs/api/codec.ts";
import { RaftLog } from "../../../reference/raft/log.ts";
import { toBytes } from "../../../reference/raft/saved-state.ts";

/** What the given Raft saves: a log whose snapshot covers so much, and what its further entries write. */
function saved(coveredUpTo: number, ...values: readonly string[]): Uint8Array {
  const log = new RaftLog(coveredUpTo, 1);
  for (const value of values) log.append({ term: 1, command: { operation: { kind: "put", key: "k", value } } });
  return toBytes({ currentTerm: 1, votedFor: null, log });
}
const holding = (...values: readonly string[]) => encode([[["k", values.join("")]], []]);

test("the log that the given Raft saved is read with its indices; what another one saved is not", () => {
  expect(savedLog(saved(7, "v1;", "v2;"))).toMatchObject({
    coveredUpTo: 7,
    entries: [{ index: 8 }, { index: 9, term: 1 }],
  });
  for (const other of [encode({ log: [] }), encode(null), encode({ lastIncludedIndex: -1, entries: encode([]) })])
    expect(savedLog(other)).toBe(null);
  expect(savedLog(new Uint8Array([0xc1, 0]))).toBe(null);
});

describe("a snapshot", () => {
  const before = saved(0, "v1;", "v2;", "v3;");

  test("that holds an entry from behind its index is found, with the index of that", () => {
    const labels = new SnapshotLabels(() => true);
    expect(labels.saves(before, saved(2, "v3;"), holding("v1;", "v2;", "v3;"))).toEqual({
      token: "v3;",
      label: 2,
      index: 3,
    });
  });

  test("that holds what its index covers is none, nor one that was installed, nor one of a Raft that is not known", () => {
    const labels = new SnapshotLabels(() => true);
    expect(labels.saves(before, saved(2, "v3;"), holding("v1;", "v2;"))).toBe(null);
    expect(labels.saves(saved(0), saved(2), holding("v1;", "v2;"))).toBe(null);
    expect(labels.saves(before, encode("mine"), holding("v1;", "v2;", "v3;"))).toBe(null);
  });

  test("may hold what stands in the log a second time behind it", () => {
    const labels = new SnapshotLabels(() => true);
    const twice = saved(0, "v1;", "v2;", "v1;");
    expect(labels.saves(twice, saved(2, "v1;"), holding("v1;", "v2;"))).toBe(null);
    // Also at another server, which never had the first of them in its log.
    expect(labels.saves(saved(0), saved(2, "v1;"), holding("v1;", "v2;"))).toBe(null);
  });
});

test("what no operation of the run writes is not remembered, and states of more than 256 KB are not gone through", () => {
  const labels = new SnapshotLabels((token) => token === "v1;");
  for (let from = 2; from < 200; from += 10) {
    const values = Array.from({ length: 10 }, (_, at) => `v${from + at};`);
    expect(labels.saves(saved(0), saved(0, "v1;", ...values), holding("v1;"))).toMatchObject({ token: "v1;" });
  }
  expect(labels.size).toBe(1);
  const long = saved(0, "v1;", "x".repeat(300_000));
  expect(savedLog(long)).not.toBe(null);
  expect(labels.saves(saved(0), long, holding("v1;"))).toBe(null);
});

test("tokens are found in whatever is encoded, in texts, and in names; in other bytes nothing is looked for", () => {
  expect(tokensIn(encode({ a: ["v1;v2;"], "v3;": new Uint8Array(encode("v4;")) }))).toEqual([
    "v1;",
    "v2;",
    "v3;",
    "v4;",
  ]);
  expect(tokensIn(new TextEncoder().encode(JSON.stringify({ k: "v12;" })))).toEqual(["v12;"]);
  expect(tokensIn(new Uint8Array([0xc1, 0xff, 0x76, 0x31, 0x3b]))).toEqual([]);
});
