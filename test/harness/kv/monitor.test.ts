import { describe, expect, test } from "vitest";
import { Violation } from "../../../grader/check/failure.ts";
import { KvMonitor } from "../../../grader/harness/kv/monitor.ts";
import { decodeReturned, type Order } from "../../../grader/harness/kv/operations.ts";
import { PeerRecord } from "../../../grader/sim/peer.ts";
import { processesOf } from "../../../grader/sim/role.ts";
import type { Simulation } from "../../../grader/sim/simulation.ts";
import { encode } from "../../../labs/api/codec.ts";

/** A monitor of a server and a clerk, told of by hand. */
function monitored() {
  const processes = processesOf([
    { role: "server", size: 1 },
    { role: "clerk", size: 1 },
  ]);
  const monitor = new KvMonitor(processes);
  let ids = 0;
  const [server, clerk] = processes.map((plan) => new PeerRecord(plan)) as [PeerRecord, PeerRecord];
  const sim = { nowUs: 0, processes, peers: [server, clerk], invokeAt: () => ++ids };
  monitor.attach(sim as unknown as Simulation);
  clerk.up = true;
  return { monitor, sim, server, clerk };
}
const APPEND: Order = { kind: "append", key: "k", value: "1;" };
const GET: Order = { kind: "get", key: "k" };

describe("an operation", () => {
  test("is in the history from the moment that its call reaches the clerk, with what it returned", () => {
    const { monitor, sim, server, clerk } = monitored();
    monitor.begin(clerk, GET);
    expect(monitor.history()).toEqual([]);
    sim.nowUs = 5;
    monitor.invoked(clerk, 1);
    expect(monitor.history()).toEqual([{ kind: "get", key: "k", client: 1, call: 5, returned: null }]);
    sim.nowUs = 9;
    monitor.heard(clerk, server.id);
    monitor.returned(clerk, 1, encode("v"));
    expect(monitor.history()).toMatchObject([{ returned: { at: 9, value: "v" } }]);
  });

  test("of a clerk that crashed is lost: nobody knows what became of it", () => {
    const { monitor, clerk } = monitored();
    const operation = monitor.begin(clerk, APPEND);
    monitor.invoked(clerk, 1);
    monitor.crashed(clerk);
    monitor.returned(clerk, 1, encode(null));
    expect(operation).toMatchObject({ isLost: true, returned: null });
    expect(monitor.history()).toMatchObject([{ kind: "append", returned: null }]);
  });

  test("of a clerk that is down is lost at once, and never was called", () => {
    const { monitor, clerk } = monitored();
    clerk.up = false;
    expect(monitor.begin(clerk, GET).isLost).toBe(true);
    expect(monitor.history()).toEqual([]);
  });

  test("returns once, and not before it was called, whatever a host says", () => {
    const { monitor, sim, server, clerk } = monitored();
    const told: unknown[] = [];
    monitor.onReturned = (operation) => told.push(operation.returned?.value);
    monitor.begin(clerk, GET);
    monitor.returned(clerk, 1, encode("early"));
    monitor.returned(clerk, 7, encode("unasked"));
    monitor.invoked(clerk, 1);
    sim.nowUs = 3;
    monitor.heard(clerk, server.id);
    monitor.returned(clerk, 1, encode("a"));
    monitor.returned(clerk, 1, encode("b"));
    expect(told).toEqual(["a"]);
  });

  test("is known with how many servers had got something from another one since it was called, if its clerk got anything", () => {
    const { monitor, sim, server, clerk } = monitored();
    const reached = (at: number, id: number, between: () => void): number | undefined => {
      sim.nowUs = at;
      const operation = monitor.begin(clerk, GET);
      monitor.invoked(clerk, id);
      sim.nowUs = at + 1;
      between();
      monitor.returned(clerk, id, encode(""));
      return operation.reached;
    };
    expect(reached(1, 1, () => {})).toBe(-1);
    // What a clerk asks of a server is nothing that servers say.
    expect(reached(3, 2, () => monitor.heard(server, clerk.id))).toBe(-1);
    expect(reached(5, 3, () => monitor.heard(clerk, server.id))).toBe(0);
    const both = () => {
      monitor.heard(server, server.id);
      monitor.heard(clerk, server.id);
    };
    expect(reached(7, 4, both)).toBe(1);
    // That was before the next one was called.
    expect(reached(9, 5, () => monitor.heard(clerk, server.id))).toBe(0);
  });

  test("that answers with something else breaks the interface, by the clerk's name", () => {
    const { monitor, clerk } = monitored();
    monitor.begin(clerk, GET);
    monitor.invoked(clerk, 1);
    const answer = () => monitor.returned(clerk, 1, encode({ value: 1 }));
    expect(answer).toThrow(Violation);
    expect(answer).toThrow(/clerk 0: get\(\) answered with \{ value: number \}, and not with the string/);
  });
});

test.each<[Order, unknown, unknown]>([
  [GET, "", { at: 1, value: "", swapped: false }],
  [GET, null, "get() answered with nothing, and not with the string that stands there"],
  [GET, ["a"], "get() answered with an array, and not with the string that stands there"],
  [APPEND, null, { at: 1, value: "", swapped: false }],
  [APPEND, "whatever", { at: 1, value: "", swapped: false }],
  [
    { kind: "cas", key: "k", expected: "", value: "1;" },
    { swapped: true, value: "1;" },
    { at: 1, value: "1;", swapped: true },
  ],
  [
    { kind: "cas", key: "k", expected: "", value: "1;" },
    { swapped: 1 },
    "cas() answered with { swapped: number }, and not with { swapped: boolean, value: string }",
  ],
  [
    { kind: "cas", key: "k", expected: "", value: "1;" },
    true,
    "cas() answered with a boolean, and not with { swapped: boolean, value: string }",
  ],
])("%j that answers %j", (order, answer, expected) => {
  expect(decodeReturned(order, encode(answer), 1)).toEqual(expected);
});

test("an answer that is far too long is not read", () => {
  expect(decodeReturned(GET, new Uint8Array(2_000_000), 1)).toBe("get() answered with 2000000 bytes");
});

test("bytes that are no value, which only a host of somebody's own making sends, are an answer of the wrong kind", () => {
  for (const bytes of [[0xc1], [0xdc, 0xff, 0xff], new Array(100_000).fill(0x91)])
    expect(decodeReturned(GET, Uint8Array.from(bytes), 1)).toMatch(
      /^get\(\) answered with (bytes that are no value|nothing|an array)/,
    );
});

test("servers are shown with what they report, clerks by their names only", () => {
  const { monitor, server } = monitored();
  monitor.observed(server, encode({ term: 3, isLeader: true }));
  expect([monitor.facts(0), monitor.facts(1)]).toEqual([
    { name: "server 0", term: 3, isLeader: true },
    { name: "clerk 0" },
  ]);
  expect(() => monitor.observed(server, encode({ term: -1, isLeader: true }))).toThrow(
    /server 0: getState\(\) returned/,
  );
});
