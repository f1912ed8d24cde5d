import { describe, expect, test } from "vitest";
import { searched } from "../../grader/run/explain.ts";
import type { Candidate, Trial } from "../../grader/shrink/candidate.ts";
import type { Script, Step } from "../../grader/shrink/script.ts";
import { Shrinker, type ShrinkPlan } from "../../grader/shrink/shrinker.ts";

const start = (command: number): Step => ({ do: "start", peer: 0, command });
const scriptOf = (steps: readonly Step[]): Script => ({
  lab: "lab2",
  groups: [{ role: "peer", size: 3 }],
  seed: 1,
  steps,
});
const commandsOf = ({ steps }: Script) => steps.map((step) => (step.do === "start" ? step.command : step.do));
const many = (count: number) => Array.from({ length: count }, (_, i) => start(i));

/** Fails when these commands are started, in this order. */
function needs(...commands: number[]): (script: Script) => Promise<Trial> {
  return async ({ steps }) => {
    let at = 0;
    let end = 0;
    for (const step of steps) {
      end++;
      if (step.do === "start" && step.command === commands[at]) at++;
      if (at === commands.length) break;
    }
    const outcomes = steps
      .slice(0, end)
      .map((step) => (step.do === "crash" ? { traceFrom: 0, nothing: "it is down" } : { traceFrom: 0 }));
    return { signature: at === commands.length ? "broken" : null, outcomes, effort: 0 };
  };
}

interface Plan extends Partial<ShrinkPlan> {
  readonly test: (script: Script) => Promise<Trial>;
}

async function shrink(steps: readonly Step[], { test, ...plan }: Plan, more: Partial<Candidate> = {}) {
  const script = { ...scriptOf(steps), ...more };
  const candidates = { asTried: (one: Script) => ({ script: one }), asSeen: (trial: Trial) => trial };
  const shrinker = new Shrinker(script, "broken", await test(script), {
    lanes: 1,
    budget: 100_000,
    ...candidates,
    ...plan,
  });
  return searched(shrinker.shrink(), (one) => test(one.script));
}

