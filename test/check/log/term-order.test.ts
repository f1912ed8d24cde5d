import { describe, expect, test } from "vitest";
import { Undecided } from "../../../grader/check/index.ts";
import { TermOrder } from "../../../grader/check/log/index.ts";

type Event =
  | [what: "boot", peer: number, incarnation: number]
  /** What a peer reports at the end of a step; `request`: the one that reached it in that step. */
  | [what: "report", peer: number, incarnation: number, term: number, role?: "leads" | null, request?: number]
  | [what: "call", peer: number, incarnation: number]
  | [what: "reply", peer: number, incarnation: number, request: number, when?: "at once"];

function failureOf(events: readonly Event[]) {
  const check = new TermOrder();
  for (const [i, event] of events.entries()) {
    const timeUs = (i + 1) * 1_000_000;
    const [what, peer, incarnation] = event;
    let failure = null;
    if (what === "boot") check.booted(peer, incarnation, timeUs);
    else if (what === "report") {
      const [, , , term, role, request = null] = event;
      failure = check.observed(peer, incarnation, term, role === "leads", timeUs, request);
    } else if (what === "call") failure = check.called(peer, incarnation, timeUs);
    else failure = check.replied(peer, incarnation, event[3], event[4] === "at once", timeUs);
    if (failure !== null) return failure;
  }
  return null;
}

describe("term order accepts", () => {
  const good: Record<string, Event[]> = {
    "terms that grow or stay": [
      ["boot", 0, 1],
      ["report", 0, 1, 1],
      ["report", 0, 1, 1, "leads"],
      ["report", 0, 1, 9],
    ],
    "a term forgotten in a crash before the request that brought it was answered": [
      ["boot", 0, 1],
      ["reply", 0, 1, 1, "at once"],
      ["report", 0, 1, 3, null, 1],
      ["report", 0, 1, 4, null, 2],
      ["boot", 0, 2],
      ["report", 0, 2, 3],
      ["reply", 0, 2, 1, "at once"],
    ],
    "a term that was heard, while an earlier request is answered with what was saved before": [
      ["boot", 0, 1],
      ["reply", 0, 1, 1, "at once"],
      ["report", 0, 1, 6, null, 1],
      ["report", 0, 1, 7, null, 3],
      ["reply", 0, 1, 2],
      ["boot", 0, 2],
      ["report", 0, 2, 6],
      ["reply", 0, 2, 1, "at once"],
    ],
    "a term that an answer brought, or a timeout": [
      ["boot", 0, 1],
      ["report", 0, 1, 7],
      ["reply", 0, 1, 1, "at once"],
      ["boot", 0, 2],
      ["report", 0, 2, 6],
      ["reply", 0, 2, 1, "at once"],
    ],
    "a candidate that crashed before it saved its term": [
      ["boot", 0, 1],
      ["report", 0, 1, 1],
      ["call", 0, 1],
      ["report", 0, 1, 2],
      ["call", 0, 1],
      ["boot", 0, 2],
      ["report", 0, 2, 1],
      ["reply", 0, 2, 1],
    ],
    "a restarted peer that has not restored itself yet, and is silent": [
      ["boot", 0, 1],
      ["report", 0, 1, 5, null, 1],
      ["reply", 0, 1, 1],
      ["boot", 0, 2],
      ["report", 0, 2, 0],
      ["call", 0, 2],
      ["report", 0, 2, 5],
      ["reply", 0, 2, 1],
    ],
  };
  test.each(Object.entries(good))("%s", (_, events) => expect(failureOf(events)).toBeNull());
});

describe("term order refuses", () => {
  test("a term that goes back while the peer is up", () => {
    const failure = failureOf([
      ["boot", 2, 1],
      ["report", 2, 1, 7],
      ["report", 2, 1, 6],
    ]);
    expect(failure).toMatchObject({
      property: "election-safety",
      expected: "the term of peer 2 never to go back from 7",
      seen: "peer 2 went back to term 6 without a crash",
      timeUs: 3_000_000,
    });
  });

  const lost: Record<string, Event[]> = {
    "a term whose request was answered, at once": [
      ["boot", 1, 1],
      ["reply", 1, 1, 1, "at once"],
      ["report", 1, 1, 7, null, 1],
      ["boot", 1, 2],
      ["report", 1, 2, 6],
      ["reply", 1, 2, 1],
    ],
    "a term whose request was answered, later": [
      ["boot", 1, 1],
      ["report", 1, 1, 7, null, 4],
      ["report", 1, 1, 7, "leads"],
      ["reply", 1, 1, 4],
      ["boot", 1, 2],
      ["report", 1, 2, 6],
      ["reply", 1, 2, 1],
    ],
    "a term in which the peer had sent as its leader": [
      ["boot", 1, 1],
      ["report", 1, 1, 7, "leads"],
      ["call", 1, 1],
      ["boot", 1, 2],
      ["reply", 1, 2, 1],
    ],
    "a term of two boots ago": [
      ["boot", 1, 1],
      ["report", 1, 1, 7, null, 1],
      ["reply", 1, 1, 1],
      ["boot", 1, 2],
      ["report", 1, 2, 7],
      ["boot", 1, 3],
      ["report", 1, 3, 6],
      ["reply", 1, 3, 1],
    ],
  };
  test.each(Object.entries(lost))("%s, gone after a restart", (_, events) => {
    const failure = failureOf(events);
    expect(failure?.property).toBe("durability");
    expect(failure?.expected).toContain("peer 1 to come back from a crash with term 7 or a later one");
    expect(failure?.timeUs).toBe(events.length * 1_000_000);
  });
});

test("term order cannot decide about a boot that was not announced", () => {
  expect(() => failureOf([["report", 0, 1, 1]])).toThrow(Undecided);
});
