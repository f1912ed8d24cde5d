import { describe, expect, it } from "vitest";
import type { NetworkModel } from "../../grader/sim/network.ts";
import { playPingers, senders, timesOf } from "./pingers.ts";

const ALL = "123 023 013 012";

describe("links", () => {
  it("a disconnected peer reaches nobody and is reached by nobody, until it is connected", () => {
    const result = playPingers(4, (c) => {
      c.sleep(95);
      c.disconnect(1);
      expect([c.isConnected(1), c.connected()]).toEqual([false, [0, 2, 3]]);
      c.sleep(100);
      c.connect(1);
      expect(c.connected()).toEqual([0, 1, 2, 3]);
      c.sleep(100);
      c.disconnect(0);
      c.disconnect(3);
      c.connectAll();
      c.sleep(50);
    });
    expect(senders(result, 0, 95)).toBe(ALL);
    expect(senders(result, 95, 195)).toBe("23  03 02");
    expect(senders(result, 195, 295)).toBe(ALL);
    expect(senders(result, 295, 345)).toBe(ALL);
  });

  it("a cut goes in one direction, and is undone by itself alone", () => {
    const result = playPingers(4, (c) => {
      c.sleep(95);
      c.cut(1, 2);
      c.cut(3, 0);
      c.sleep(100);
      c.uncut(1, 2);
      c.sleep(100);
    });
    expect(senders(result, 95, 195)).toBe("12 023 03 012");
    expect(senders(result, 195, 295)).toBe("12 023 013 012");
  });

  it("a peer whose link to another is cut still hears its requests, whose answers get lost", () => {
    const result = playPingers(2, (c) => {
      c.network({ longDelays: false });
      c.sleep(5);
      c.cut(1, 0);
      c.sleep(7_995);
    });
    expect(senders(result, 0, 1_000)).toBe(" 0");
    const nulls = result.trace.filter(({ kind, bytes }) => kind === "deliver-reply" && bytes === null);
    expect(new Set(nulls.map(({ peer }) => peer))).toEqual(new Set([0, 1]));
    const first = nulls.find(({ peer }) => peer === 0);
    expect(first?.timeUs).toBe(7_010_000);
    expect(result.trace.some(({ kind, bytes }) => kind === "deliver-reply" && bytes !== null)).toBe(false);
  });

  it("a partition keeps groups apart, and a peer in no group is alone", () => {
    const result = playPingers(5, (c) => {
      c.sleep(95);
      c.partition([0, 4], [2]);
      c.sleep(100);
      c.partition([0, 1, 2]);
      c.sleep(100);
      c.partition();
      c.sleep(100);
    });
    expect(senders(result, 95, 195)).toBe("4    0");
    expect(senders(result, 195, 295)).toBe("12 02 01  ");
    expect(senders(result, 295, 395)).toBe("1234 0234 0134 0124 0123");
  });

  it("heal() ends cuts, disconnections, partitions and pauses; who crashed stays down, and the weather stays", () => {
    const result = playPingers(5, (c) => {
      c.network({ delayMs: [4, 4] });
      c.sleep(95);
      c.cut(0, 1);
      c.disconnect(2);
      c.partition([0, 1, 2], [4]);
      c.pause(4);
      c.crash(3);
      c.sleep(100);
      c.heal();
      c.sleep(100);
      expect([c.isUp(3), c.isConnected(2)]).toEqual([false, true]);
    });
    expect(senders(result, 100, 195)).toBe("1    ");
    expect(senders(result, 200, 295)).toBe("124 024 014  012");
    expect(timesOf(result, "resume", 4)).toEqual([195]);
    expect(
      timesOf(result, "deliver-request", 0)
        .filter((ms) => ms > 205)
        .map((ms) => ms % 10),
    ).toEqual(expect.not.arrayContaining([1]));
  });

  it("heal() lets go what rules hold, in the order in which it was sent, and ends the rules", () => {
    const result = playPingers(2, (c) => {
      const held = c.rule(({ kind, from }) => (kind === "request" && from === 0 ? "hold" : "pass"));
      c.sleep(55);
      expect(held.held()).toBe(5);
      c.heal();
      expect(held.held()).toBe(0);
      c.sleep(30);
    });
    expect(timesOf(result, "deliver-request", 1)).toEqual([56, 56, 56, 56, 56, 61, 71, 81]);
    const sent = result.trace.filter(({ kind, peer }) => kind === "call" && peer === 0).map(({ bytes }) => bytes);
    const got = result.trace
      .filter(({ kind, peer }) => kind === "deliver-request" && peer === 1)
      .map(({ bytes }) => bytes);
    expect(got).toEqual(sent.slice(0, got.length));
  });
});

