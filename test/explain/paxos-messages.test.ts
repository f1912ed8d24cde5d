import { describe, expect, test } from "vitest";
import { encode } from "../../labs/api/codec.ts";
import { compareBallots, readAnswer, readDecision, readRequest } from "../../labs/paxos/explain/messages.ts";

const V = encode("v");

describe("requests are read where they have the names of the skeleton", () => {
  test.each([
    ["prepare", { slot: 1, ballot: 7 }, { method: "prepare", slot: 1, ballot: [7] }],
    ["prepare", { slot: 1, ballot: [2, 0] }, { method: "prepare", slot: 1, ballot: [2, 0] }],
    ["prepare", { slot: 1, ballot: 2, from: 4 }, { method: "prepare", slot: 1, ballot: [2, 4] }],
    ["accept", { slot: 0, ballot: 7, value: "v" }, { method: "accept", slot: 0, ballot: [7], value: V }],
    ["learn", { slot: 0, value: "v" }, { method: "learn", slot: 0, value: V }],
    ["accept", { slot: 0, ballot: 7 }, null],
    ["prepare", { slot: 0, ballot: "7" }, null],
    ["prepare", { slot: 0, ballot: [] }, null],
    ["prepare", { instance: 0, ballot: 7 }, null],
    ["phaseOne", { slot: 0, ballot: 7 }, null],
  ])("%s %j", (method, args, expected) => {
    expect(readRequest(method, encode(args))).toEqual(expected);
  });
});

describe("answers are read as far as they are clear", () => {
  test.each([
    [
      { ok: true, accepted: null },
      { is: "yes", report: null },
    ],
    [
      { kind: "promised", accepted: { ballot: 3, value: "v" } },
      { is: "yes", report: { ballot: [3], value: V } },
    ],
    [{ ok: true }, { is: "yes" }],
    [{ ok: true, accepted: { n: 3 } }, { is: "yes" }],
    [{ ok: false, promised: 3 }, { is: "no" }],
    [{ kind: "refused" }, { is: "no" }],
    [{ kind: "decided", value: "v" }, { is: "unclear" }],
    [{ ok: true, decided: "v" }, { is: "unclear" }],
    [7, { is: "unclear" }],
  ])("%j", (reply, expected) => {
    expect(readAnswer("prepare", encode(reply))).toEqual(expected);
  });

  test("bytes that are no value say nothing", () => {
    const broken = Uint8Array.from([0x81, 0xa2, 0x6f]);
    expect([readAnswer("accept", broken), readRequest("prepare", broken), readDecision(broken)]).toEqual([
      { is: "unclear" },
      null,
      null,
    ]);
  });
});

test("ballots are compared part by part, and not where they are written in two ways", () => {
  expect(Math.sign(compareBallots([2, 0], [1, 9]) ?? 0)).toBe(1);
  expect(Math.sign(compareBallots([2, 0], [2, 1]) ?? 0)).toBe(-1);
  expect(compareBallots([2, 1], [2, 1])).toBe(0);
  expect(compareBallots([2], [2, 1])).toBeNull();
});
