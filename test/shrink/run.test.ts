import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { expectationsOf, type Scenario } from "../../grader/harness/scenario.ts";
import { failedRunOf, searched } from "../../grader/run/explain.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import type { Trial, Try } from "../../grader/shrink/candidate.ts";
import { playScript, type ScriptPlay } from "../../grader/shrink/play-script.ts";
import { Recorder } from "../../grader/shrink/recorder.ts";
import { actorOf, type Script, type Step } from "../../grader/shrink/script.ts";
import { type FailedRun, PENDING, shrinkRun } from "../../grader/shrink/shrink.ts";
import { signatureOf } from "../../grader/shrink/signature.ts";
import { parseScript } from "../../grader/shrink/text/parse.ts";
import { writeScript } from "../../grader/shrink/text/write.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { languagesOf, theatreOf } from "../../labs/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { engineFor } from "../host/fixture.ts";
import { SCENARIOS } from "../wrong/play.ts";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
/** A run of each, and what it breaks: by what is done, by a crash in the middle of a step, by what does not come. */
const RUNS = {
  "a-no-votedfor-check": { scenario: "lab2a/initial-election", steps: 9, breaks: "election-safety, one-leader-a-term" },
  "c-decode-error-ignored": { scenario: "lab2c/crash-before-persist", steps: 12 },
  "a-no-election-restart": { scenario: "lab2a/re-election", steps: 8, breaks: "liveness, elects" },
  // Found by what a scenario asks for by a function of its own, and by nothing smaller than the scenario.
  "a-no-stepdown-on-reply": { scenario: "lab2a/one-way-links", steps: 7, breaks: "liveness, newer-term-deposes" },
  // Asked for of a leader that has to be told to give up, of the third one, and of what was accepted in a term.
  "a-old-heartbeat-deposes": { scenario: "lab2a/old-messages", steps: 14, breaks: "liveness, old-request-rejected" },
  "b-commit-not-on-heartbeat": { scenario: "lab2b/concurrent-starts", steps: 9, breaks: "liveness, applies" },
  "a-kill-leaks-work": { scenario: "lab2b/kill", steps: 6, breaks: "resource, nothing-after-kill" },
  "a-old-heartbeat-restarts-timer": {
    ...{ scenario: "lab2a/old-messages", steps: 6, breaks: "liveness, old-request-restarts-nothing" },
  },
} as const;
type Id = keyof typeof RUNS;

const engines = new Map<string, ReturnType<typeof engineFor>>();
beforeAll(async () => {
  const entries = loadCorpus(
    { wrong: [join(ROOT, "test/wrong", lab2.home)], right: [] },
    lab2.form.file,
    lab2.suites.map(({ id }) => id),
  );
  const chosen = entries.filter(({ id }) => id in RUNS || id === "a-candidate-ignores-equal-term-ae");
  for (const { id, load } of await buildCorpus(chosen, lab2.form)) engines.set(id, engineFor(load.code));
  const reference = await bundleSubmission(openSubmission(join(ROOT, "reference", lab2.home), lab2.form));
  engines.set("reference", engineFor(reference.code));
});

function play(id: string, script: Script, atMostMs?: number): ScriptPlay {
  const engine = engines.get(id) as ReturnType<typeof engineFor>;
  return playScript(theatreOf("lab2", script.options ?? {}), script, engine, {
    ...(atMostMs !== undefined && { atMostMs }),
  });
}

function record(id: Id, index = 0) {
  const { scenario: name } = RUNS[id];
  const seed = runSeed(1, name, index);
  const recorder = new Recorder();
  const engine = engines.get(id) as ReturnType<typeof engineFor>;
  const result = playScenario(SCENARIOS.get(name) as never, seed, engine, {}, recorder);
  const plain = playScenario(SCENARIOS.get(name) as never, seed, engine);
  expect(result.traceHash).toBe(plain.traceHash);
  const scenario = SCENARIOS.get(name) as Scenario;
  const run = failedRunOf(lab2, scenario, seed, result, recorder.recording()) as FailedRun;
  return { result, run };
}

function playOf(id: Id) {
  return async ({ script, atMostMs }: Try): Promise<Trial> => {
    const { isPending, outcomes, effort, ...result } = play(id, script, atMostMs);
    return { signature: isPending ? PENDING : signatureOf(result), outcomes, effort };
  };
}

describe("a recorded run", () => {
  test.each(["a-no-votedfor-check", "c-decode-error-ignored"] as const)(
    "of %s, played step by step with time thrown away, takes the same way",
    (id) => {
      const { run } = record(id);
      const { groups, steps } = run.recording;
      const again = play(id, { lab: "lab2", groups, seed: run.seed, steps });
      expect(again.outcomes.filter(({ nothing }) => nothing !== undefined)).toEqual([]);
      expect(signatureOf(again)).toBe(run.signature);
      expect(again.traceHash).toBe(play(id, { lab: "lab2", groups, seed: run.seed, steps }).traceHash);
    },
  );
});

describe("where messages of a recorded run set out", () => {
  test("is a step before that in which they arrive, of whoever sent them", () => {
    const { steps } = record("c-decode-error-ignored").run.recording;
    const refs = steps.flatMap((step) =>
      step.do === "deliver" || step.do === "fail" ? [{ step, ref: step.ref }] : [],
    );
    expect(refs.length).toBeGreaterThan(10);
    for (const { step, ref } of refs) {
      const { place } = ref.origin ?? { place: -1 };
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThan(step.place as number);
      expect(actorOf(steps[place] as Step)).toBe(ref.from);
    }
  });
});