describe("a rule", () => {
  it("is in force until removed; what it holds stays held until it is released", () => {
    const result = playPingers(2, (c) => {
      c.sleep(5);
      const hold = c.rule(({ from, kind }) => (from === 0 && kind === "request" ? "hold" : "pass"));
      const drop = c.rule(({ from, kind }) => (from === 1 && kind === "request" ? "drop" : "pass"));
      c.sleep(30);
      hold.remove();
      c.sleep(20);
      expect([hold.held(), drop.held()]).toEqual([3, 0]);
      drop.remove();
      drop.remove();
      c.sleep(10);
      hold.release();
      c.sleep(10);
    });
    expect(timesOf(result, "deliver-request", 1)).toEqual([41, 51, 61, 66, 66, 66, 71]);
    expect(timesOf(result, "deliver-request", 0)).toEqual([61, 71]);
  });
});

describe("crashes and boots", () => {
  it("a crash loses what is in memory and keeps what was saved; a boot is another incarnation", () => {
    const result = playPingers(3, (c) => {
      c.sleep(45);
      c.crash(1);
      expect([c.isUp(1), c.connected(), c.stateSize(1), c.snapshotSize(1)]).toEqual([false, [0, 2], 1, 0]);
      c.sleep(50);
      c.restart(1);
      expect(c.nowMs()).toBe(95);
      c.sleep(25);
    });
    expect(senders(result, 46, 95)).toBe("2  0");
    expect(timesOf(result, "boot", 1)).toEqual([0, 95]);
    expect(timesOf(result, "save", 1)).toEqual([10, 20, 30, 40, 105, 115]);
    expect(
      result.trace.filter(({ kind, peer }) => kind === "boot" && peer === 1).map(({ bytes }) => [...(bytes ?? [])]),
    ).toEqual([[], [1]]);
  });

  it("a restart of a peer that is up crashes it, and boots it one lookahead later, also from the background", () => {
    const result = playPingers(3, (c) => {
      c.sleep(15);
      c.restart(1);
      expect(c.nowMs()).toBe(16);
      c.spawn("restarts", function* () {
        yield 4;
        c.restart(2);
        expect(c.isUp(2)).toBe(false);
        yield 5;
        expect(c.isUp(2)).toBe(true);
      });
      c.sleep(20);
    });
    expect(timesOf(result, "boot", 1)).toEqual([0, 16]);
    expect(timesOf(result, "boot", 2)).toEqual([0, 21]);
  });

  it("all crash at one moment, and all that are down boot", () => {
    const result = playPingers(4, (c) => {
      c.sleep(15);
      c.crashAll();
      expect(c.connected()).toEqual([]);
      c.sleep(10);
      c.restart(2);
      c.sleep(10);
      c.restartAll();
      c.sleep(10);
      expect(c.connected()).toEqual([0, 1, 2, 3]);
    });
    expect([0, 1, 2, 3].map((peer) => timesOf(result, "boot", peer))).toEqual([
      [0, 35],
      [0, 35],
      [0, 25],
      [0, 35],
    ]);
  });

  it("nothing is asked of a peer that there is not", () => {
    for (const verb of ["crash", "restart", "pause", "resume", "isUp"] as const) {
      expect(() => playPingers(3, (c) => void c[verb](3))).toThrow("there is no peer 3: the cluster has peers 0 … 2");
    }
  });
});

it("a pause stops timers and deliveries; all that waited comes when it ends", () => {
  const result = playPingers(2, (c) => {
    c.sleep(15);
    c.pause(1);
    expect([c.isUp(1), c.start(1, "x")]).toEqual([true, null]);
    c.sleep(30);
    c.resume(1);
    c.sleep(11);
  });
  expect(timesOf(result, "call", 1)).toEqual([10, 45, 55]);
  expect(timesOf(result, "deliver-request", 1)).toEqual([11, 45, 45, 45, 51]);
  expect(result.trace.filter(({ kind }) => kind === "fault").map(({ text, peer }) => [text, peer])).toEqual([
    ["pause", 1],
  ]);
});

describe("the weather", () => {
  const arrivals = (model: NetworkModel, viaSetup: boolean): number =>
    timesOf(
      playPingers(
        2,
        (c) => {
          if (!viaSetup) c.network(model);
          c.sleep(10_005);
          c.reliable();
          c.sleep(10_000);
        },
        viaSetup ? { setup: (setup) => setup.network(model) } : {},
      ),
      "deliver-request",
      1,
    ).length;

  it.each([true, false])("is set before the boots (%s) or later, and ends with reliable()", (viaSetup) => {
    expect(arrivals({}, viaSetup)).toBe(2_000);
    expect(Math.abs(arrivals({ drop: 0.5 }, viaSetup) - 1_500)).toBeLessThan(80);
    expect(Math.abs(arrivals({ duplicate: 0.5 }, viaSetup) - 2_500)).toBeLessThan(80);
  });
});
