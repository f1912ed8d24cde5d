import { describe, expect, test } from "vitest";
import { type Finding, failureOf, Undecided } from "../../../grader/check/index.ts";
import { AppliedLog } from "../../../grader/check/log/index.ts";
import { encode } from "../../../labs/api/codec.ts";
import { RULES } from "../../../labs/raft/rules.ts";

type Event =
  | [what: "boot", peer: number, incarnation: number, snapshotIndex?: number]
  | [what: "start", command: unknown]
  | [what: "command", peer: number, incarnation: number, index: number, command: unknown]
  | [what: "noop", peer: number, incarnation: number, index: number]
  | [what: "snapshot", peer: number, incarnation: number, index: number, stateAt?: number];

const NONE = new Uint8Array(0);

function play(events: readonly Event[], log = new AppliedLog()) {
  for (const [i, event] of events.entries()) {
    const failure = step(log, event, (i + 1) * 1_000_000);
    if (failure !== null) return failure;
  }
  return null;
}

function step(log: AppliedLog, event: Event, timeUs: number) {
  switch (event[0]) {
    case "boot": {
      const index = event[3];
      const snapshot = index === undefined ? null : { index, digest: log.digestAt(index) };
      return log.booted(event[1], event[2], timeUs, snapshot);
    }
    case "start":
      log.started(encode(event[1]));
      return null;
    case "command":
      return log.applied(event[1], event[2], "command", event[3], encode(event[4]), timeUs);
    case "noop":
      return log.applied(event[1], event[2], "noop", event[3], NONE, timeUs);
    case "snapshot": {
      const stateAt = event[4] ?? event[3];
      return log.snapshot(event[1], event[2], event[3], { index: stateAt, digest: log.digestAt(stateAt) }, timeUs);
    }
  }
}

/** Peers 0 and 1 are up; peer 0 applied "a", a no-op and "b". */
const THREE: Event[] = [
  ["boot", 0, 1],
  ["boot", 1, 1],
  ["start", "a"],
  ["start", "b"],
  ["command", 0, 1, 1, "a"],
  ["noop", 0, 1, 2],
  ["command", 0, 1, 3, "b"],
];

describe("applied log accepts", () => {
  const good: Record<string, Event[]> = {
    "the same entries everywhere, no-ops among them": [
      ["command", 1, 1, 1, "a"],
      ["noop", 1, 1, 2],
      ["command", 1, 1, 3, "b"],
    ],
    "a restarted peer that applies everything again": [
      ["boot", 0, 2],
      ["command", 0, 2, 1, "a"],
      ["noop", 0, 2, 2],
    ],
    "a restarted peer that goes on behind its snapshot": [
      ["boot", 0, 2, 2],
      ["command", 0, 2, 3, "b"],
    ],
    "the boot snapshot handed over again, twice": [
      ["boot", 0, 2, 2],
      ["snapshot", 0, 2, 2],
      ["snapshot", 0, 2, 2],
      ["command", 0, 2, 3, "b"],
    ],
    "a snapshot that moves a lagging peer forward": [
      ["command", 1, 1, 1, "a"],
      ["snapshot", 1, 1, 3],
    ],
    "equal commands at two indices, started twice": [
      ["start", "a"],
      ["command", 0, 1, 4, "a"],
    ],
    "a command whose fields come in another order": [
      ["start", { x: 1, y: [null, { p: 1, q: 2 }] }],
      ["command", 0, 1, 4, { y: [null, { q: 2, p: 1 }], x: 1 }],
      ["command", 1, 1, 1, "a"],
      ["noop", 1, 1, 2],
      ["command", 1, 1, 3, "b"],
      ["command", 1, 1, 4, { x: 1, y: [null, { q: 2, p: 1 }] }],
    ],
    "null, false, zero, empty text and bytes as commands": [null, false, 0, "", new Uint8Array(3), [], {}].flatMap(
      (command, i): Event[] => [
        ["start", command],
        ["command", 0, 1, 4 + i, command],
      ],
    ),
  };
  test.each(Object.entries(good))("%s", (_, events) => expect(play([...THREE, ...events])).toBeNull());
});

