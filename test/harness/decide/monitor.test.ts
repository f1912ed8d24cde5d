import { describe, expect, test } from "vitest";
import { decodeDecided, decodeSlotsState } from "../../../grader/harness/decide/messages.ts";
import { DecideMonitor } from "../../../grader/harness/decide/monitor.ts";
import { PeerRecord } from "../../../grader/sim/peer.ts";
import { processesOf } from "../../../grader/sim/role.ts";
import type { Simulation } from "../../../grader/sim/simulation.ts";
import { encode } from "../../../labs/api/codec.ts";

/** A monitor of two peers, told of by hand. */
function monitored() {
  const processes = processesOf([{ role: "peer", size: 2 }]);
  const monitor = new DecideMonitor(2);
  const peers = processes.map((plan) => new PeerRecord(plan)) as [PeerRecord, PeerRecord];
  monitor.attach({ nowUs: 7 } as unknown as Simulation);
  for (const peer of peers) {
    peer.incarnation = 1;
    monitor.booted(peer);
  }
  monitor.decisions.proposing(0, encode("a"));
  return { monitor, peers };
}

test("what a peer decides comes to the checker with its slot and value, and shows in its facts", () => {
  const { monitor, peers } = monitored();
  monitor.upcall(peers[1], encode({ slot: 0, value: "a" }));
  monitor.observed(peers[1], encode({ max: 4, min: 0 }));
  expect(monitor.facts(1)).toEqual({ max: 4, min: 0, decided: 1 });
  expect(monitor.facts(0)).toEqual({ max: -1, min: 0, decided: 0 });
  expect(() => monitor.upcall(peers[0], encode({ slot: 0, value: "b" }))).toThrow(/validity/);
});

test("facts are of the present incarnation", () => {
  const { monitor, peers } = monitored();
  monitor.upcall(peers[0], encode({ slot: 0, value: "a" }));
  monitor.crashed();
  peers[0].incarnation = 2;
  monitor.booted(peers[0]);
  expect(monitor.facts(0)).toEqual({ max: -1, min: 0, decided: 0 });
});

test("forgetting what nobody has given up ends the run", () => {
  const { monitor, peers } = monitored();
  expect(() => monitor.observed(peers[0], encode({ max: 0, min: 1 }))).toThrow(/integrity: expected min at peer 0/);
});

describe("what breaks the interface is named by the field", () => {
  test.each([
    [{ slot: 1, value: null }, { slot: 1 }],
    [{ value: 1 }, "decide() was given the slot undefined"],
    [{ slot: -1, value: 1 }, "decide() was given the slot -1"],
    [{ slot: 1.5, value: 1 }, "decide() was given the slot 1.5"],
    [{ slot: "1", value: 1 }, 'decide() was given the slot "1"'],
    [{ slot: 3 }, "decide() was given no value for slot 3"],
    [7, "decide() was given 7"],
  ])("decide(%j)", (argument, expected) => {
    const decoded = decodeDecided(encode(argument));
    if (typeof expected === "string") expect(decoded).toBe(expected);
    else expect(decoded).toMatchObject(expected);
  });

  test.each([
    [
      { max: -1, min: 0 },
      { max: -1, min: 0 },
    ],
    [
      { max: 3, min: 2 },
      { max: 3, min: 2 },
    ],
    [{ max: -2, min: 0 }, "getState() returned max: -2"],
    [{ max: 1, min: -1 }, "getState() returned min: -1"],
    [{ max: 1 }, "getState() returned min: undefined"],
    [null, "getState() returned null"],
  ])("getState() gives %j", (state, expected) => {
    expect(decodeSlotsState(encode(state))).toEqual(expected);
  });

  test("a run ends with it as an api failure of that peer", () => {
    const { monitor, peers } = monitored();
    expect(() => monitor.upcall(peers[1], encode({ slot: "x" }))).toThrow(/^api: .*peer 1: decide\(\) was given/);
    expect(() => monitor.observed(peers[1], encode([]))).toThrow(/^api: .*peer 1: getState\(\) returned \[\]/);
  });
});
