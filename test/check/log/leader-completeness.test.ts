import { describe, expect, test } from "vitest";
import { LeaderCompleteness } from "../../../grader/check/log/index.ts";
import { encode } from "../../../labs/api/codec.ts";

type Event =
  | [what: "start", peer: number, term: number, index: number, command: unknown]
  | [what: "apply", index: number, command: unknown, maxTerm: number]
  | [what: "crash" | "boot", peer: number];

function failureOf(events: readonly Event[]) {
  const check = new LeaderCompleteness();
  for (const [i, event] of events.entries()) {
    const failure = step(check, event, (i + 1) * 1_000_000);
    if (failure) return failure;
  }
  return null;
}

function step(check: LeaderCompleteness, event: Event, timeUs: number) {
  switch (event[0]) {
    case "start":
      return check.startAccepted(event[1], 1, event[2], event[3], encode(event[4]), timeUs);
    case "apply": {
      const noop = event[2] === undefined;
      const command = noop ? new Uint8Array(0) : encode(event[2]);
      return check.applied(event[1], noop ? "noop" : "command", command, event[3], timeUs);
    }
    case "crash":
      check.crashed(event[1], timeUs);
      return null;
    case "boot":
      check.booted(event[1]);
      return null;
  }
}

/** Peer 0 led term 1, and both of its commands were applied; nobody knew of a later term. */
const TWO: Event[] = [
  ["start", 0, 1, 1, "a"],
  ["start", 0, 1, 2, "b"],
  ["apply", 1, "a", 1],
  ["apply", 2, "b", 1],
];

describe("leader completeness accepts", () => {
  const good: Record<string, Event[]> = {
    "the next leader's command behind all that was applied": [["start", 1, 2, 3, "c"]],
    "indices that no-ops moved up": [
      ["start", 1, 2, 4, "c"],
      ["apply", 3, undefined, 2],
      ["apply", 4, "c", 2],
    ],
    "a leader that was cut off and goes on with an older term": [
      ["start", 0, 1, 3, "c"],
      ["start", 1, 2, 3, "d"],
      ["apply", 3, "d", 2],
      ["start", 0, 1, 4, "e"],
      ["apply", 4, "f", 2],
      ["start", 0, 1, 5, "g"],
    ],
    "a cut-off leader far behind": [
      ["start", 1, 2, 3, "c"],
      ["apply", 3, "c", 2],
      ["start", 0, 1, 3, "d"],
    ],
    "a command overwritten by a later leader": [
      ["start", 1, 2, 3, "c"],
      ["start", 2, 3, 3, "d"],
      ["apply", 3, "d", 3],
    ],
    "a command overwritten by a leader that accepted none itself": [
      ["start", 1, 2, 3, "c"],
      ["apply", 3, undefined, 3],
    ],
    "an old command that survives into a later term": [
      ["start", 1, 2, 3, "c"],
      ["start", 2, 4, 4, "d"],
      ["apply", 3, "c", 4],
      ["apply", 4, "d", 4],
    ],
    "an overwritten promise, and the winner known before the loser accepted": [
      ["start", 2, 3, 3, "d"],
      ["start", 1, 2, 3, "c"],
      ["apply", 3, "d", 3],
    ],
  };
  test.each(Object.entries(good))("%s", (_, events) => expect(failureOf([...TWO, ...events])).toBeNull());
});

describe("leader completeness refuses", () => {
  test("a later leader without an applied entry", () => {
    expect(failureOf([...TWO, ["start", 1, 2, 2, "c"]])).toMatchObject({
      property: "state-machine-safety",
      expected:
        "the leader of term 2 to have the entry at index 2, which was applied at 4.000 s when no term after 2 had begun",
      seen: "peer 1 leads term 2 and gave index 2 to a new command",
      timeUs: 5_000_000,
      peers: [1],
      check: "leader-completeness",
      where: { term: 2, index: 2 },
    });
  });

  test("a leader that gives away an index of its own term that is applied", () => {
    expect(failureOf([...TWO, ["start", 0, 1, 2, "c"]])?.seen).toContain("gave index 2 to a new command");
  });

  const blame: Record<string, [property: string, events: Event[]]> = {
    "the leader when a peer crashed and did not come back": ["state-machine-safety", [["crash", 2]]],
    "the leader when a peer came back that had crashed before the entry was applied": [
      "state-machine-safety",
      [["boot", 2]],
    ],
    "durability when a peer crashed and came back since": [
      "durability",
      [
        ["crash", 2],
        ["boot", 2],
      ],
    ],
  };
  test.each(Object.entries(blame))("and blames %s", (_, [property, events]) => {
    expect(failureOf([["crash", 2], ...TWO, ...events, ["start", 1, 2, 1, "c"]])?.property).toBe(property);
  });

  test("and blames durability when a peer crashed between the start of the entry and its application", () => {
    const [start, , apply] = TWO as [Event, Event, Event];
    const failure = failureOf([start, ["crash", 2], ["boot", 2], apply, ["start", 1, 2, 1, "c"]]);
    expect(failure).toMatchObject({ property: "durability", check: "leader-completeness-after-crash" });
  });

  test("two commands of one term at one index", () => {
    const failure = failureOf([
      ["start", 0, 1, 1, 7],
      ["start", 0, 1, 1, 7],
    ]);
    expect(failure).toMatchObject({ property: "state-machine-safety", seen: "peer 0 gave index 1 to another command" });
    expect(failure?.check).toBe("leader-appends-only");
  });

  test("an index that start() gave to another command, when no later term had begun", () => {
    const failure = failureOf([
      ["start", 0, 3, 1, "a"],
      ["apply", 1, "b", 3],
    ]);
    expect(failure?.expected).toBe(
      'the command "a" at index 1, which start() gave it on peer 0 in term 3 at 1.000 s; no later term has begun',
    );
    expect(failure?.seen).toBe('the command "b" was applied there');
  });

  test("the latest leader's promise broken, though a cut-off leader gave the index away after it", () => {
    const failure = failureOf([
      ["start", 2, 3, 1, "a"],
      ["start", 1, 2, 1, "b"],
      ["apply", 1, "b", 3],
    ]);
    expect(failure?.peers).toEqual([2]);
  });
});
