import { describe, expect, it } from "vitest";
import { Violation } from "../../../grader/check/failure.ts";
import { LogMonitor } from "../../../grader/harness/log/monitor.ts";
import { makeSnapshot, readSnapshot, snapshotPlan } from "../../../grader/harness/log/service.ts";
import { PeerRecord } from "../../../grader/sim/peer.ts";
import { processesOf } from "../../../grader/sim/role.ts";
import type { Simulation } from "../../../grader/sim/simulation.ts";
import { decode, encode } from "../../../labs/api/codec.ts";

/** A monitor of three peers that are told of by hand, at moments set by hand; and the snapshots that the service took. */
function monitored(options: Parameters<typeof snapshotPlan>[0] = {}) {
  const monitor = new LogMonitor(3, snapshotPlan(options));
  const taken: { timeUs: number; peer: number; index: number; bytes: Uint8Array }[] = [];
  const sim = {
    nowUs: 0,
    invokeAt: (timeUs: number, { id }: PeerRecord, _: string, args: Uint8Array) => {
      const [index, bytes] = decode(args) as [number, Uint8Array];
      taken.push({ timeUs, peer: id, index, bytes });
    },
  };
  monitor.attach(sim as unknown as Simulation);
  const peers = processesOf([{ role: "peer", size: 3 }]).map((plan) => new PeerRecord(plan));
  const peer = (id: number) => peers[id] as PeerRecord;
  const boot = (id: number) => {
    peer(id).incarnation++;
    monitor.booted(peer(id));
  };
  for (const { id } of peers) boot(id);
  return {
    monitor,
    sim,
    taken,
    peer,
    boot,
    crash: (id: number) => monitor.crashed(peer(id)),
    reports: (id: number, term: number, isLeader = false) => monitor.observed(peer(id), encode({ term, isLeader })),
    /** It hears from the others, and then leads. */
    leads(id: number, term: number) {
      for (const other of [0, 1, 2]) if (other !== id) monitor.heard(peer(id), other);
      this.reports(id, term, true);
    },
    start(id: number, term: number, index: number, command: unknown) {
      monitor.starting(encode(command));
      monitor.startAccepted(peer(id), term, index, encode(command));
    },
    applies: (id: number, index: number, command: unknown) =>
      monitor.upcall(peer(id), encode({ kind: "command", index, command })),
    noop: (id: number, index: number) => monitor.upcall(peer(id), encode({ kind: "noop", index })),
    snapshot: (id: number, index: number, snapshot: Uint8Array) =>
      monitor.upcall(peer(id), encode({ kind: "snapshot", index, term: 1, snapshot })),
  };
}

function failureOf(body: () => void): string {
  try {
    body();
  } catch (error) {
    if (error instanceof Violation) return `${error.finding.property}: ${error.finding.seen}`;
    throw error;
  }
  return "nothing";
}

describe("what the checks are told", () => {
  it("an applied no-op stands at its index: no command may be promised that one later", () => {
    const m = monitored();
    m.leads(0, 1);
    m.noop(0, 1);
    m.sim.nowUs = 50;
    expect(failureOf(() => m.start(0, 1, 1, "x"))).toMatch(/^state-machine-safety: .* gave index 1 to a new command/);
  });

  it("an applied no-op is not the command that was promised its index", () => {
    const m = monitored();
    m.leads(0, 1);
    m.start(0, 1, 1, "x");
    expect(failureOf(() => m.noop(0, 1))).toBe("state-machine-safety: a no-op was applied there");
  });

  it("the highest term that anybody reported, also of a peer that does not lead", () => {
    const m = monitored();
    m.leads(0, 1);
    m.start(0, 1, 1, "x");
    m.reports(2, 2);
    m.monitor.starting(encode("y"));
    expect(failureOf(() => m.applies(1, 1, "y"))).toBe("nothing");
  });

  it("a crash, and the boot after it, as what a leader may have forgotten an entry in", () => {
    const withCrash = (isCrashed: boolean): string => {
      const m = monitored();
      m.leads(0, 1);
      m.start(0, 1, 1, "x");
      m.sim.nowUs = 10;
      m.applies(0, 1, "x");
      m.sim.nowUs = 20;
      if (isCrashed) {
        m.crash(1);
        m.boot(1);
      }
      m.leads(2, 2);
      m.sim.nowUs = 30;
      return failureOf(() => m.start(2, 2, 1, "z")).split(":")[0] as string;
    };
    expect([withCrash(false), withCrash(true)]).toEqual(["state-machine-safety", "durability"]);
  });

  it("whom a peer heard since it booted, and nothing from before", () => {
    const m = monitored();
    m.monitor.heard(m.peer(0), 1);
    m.crash(0);
    m.boot(0);
    expect(failureOf(() => m.reports(0, 1, true))).toMatch(/^election-safety: .* has got a message from nobody/);
  });

  it("what it answered and called, and in which term", () => {
    const m = monitored();
    m.peer(1).stepRequest = 9;
    m.reports(1, 4);
    m.monitor.sent(m.peer(1), "reply", 9);
    m.crash(1);
    m.boot(1);
    m.reports(1, 3);
    expect(failureOf(() => m.monitor.sent(m.peer(1), "call", null))).toBe("nothing");
    expect(failureOf(() => m.monitor.sent(m.peer(1), "reply", 1))).toMatch(/^durability: .*acts in term 3/);
  });

  it("each call, of which a peer may make 10 000 a second", () => {
    const m = monitored();
    for (let i = 0; i < 10_000; i++) m.monitor.sent(m.peer(2), "call", null);
    for (let i = 0; i < 100; i++) m.monitor.sent(m.peer(2), "reply", i);
    expect(failureOf(() => m.monitor.sent(m.peer(2), "call", null))).toMatch(/^efficiency: peer 2 made more/);
  });
});