describe("a failing script", () => {
  test("loses every step that it fails without", async () => {
    const { script, endedBy } = await shrink(many(500), { test: needs(17, 250, 251, 480) });
    expect(commandsOf(script)).toEqual([17, 250, 251, 480]);
    expect(endedBy).toBeUndefined();
  });

  test("loses what is not reached any more, and what found nothing to do, unasked", async () => {
    const steps: Step[] = [start(1), { do: "crash", peer: 1 }, start(2), start(3), start(4)];
    let played = 0;
    const test = needs(1, 2);
    const { script } = await shrink(steps, {
      test: (candidate) => {
        played++;
        expect(played === 1 || candidate.steps.every((step) => step.do === "start")).toBe(true);
        return test(candidate);
      },
    });
    expect(commandsOf(script)).toEqual([1, 2]);
  });

  test("loses two steps together that cannot go alone", async () => {
    const test = async ({ steps }: Script): Promise<Trial> => {
      const has = (command: number) => steps.some((step) => step.do === "start" && step.command === command);
      const signature = has(9) && has(2) === has(6) ? "broken" : null;
      return { signature, outcomes: steps.map(() => ({ traceFrom: 0 })), effort: 0 };
    };
    expect(commandsOf((await shrink([2, 5, 6, 9].map(start), { test })).script)).toEqual([9]);
  });

  test("becomes the same, after as much, however many are played at a time", async () => {
    const plan = { test: needs(3, 90, 91, 150) };
    const [one, two, five] = [
      await shrink(many(200), { ...plan, lanes: 1 }),
      await shrink(many(200), { ...plan, lanes: 2 }),
      await shrink(many(200), { ...plan, lanes: 5 }),
    ];
    expect(two).toEqual(one);
    expect(five).toEqual(one);
  });

  test("is played in a smaller cluster where it fails so there, too, and where nothing else speaks of its size", async () => {
    const deliver = (from: number, to: number): Step => ({ do: "deliver", ref: { what: "request", from, to } });
    const steps: Step[] = [
      ...[0, 1, 2, 3, 4].map((peer): Step => ({ do: "boot", peer })),
      deliver(1, 3),
      deliver(1, 4),
      deliver(4, 0),
    ];
    // A majority of whatever size it has must be asked by one peer.
    const test = async ({ steps: left, groups }: Script): Promise<Trial> => {
      const [{ size: peers } = { size: 0 }] = groups;
      const asked = left.filter((step) => step.do === "deliver" && step.ref.from === (peers === 5 ? 1 : 0)).length;
      const isBooted = left.filter((step) => step.do === "boot").length > peers / 2;
      return {
        signature: isBooted && asked >= Math.floor(peers / 2) ? "broken" : null,
        outcomes: left.map(() => ({ traceFrom: 0 })),
        effort: 0,
      };
    };
    const tail: Step[] = [{ do: "expect", expect: { name: "agree", args: ["x", 5] } }];
    const make = async (behind: Pick<Candidate, "tail" | "needs">) => {
      const script = {
        ...scriptOf(steps),
        ...behind,
        groups: [{ role: "peer", size: 5 }],
        clocks: { 0: { offsetUs: 5, driftPpm: 0 }, 4: { offsetUs: 7, driftPpm: 0 } },
      };
      const candidates = { asTried: (one: Script) => ({ script: one }), asSeen: (trial: Trial) => trial };
      const plan = { lanes: 2, budget: 10_000, ...candidates };
      return (
        await searched(new Shrinker(script, "broken", await test(script), plan).shrink(), (one) => test(one.script))
      ).script;
    };
    for (const small of [await make({}), await make({ tail, needs: ["command", "count"] })]) {
      expect([small.groups[0]?.size, small.steps.length]).toEqual([3, 3]);
      for (const step of small.steps)
        if (step.do === "deliver") expect([step.ref.from, step.ref.to].every((peer) => peer < 3)).toBe(true);
      if (small.tail !== undefined)
        expect(small.tail).toEqual([{ do: "expect", expect: { name: "agree", args: ["x", 3] } }]);
    }
    const large = await make({ tail });
    expect([large.groups[0]?.size, large.steps.length, Object.keys(large.clocks ?? {})]).toEqual([5, 5, ["0", "4"]]);
  });

  test("is not tried without steps that find nothing to do without one that was tried", async () => {
    let played = 0;
    const steps = many(12);
    // Each step but the first does something only after the one before it, and all are needed.
    const test = async ({ steps: left }: Script): Promise<Trial> => {
      played++;
      let next = 0;
      const outcomes = left.map((step) => {
        const isNext = step.do === "deliver" && step.ref.nth === next;
        if (isNext) next++;
        return isNext ? { traceFrom: 0 } : { traceFrom: 0, nothing: "too early" };
      });
      return { signature: next === steps.length ? "broken" : null, outcomes, effort: 0 };
    };
    const chain = steps.map((_, nth): Step => ({ do: "deliver", ref: { what: "request", from: 0, to: 1, nth } }));
    expect((await shrink(chain, { test })).script.steps).toHaveLength(12);
    // First the script, halves and quarters, then single steps; any set of them is all from its first step on.
    expect(played).toBeLessThan(45);
  });

  test("is not played once more where it failed in another way", async () => {
    const played = new Set<string>();
    const test = needs(1, 4, 7);
    await shrink(many(9), {
      test: (script) => {
        const steps = JSON.stringify(script.steps);
        expect(played.has(steps)).toBe(false);
        if (played.size > 0 || script.steps.length < 9) played.add(steps);
        return test(script);
      },
    });
    expect(played.size).toBeGreaterThan(9);
  });

  test("has other steps instead where fewer are to be written", async () => {
    const timer = (peer: number): Step => ({ do: "timer", peer });
    // Two timers of each of both, in any order.
    const test = async ({ steps }: Script): Promise<Trial> => {
      const countOf = (peer: number) => steps.filter((step) => step.do === "timer" && step.peer === peer).length;
      const outcomes = steps.map(() => ({ traceFrom: 0 }));
      return { signature: countOf(0) >= 2 && countOf(1) >= 2 ? "broken" : null, outcomes, effort: 0 };
    };
    const { script } = await shrink([0, 1, 2, 0, 1].map(timer), { test });
    expect(script.steps).toEqual([0, 0, 1, 1].map(timer));
  });

  test("has less of what may be set to anything, and fewer steps by that", async () => {
    // With a snapshot every third entry three of them are needed.
    const test = async ({ steps, options = {} }: Script): Promise<Trial> => {
      const isEnough = steps.length >= (options.every as number) && (options.every as number) >= 3;
      return { signature: isEnough ? "broken" : null, outcomes: steps.map(() => ({ traceFrom: 0 })), effort: 0 };
    };
    const set = { options: { every: 10 }, freeOptions: ["every"] };
    const { script } = await shrink(many(20), { test }, set);
    expect([script.options, script.steps.length]).toEqual([{ every: 3 }, 3]);
  });

  test("that fails in another way is not the one", async () => {
    const test = async (script: Script): Promise<Trial> => {
      const trial = await needs(5, 9)(script);
      return trial.signature === null && script.steps.length < 8 ? { ...trial, signature: "broken otherwise" } : trial;
    };
    expect(commandsOf((await shrink(many(20), { test })).script)).toEqual([5, 9]);
  });

  test("is as short as it was when the budget was used up, the same each time", async () => {
    const plan = { test: needs(3, 90, 150), budget: 12 };
    const { script, spent, endedBy } = await shrink(many(200), plan);
    expect(endedBy).toBe("budget");
    expect(spent).toBeLessThan(12 + 2);
    expect(commandsOf(script)).toEqual(commandsOf((await shrink(many(200), { ...plan, lanes: 3 })).script));
    expect(commandsOf(script)).toEqual(expect.arrayContaining([3, 90, 150]));
    expect(script.steps.length).toBeLessThan(200);
  });

  test("uses its budget up by what its plays took, not by their number", async () => {
    const playedOf = async (effort: number) => {
      let played = 0;
      const test = async (script: Script): Promise<Trial> => {
        played++;
        return { ...(await needs(3, 90, 150)(script)), effort };
      };
      await shrink(many(200), { test, budget: 20 });
      return played;
    };
    const [short, long] = [await playedOf(100), await playedOf(5_000)];
    expect(short).toBeGreaterThan(15);
    expect(long).toBeLessThan(8);
  });

  test("does not lose what only seems to be needless as long as nobody waits to the end", async () => {
    const steps = many(100);
    const toTheEnd = needs(3, 60, 90);
    const play = (one: { readonly script: Script; readonly atMostMs?: number }) =>
      one.atMostMs === undefined ? toTheEnd(one.script) : needs(60)(one.script);
    const shrinker = new Shrinker(scriptOf(steps), "broken", await toTheEnd(scriptOf(steps)), {
      ...{ lanes: 2, budget: 100_000 },
      asTried: (script) => ({ script, atMostMs: 1 }),
      asAsked: (script) => ({ script }),
      asSeen: (trial) => trial,
    });
    expect(commandsOf((await searched(shrinker.shrink(), play)).script)).toEqual([3, 60, 90]);
  });

  test.each(["interrupt", "time"] as const)("is the best that was known when it ended by %s", async (by) => {
    let played = 0;
    const test = needs(3, 90, 150);
    const { script, endedBy } = await shrink(many(200), {
      test: (candidate) => {
        played++;
        return test(candidate);
      },
      over: () => (played > 8 ? by : null),
    });
    expect(endedBy).toBe(by);
    expect(played).toBeLessThan(12);
    expect((await test(script)).signature).toBe("broken");
  });
});
