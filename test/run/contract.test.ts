import { expect, test } from "vitest";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { placeOf, reportedFailure } from "../../grader/run/contract.ts";

const FOUND = { property: "liveness", check: "x", expected: "a", seen: "b", cite: "c", timeUs: 5 } as const;

test("a failure keeps the names that the contract has for its place, beside all facts of it", () => {
  const failure = { ...FOUND, where: { term: 3, index: 7, key: "k" } };
  expect(reportedFailure(failure)).toEqual({ ...failure, term: 3, index: 7 });
  expect(reportedFailure({ ...FOUND, where: { key: "k", term: "three" } })).not.toHaveProperty("term");
  expect(reportedFailure(FOUND)).toEqual(FOUND);
});

test("the place of a failure is read from results of before it stood in one field, too", () => {
  expect(placeOf({ ...FOUND, where: { key: "k" } })).toEqual({ key: "k" });
  expect(placeOf({ ...FOUND, term: 3, index: 7 })).toEqual({ term: 3, index: 7 });
  expect(placeOf(FOUND)).toEqual({});
});

test("results take facts of any name of a peer and of a place, as plain values", () => {
  const run = gradingResultSchema.shape.scenarios.element.shape.runs.element;
  const result = {
    seed: 1,
    verdict: "failed",
    property: "liveness",
    failure: { ...FOUND, where: { ballot: 3, key: "k" } },
    peers: [{ peer: 0, up: true, connected: true, ballot: 3, decided: false }],
    virtualMs: 1,
    rpcs: 1,
    bytes: 1,
    traceHash: "a",
    replay: "grade replay lab11/x@1",
    timing: { wallMs: 1 },
  };
  expect(run.parse(result)).toEqual(result);
  expect(run.safeParse({ ...result, peers: [{ ...result.peers[0], ballot: { of: 3 } }] }).success).toBe(false);
  expect(run.safeParse({ ...result, peers: [{ ...result.peers[0], term: "three" }] }).success).toBe(false);
});
