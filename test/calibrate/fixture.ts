import type { Grading } from "../../grader/calibrate/gradings.ts";
import { matrixSeed } from "../../grader/calibrate/plan.ts";
import type { ScenarioColumn } from "../../grader/calibrate/result.ts";
import { type Outcome, RunStore } from "../../grader/calibrate/run-store.ts";
import { type Material, summarise } from "../../grader/calibrate/summarise.ts";

export function column(id: string): ScenarioColumn {
  return { id, title: `all about ${id}`, suite: id.slice(0, id.indexOf("/")), points: 2, defaultRuns: 5 };
}

/** A run that passed, with what a test wants different. */
export function outcome(changes: Partial<Outcome> = {}): Outcome {
  return { verdict: "passed", virtualMs: 1000, rpcs: 10, wallMs: 1, ...changes };
}

type Entry = Material["entries"][number];

export function entry(id: string, changes: Partial<Entry> = {}): Entry {
  return {
    id,
    kind: "wrong",
    file: "corpus.yaml",
    summary: `What is <wrong> with ${id}.`,
    weak: false,
    failsBefore: false,
    folder: id,
    edits: [],
    hash: id.padEnd(64, "0"),
    ...changes,
  };
}

const FAILED = { verdict: "failed", property: "election-safety", message: "expected one leader; saw two" } as const;

/** A small calibration of two stages: one dies, one lives, one weak one lives, one right one fails once. */
export function smallResult(changes: Partial<Material> = {}) {
  const scenarios = ["lab2a/x", "lab2b/y", "lab2b/z"].map(column);
  const dies = entry("dies", { stage: "lab2b", expects: ["election-safety"], source: "a book" });
  const lives = entry("lives", { stage: "lab2a", expects: ["liveness"] });
  const weak = entry("feeble", { stage: "lab2a", expects: ["liveness"], weak: true });
  const good = entry("good", { kind: "right", needs: "no-ops" });
  const better = entry("better", { kind: "right" });
  const entries = [dies, lives, weak, good, better];
  const store = new RunStore();
  const runs: { entry: Entry; scenario: string; seed: number }[] = [];
  const play = (of: Entry, scenario: string, count: number, outcomeOf: (nth: number) => Partial<Outcome>) => {
    for (let nth = 0; nth < count; nth++) {
      const seed = matrixSeed(1, nth, scenario);
      runs.push({ entry: of, scenario, seed });
      store.add(of.hash, scenario, seed, outcome(outcomeOf(nth)));
    }
  };
  play(dies, "lab2a/x", 2, (nth) => (nth === 1 ? FAILED : {}));
  play(dies, "lab2b/y", 4, () => FAILED);
  play(dies, "lab2b/z", 4, (nth) => (nth === 0 ? { verdict: "crashed", message: "peer 0 threw" } : {}));
  play(lives, "lab2a/x", 4, () => ({}));
  play(weak, "lab2a/x", 4, () => ({}));
  for (const { id } of scenarios) {
    play(good, id, 10, () => ({}));
    play(better, id, 5, (nth) => (nth === 2 && id === "lab2b/z" ? FAILED : {}));
  }
  const kill = { scenario: "lab2b/y", index: 0, seed: matrixSeed(1, 0, "lab2b/y") };
  return summarise({
    lab: "lab2",
    seed: 1,
    grader: "abc",
    safety: { properties: ["election-safety"], cap: [0.4] },
    size: { runs: 4, seeds: 3, sample: { kind: "all" } },
    scenarios,
    chosen: [...entries, { ...entry("none"), noEffect: "no <schedule> shows it" }],
    entries,
    runs,
    gradings: new Map<string, Grading[]>([
      [
        "dies",
        [3, 1, 2].map((baseSeed) => ({ baseSeed, killedIn: baseSeed, kill, wallMs: baseSeed * 10, played: [] })),
      ],
      ["lives", [1, 2, 3].map((baseSeed) => ({ baseSeed, killedIn: null, wallMs: 50, played: [] }))],
      ["feeble", [{ baseSeed: 1, killedIn: null, wallMs: 50, played: [] }]],
    ]),
    store,
    isInterrupted: false,
    wallMs: 1234,
    ...changes,
  });
}
