import { describe, expect, it } from "vitest";
import { playPingers, timesOf } from "./pingers.ts";

describe("crashes between effects", () => {
  /** The effects of each of a pinger's 10 ms: call, call, save; and replies to the others. */
  it.each([
    ["before", "call", 0, 0],
    ["after", "call", 1, 0],
    ["before", "save", 2, 0],
    ["after", "save", 2, 1],
  ] as const)("%s the first %s, a peer has made %i calls and %i saves", (when, effect, calls, saves) => {
    const result = playPingers(3, (c) => {
      const crashes = c.crashOnEffect({ peers: [1], effect, when });
      c.sleep(35);
      expect([crashes.crashes(), c.isUp(0), c.isUp(1), c.isUp(2)]).toEqual([1, true, false, true]);
    });
    expect([timesOf(result, "call", 1).length, timesOf(result, "save", 1).length]).toEqual([calls, saves]);
    expect(result.trace.filter(({ kind }) => kind === "fault").map(({ text, timeUs }) => [text, timeUs])).toEqual([
      [`crash ${when} ${effect}`, 10_000],
    ]);
  });

  it("happen before the effect when nobody says so, at any of four kinds, and no more than once", () => {
    const result = playPingers(3, (c) => {
      const crashes = c.crashOnEffect({});
      c.sleep(100);
      expect([crashes.crashes(), c.isUp(0)]).toEqual([1, false]);
    });
    expect(timesOf(result, "call", 0)).toEqual([]);
  });

  it("leave a majority up, of an even cluster too, unless it is said that they need not", () => {
    for (const [size, up] of [
      [3, 2],
      [4, 3],
      [5, 3],
    ] as const) {
      playPingers(size, (c) => {
        c.crashOnEffect({ limit: 9 });
        c.sleep(100);
        expect(c.connected()).toHaveLength(up);
      });
    }
    playPingers(3, (c) => {
      c.crashOnEffect({ limit: 9, keepMajority: false });
      c.sleep(100);
      expect(c.connected()).toEqual([]);
    });
  });

  it("come with their chance, each again, up to the limit; and end when the rule is removed", () => {
    playPingers(3, (c) => {
      const crashes = c.crashOnEffect({
        effect: "save",
        chance: 0.2,
        limit: 150,
        restartAfterMs: [1, 1],
        peers: [0, 1],
      });
      c.sleep(5_000);
      // 2 peers save each 10 ms, but for the 11 ms that a crash costs: 1000 saves, of which a fifth.
      const seen = crashes.crashes();
      expect(seen).toBeLessThanOrEqual(150);
      expect(seen).toBe(150);
    });
    const count = (chance: number): number => {
      let seen = 0;
      playPingers(3, (c) => {
        const crashes = c.crashOnEffect({
          effect: "save",
          chance,
          limit: 9_999,
          restartAfterMs: [1, 1],
          peers: [0, 1],
        });
        c.sleep(5_000);
        crashes.remove();
        crashes.remove();
        seen = crashes.crashes();
        c.sleep(500);
        expect([crashes.crashes(), c.connected()]).toEqual([seen, [0, 1, 2]]);
      });
      return seen;
    };
    expect(Math.abs(count(0.2) - 196)).toBeLessThan(50);
    expect(Math.abs(count(0.05) - 50)).toBeLessThan(28);
  });

  it("boot again after the time given, drawn evenly, at least one lookahead later, and not over another boot", () => {
    const downs: number[] = [];
    const result = playPingers(3, (c) => {
      c.crashOnEffect({ effect: "save", limit: 400, restartAfterMs: [20, 40], peers: [1] });
      c.sleep(14_000);
    });
    const faults = result.trace.filter(({ kind }) => kind === "fault").map(({ timeUs }) => timeUs / 1_000);
    const boots = timesOf(result, "boot", 1).slice(1);
    for (const [i, ms] of boots.entries()) downs.push(ms - (faults[i] as number));
    expect(downs.length).toBeGreaterThan(300);
    expect([
      Math.min(...downs) >= 20,
      Math.min(...downs) < 21,
      Math.max(...downs) <= 40,
      Math.max(...downs) > 39,
    ]).toEqual([true, true, true, true]);
    expect(Math.abs(downs.reduce((sum, ms) => sum + ms, 0) / downs.length - 30)).toBeLessThan(1);

    const soon = playPingers(3, (c) => {
      c.crashOnEffect({ effect: "save", restartAfterMs: [0, 0], peers: [1] });
      // A wait that ends between the crash and the boot, since a window would hide the difference.
      c.sleep(10.2);
      c.sleep(20);
    });
    expect(timesOf(soon, "boot", 1)).toEqual([0, 11]);
    const byHand = playPingers(3, (c) => {
      c.crashOnEffect({ effect: "save", restartAfterMs: [20, 20], peers: [1] });
      c.sleep(15);
      c.restart(1);
      c.sleep(2);
      c.crash(1);
      c.sleep(30);
    });
    expect(timesOf(byHand, "boot", 1)).toEqual([0, 15]);
  });
});