describe("applied log refuses", () => {
  const bad: Record<string, [expected: string, seen: string, events: Event[]]> = {
    "a gap": [
      "peer 0 to apply index 4 after index 3",
      "peer 0 applied index 5, leaving a gap",
      [["command", 0, 1, 5, "b"]],
    ],
    "a repeat": [
      "peer 0 to apply index 4 after index 3",
      "peer 0 applied index 3, which it has applied already",
      [["command", 0, 1, 3, "b"]],
    ],
    "going back": ["peer 0 to apply index 4", "peer 0 applied index 1, which", [["command", 0, 1, 1, "a"]]],
    "a first index that is not 1": [
      "peer 1, booted with an empty service, to apply index 1 first",
      "peer 1 applied index 2, leaving a gap",
      [["noop", 1, 1, 2]],
    ],
    "a first index that does not follow the snapshot": [
      "peer 0, booted with a snapshot that ends at index 1, to apply index 2 first",
      "peer 0 (boot 2) applied index 3, leaving a gap",
      [
        ["boot", 0, 2, 1],
        ["command", 0, 2, 3, "b"],
      ],
    ],
    "another command at an index": [
      'the command "a" at index 1 everywhere, as peer 0 applied it at 5.000 s',
      'peer 1 applied the command "b" there',
      [["command", 1, 1, 1, "b"]],
    ],
    "a no-op in place of a command": [
      'the command "a" at index 1',
      "peer 1 applied a no-op there",
      [["noop", 1, 1, 1]],
    ],
    "a command in place of a no-op": [
      "a no-op at index 2 everywhere",
      'peer 1 applied the command "b" there',
      [
        ["command", 1, 1, 1, "a"],
        ["command", 1, 1, 2, "b"],
      ],
    ],
    "another command than before the restart": [
      "as peer 0 applied it at 5.000 s",
      'peer 0 (boot 2) applied the command "b" there',
      [
        ["boot", 0, 2],
        ["command", 0, 2, 1, "b"],
      ],
    ],
    "a number where its text was started": [
      "only commands to be applied that were given to start()",
      'peer 0 applied the command "7" at index 4, which nobody started',
      [
        ["start", 7],
        ["command", 0, 1, 4, "7"],
      ],
    ],
    "a command applied more often than it was started": [
      'the command "b" to be applied once, as often as it was given to start()',
      "peer 0 applied it at index 4 too, after index 3",
      [["command", 0, 1, 4, "b"]],
    ],
    "a snapshot that goes back": [
      "a snapshot handed to the service of peer 0 to go beyond index 3, which is applied",
      "peer 0 handed over a snapshot that ends at index 2",
      [["snapshot", 0, 1, 2]],
    ],
    "a snapshot of what is applied": ["beyond index 3", "ends at index 3", [["snapshot", 0, 1, 3]]],
    "the boot snapshot handed over late": [
      "beyond index 3",
      "ends at index 2",
      [
        ["boot", 0, 2, 2],
        ["command", 0, 2, 3, "b"],
        ["snapshot", 0, 2, 2],
      ],
    ],
    "a snapshot under a wrong index": [
      "a snapshot that ends at index 3 to hold the service's state at that index",
      "the one at peer 1 holds the state at index 2",
      [["snapshot", 1, 1, 3, 2]],
    ],
  };
  test.each(Object.entries(bad))("%s", (_, [expected, seen, events]) => {
    const failure = play([...THREE, ...events]);
    expect(failure?.property).toBe("state-machine-safety");
    expect(failure?.expected).toContain(expected);
    expect(failure?.seen).toContain(seen);
    expect(failureOf(failure as Finding, RULES).cite).toContain("Raft paper");
    expect(failure?.timeUs).toBe((THREE.length + events.length) * 1_000_000);
  });

  test("a snapshot with another state", () => {
    const log = new AppliedLog();
    play(THREE, log);
    const failure = log.snapshot(1, 1, 3, { index: 3, digest: "0123456789abcdef" }, 1);
    expect(failure?.seen).toBe("the one at peer 1 holds another state");
  });

  test("a peer that boots with a snapshot of a state that never was", () => {
    const log = new AppliedLog();
    play(THREE, log);
    expect(log.booted(1, 2, 1, { index: 9, digest: "0123456789abcdef" })?.property).toBe("state-machine-safety");
  });
});

describe("applied log knows", () => {
  const log = new AppliedLog();
  play(THREE, log);

  test("what stands where", () => {
    expect(log.entryAt(2)).toMatchObject({ kind: "noop", peer: 0, timeUs: 6_000_000 });
    expect(log.entryAt(4)).toBeUndefined();
    expect(log.holds(3, encode("b"))).toBe(true);
    expect(log.holds(2, encode("b"))).toBe(false);
    expect(log.indexOf(encode("b"))).toBe(3);
    expect(log.indexOf(encode("c"))).toBeUndefined();
  });

  test("the state at each index, which depends on every entry before it", () => {
    expect(new Set([0, 1, 2, 3].map((index) => log.digestAt(index))).size).toBe(4);
    const other = new AppliedLog();
    play(
      [
        ["boot", 0, 1],
        ["start", "a"],
        ["start", "b"],
        ["noop", 0, 1, 1],
        ["command", 0, 1, 2, "a"],
        ["command", 0, 1, 3, "b"],
      ],
      other,
    );
    expect(other.digestAt(3)).not.toBe(log.digestAt(3));
    expect(() => log.digestAt(4)).toThrow(Undecided);
  });
});

test("applied log cannot decide about a boot that was not announced", () => {
  expect(() => play([["noop", 0, 1, 1]])).toThrow(Undecided);
});

test("applied log does as much for an application late in a run as for an early one", () => {
  const log = new AppliedLog();
  let looks = 0;
  // Each byte that is looked at is counted; what a decoder reads in another way is small against it.
  const counted = (bytes: Uint8Array): Uint8Array =>
    new Proxy(bytes, {
      get(target, name) {
        looks++;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  for (let peer = 0; peer < 5; peer++) log.booted(peer, 1, 0, null);
  const LENGTH = 2_000;
  const costs: number[] = [];
  for (let i = 0; i < LENGTH; i++) {
    log.started(encode(i));
    looks = 0;
    for (let peer = 0; peer < 5; peer++) log.applied(peer, 1, "command", i + 1, counted(encode(i)), i);
    costs.push(looks);
  }
  // Numbers are 1 to 3 bytes long; of those from 256 on each has 3.
  const [early, late] = [costs.slice(256, 512), costs.slice(-256)].map((some) => Math.max(...some));
  expect(early).toBeGreaterThan(0);
  expect(late).toBe(early);
});