describe("what is known of a peer", () => {
  it("is what it reported and applied last, and nothing after a boot", () => {
    const m = monitored();
    m.leads(0, 3);
    m.start(0, 3, 1, "x");
    m.applies(0, 1, "x");
    m.applies(1, 1, "x");
    expect(m.monitor.views[0]).toEqual({ term: 3, isLeader: true, appliedIndex: 1 });
    m.crash(0);
    expect(m.monitor.views[0]?.isLeader).toBe(false);
    m.boot(0);
    expect(m.monitor.views[0]).toEqual({ term: 0, isLeader: false, appliedIndex: 0 });
    expect(m.monitor.views[1]?.appliedIndex).toBe(1);
    expect(m.monitor.highestApplied).toBe(1);
  });

  it("begins with the snapshot that it booted with, which must be the service's own and true", () => {
    const m = monitored({ snapshotEvery: 2 });
    m.leads(0, 1);
    for (const index of [1, 2, 3]) {
      m.start(0, 1, index, index);
      m.applies(0, index, index);
    }
    const bytes = m.taken[0]?.bytes as Uint8Array;
    m.peer(1).snapshot = bytes;
    m.crash(1);
    m.boot(1);
    expect(m.monitor.views[1]?.appliedIndex).toBe(2);
    expect(failureOf(() => m.applies(1, 3, 3))).toBe("nothing");
    m.crash(1);
    m.peer(1).snapshot = makeSnapshot(2, "0".repeat(16), 400);
    expect(failureOf(() => m.boot(1))).toMatch(/^state-machine-safety: .*holds another state/);
    m.peer(2).snapshot = encode("mine");
    expect(failureOf(() => m.boot(2))).toBe("state-machine-safety: peer 2 booted with other bytes");
  });
});

describe("the service's snapshots", () => {
  /** Peer 0 leads, and these peers apply commands 1 … count. */
  function applied(count: number, options: Parameters<typeof snapshotPlan>[0], by = [0]): ReturnType<typeof monitored> {
    const m = monitored(options);
    m.leads(0, 1);
    for (let index = 1; index <= count; index++) {
      m.sim.nowUs = index * 10_000;
      m.start(0, 1, index, index);
      for (const id of by) m.applies(id, index, index);
    }
    return m;
  }
  const indices = ({ taken }: ReturnType<typeof monitored>, id: number): number[] =>
    taken.filter(({ peer }) => peer === id).map(({ index }) => index);

  it("are never taken unless asked for", () => expect(applied(50, {}).taken).toEqual([]));

  it("are taken each time so many entries were applied, one lookahead later, and say all up to there", () => {
    const m = applied(12, { snapshotEvery: 5, snapshotBytes: 1_000 });
    expect(m.taken.map(({ timeUs, index }) => [timeUs, index])).toEqual([
      [51_000, 5],
      [101_000, 10],
    ]);
    const bytes = m.taken[1]?.bytes as Uint8Array;
    expect(readSnapshot(bytes, 1_000)).toEqual({ index: 10, digest: m.monitor.log.digestAt(10) });
    expect(bytes.length).toBeGreaterThan(1_000);
  });

  it("are taken later by each further peer when they are staggered", () => {
    const m = applied(15, { snapshotEvery: 5, snapshotStagger: 2 }, [0, 1, 2]);
    expect([0, 1, 2].map((id) => indices(m, id))).toEqual([[5, 10, 15], [7, 14], [9]]);
  });

  it("are counted from one that the peer was handed, or booted with", () => {
    const m = applied(10, { snapshotEvery: 5 });
    const [, ten] = m.taken;
    m.snapshot(1, 10, ten?.bytes as Uint8Array);
    m.peer(2).snapshot = ten?.bytes as Uint8Array;
    m.crash(2);
    m.boot(2);
    for (let index = 11; index <= 16; index++) {
      m.start(0, 1, index, index);
      for (const id of [0, 1, 2]) m.applies(id, index, index);
    }
    expect([0, 1, 2].map((id) => indices(m, id))).toEqual([[5, 10, 15], [15], [15]]);
  });

  it("handed to a service must be the bytes that it gave, and move it forward", () => {
    const m = applied(10, { snapshotEvery: 5 });
    expect(failureOf(() => m.snapshot(1, 10, encode("mine")))).toMatch(/peer 1 handed to apply\(\) other bytes/);
    expect(failureOf(() => m.snapshot(0, 5, m.taken[0]?.bytes as Uint8Array))).toMatch(/^state-machine-safety/);
    expect(failureOf(() => m.snapshot(2, 10, m.taken[0]?.bytes as Uint8Array))).toMatch(/holds the state at index 5/);
  });
});