describe("a shrunk run", () => {
  test.each(Object.entries(RUNS) as [Id, (typeof RUNS)[Id]][])(
    "of %s is short, fails alike from its file, and passes on the reference",
    async (id, { steps }) => {
      const { run } = record(id);
      if ("breaks" in RUNS[id]) expect(run.signature).toBe((RUNS[id] as { breaks: string }).breaks);
      const shrunk = await searched(shrinkRun(run, { lanes: 2, budget: 1_000 }), playOf(id));
      if (shrunk.kind === "none") return expect.fail(shrunk.why);
      expect(shrunk.script.steps.length).toBeLessThanOrEqual(steps);
      const script = parseScript(writeScript(shrunk.script), languagesOf([lab2]));
      expect(script).toEqual(shrunk.script);
      const failed = play(id, script);
      expect(signatureOf(failed)).toBe(run.signature);
      expect(failed.outcomes.every(({ nothing }) => nothing === undefined)).toBe(true);
      const passed = play("reference", script);
      expect([passed.verdict, passed.failure]).toEqual(["passed", undefined]);
      expect(passed.outcomes.some(({ nothing }) => nothing === undefined)).toBe(true);
    },
  );
});

describe("what scenarios ask for by name", () => {
  const known = Object.keys(expectationsOf(lab2));

  test("is what a script can ask for, so that no failure is without one", () => {
    const folder = join(ROOT, "labs/raft/scenarios");
    const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .flatMap((name) => [...readFileSync(join(folder, name), "utf8").matchAll(/\.asked\("([\w-]+)"/g)])
      .map(([, name]) => name as string);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
    expect([...SCENARIOS.keys()].filter((id) => !known.includes(id))).toEqual([]);
  });

  test("is known with a failure, and what it is a part of", () => {
    const { run } = record("a-no-stepdown-on-reply");
    expect(run.asked.map(({ name, args }) => [name, ...args])).toEqual([["newer-term-deposes"]]);
  });
});

describe("a script that somebody wrote", () => {
  const read = (text: string) => parseScript(`lab lab2\npeers 3\nseed 1\n${text}`, languagesOf([lab2]));

  test("says of each step that found nothing to do why, and goes on", () => {
    const { verdict, outcomes } = play(
      "reference",
      read(
        'boot 0\nboot 0\ntimer 1\ndeliver 0 -> 1\nfail 0 -> 2\nstart leader "x"\nstart 0 "x"\nsnapshot 0\ncrash 0\ncrash 0\nlose 0 -> 1',
      ),
    );
    expect([verdict, outcomes.map(({ nothing }) => nothing ?? "done")]).toEqual([
      "passed",
      [
        "done",
        "peer 0 is up",
        "peer 1 is down",
        "peer 1 is down",
        "no call from peer 0 to peer 2 waits for an answer",
        "nobody leads",
        "peer 0 does not lead",
        "the service of peer 0 has taken no snapshot",
        "done",
        "peer 0 is down",
        "nothing like it is on its way from peer 0 to peer 1",
      ],
    ]);
  });

  test("runs freely between its steps: who leads is cut off, another one follows, and what it missed it gets", () => {
    const { verdict, failure, outcomes } = play(
      "reference",
      read(
        'boot 0\nboot 1\nboot 2\nexpect leader\nexpect agree "x" 3\ndisconnect 0\nrun 3 s\nexpect leader\nconnect 0\nexpect agree "y" 3\nexpect calm',
      ),
    );
    expect([verdict, failure, outcomes.filter(({ nothing }) => nothing !== undefined)]).toEqual([
      "passed",
      undefined,
      [],
    ]);
  });

  test("asks of a winner to stay, once all others have heard of it and nobody is in a newer term", () => {
    const elected = "boot all\ntimer 0\ndeliver requestVote 0 -> 1\ndeliver reply requestVote 1 -> 0";
    const ends = (id: string, text: string) => play(id, read(text)).failure?.check;
    // Peer 2 is a candidate of the same term, and does not follow.
    const rivals = elected.replace("timer 0", "timer 0\ntimer 2");
    expect(ends("a-candidate-ignores-equal-term-ae", `${rivals}\nexpect winner-stays 0`)).toBe("winner-stays");
    for (const text of [rivals, elected, `${elected}\ncut 0 -> 2`]) {
      expect(ends("reference", `${text}\nexpect winner-stays 0`)).toBeUndefined();
    }
    // Peers whose patience is over when everything begins to run by itself ask nothing of the winner.
    expect(ends("reference", `${elected}\ntimer 0 times 50\nlose all\nexpect winner-stays 0`)).toBeUndefined();
  });

  test("expects what the scenarios of its lab do, with their bounds", () => {
    const { failure } = play(
      "reference",
      read("boot 0\nboot 1\nboot 2\ndisconnect 1\ndisconnect 2\nexpect leader-among 0, 1, 2"),
    );
    expect([failure?.property, failure?.timeUs]).toEqual(["liveness", expect.closeTo(30_000_000, -5)]);
  });
});
