import { expect, test } from "vitest";
import { parsePeers } from "../../grader/cli/input/options.ts";
import { traceChoice } from "../../grader/cli/input/trace-part.ts";
import type { TraceRecord } from "../../grader/sim/trace.ts";

const NAMES = ["server 0", "server 1", "clerk 0"];
const trace = ["raft.appendEntries", "submit", "submit"].map(
  (text): TraceRecord => ({ timeUs: 1, kind: "call", peer: 0, other: 1, id: 1, text, bytes: null }),
);
const choice = (words: Parameters<typeof traceChoice>[0]) => traceChoice(words, trace, NAMES);

test.each([
  ["2", [2]],
  ["clerk 0", [2]],
  ["Server1,0", [1, 0]],
])("--peer %s", (text, peers) => {
  expect(choice({ peer: parsePeers(text) })).toEqual({ peers });
});

test.each(["-1", "1.5", "", "100"])("--peer %j is refused before anything is played", (text) => {
  expect(() => parsePeers(text)).toThrow(/^A peer is an integer from 0 to 99\.$/);
});

test("a process that the run does not have is refused with those that it has", () => {
  const there = "this run has no such process; there are server 0, server 1, clerk 0, or by number 0 to 2";
  for (const word of ["3", "clerk 1", "peer 0"])
    expect(() => choice({ peer: [word] })).toThrow(`--peer ${word}: ${there}`);
});

test("a call that is in no run is refused with those that are there", () => {
  expect(choice({ rpc: "submit", last: 5 })).toEqual({ method: "submit", lastUs: 5 });
  expect(() => choice({ rpc: "nosuch" })).toThrow(
    "--rpc nosuch: no call of that name is in this run; there are raft.appendEntries, submit",
  );
  expect(() => choice({ rpc: "sumbit" })).toThrow("in this run; did you mean submit?; there are");
  expect(() => traceChoice({ rpc: "x" }, [], NAMES)).toThrow("in this run; there is none at all");
});
