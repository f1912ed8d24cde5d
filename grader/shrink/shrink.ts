import type { ArgumentKind } from "../harness/scenario.ts";
import type { Candidate, Search, Trial, Try } from "./candidate.ts";
import { canonical, STYLES } from "./canonical.ts";
import { freelyFrom } from "./freely.ts";
import { type Recording, timed } from "./recorder.ts";
import type { Script, Step } from "./script.ts";
import { type Candidates, type EndedBy, playsOf, Shrinker, type ShrinkPlan } from "./shrinker.ts";

/** So much is played when nobody says otherwise (`playsOf`): about ten seconds on two cores at most. */
export const DEFAULT_SHRINK_BUDGET = 2_000;

/** A run that failed, with all that a script needs to know of it. */
export interface FailedRun {
  readonly lab: string;
  /** Its id. */
  readonly scenario: string;
  readonly seed: number;
  readonly options?: NonNullable<Script["options"]>;
  /** Those of them that may be any number from 1 on. */
  readonly freeOptions?: readonly string[];
  readonly recording: Recording;
  /** See `signatureOf`. */
  readonly signature: string;
  /** When it failed, in microseconds. */
  readonly failedUs: number;
  /** What the scenario asked for then, and since when: the smallest part of it first, then what that is a part of. */
  readonly asked: readonly Asked[];
  /** Nothing that was done broke it, but something that did not come, or too much of something. */
  readonly isAboutTime: boolean;
}

/** An expectation, and since when it was judged or waited for. */
export interface Asked {
  readonly name: string;
  readonly args: readonly unknown[];
  /** What these are, where it can be asked for of a cluster of any size. */
  readonly needs?: readonly ArgumentKind[];
  readonly sinceUs: number;
}

export type Shrinkage =
  | {
      readonly kind: "shrunk";
      /** As it is written to a file; it fails with the signature of the run. */
      readonly script: Script;
      /** How many steps the run had. */
      readonly from: number;
      readonly endedBy?: EndedBy;
    }
  /** Why there is no script that fails in the same way; a sentence without a final full stop. */
  | { readonly kind: "none"; readonly why: string };

/** A way to make a script of a run: steps that can go, steps behind them that stay, and how long those are waited for. */
export interface Beginning {
  readonly steps: readonly Step[];
  readonly tail: readonly Step[];
  readonly needs?: readonly ArgumentKind[];
  readonly atMostMs?: number;
}

/**
 * Makes a short script of a failing run, which fails in the same way. Depends on nothing but the run and what comes of scripts, so
 * that the same failure gives the same script; unless `over` ends it early.
 */
export function* shrinkRun(run: FailedRun, plan: ShrinkPlan): Search<Shrinkage> {
  const { recording, signature } = run;
  if (recording.isTooLong) return none("the run is too long to be told step by step");
  const { lab, seed, options, freeOptions } = run;
  const { groups, clocks } = recording;
  const head = { lab, groups, seed, ...(Object.keys(clocks).length > 0 && { clocks }), ...(options && { options }) };
  let spent = 0;
  let isLeftOut = false;
  for (const { steps, tail, needs, atMostMs = Number.POSITIVE_INFINITY } of beginningsOf(run)) {
    // What remains is for the scenario as it is, which has no steps of its own, so that no run is without a script.
    if (spent > plan.budget / 2 && steps.length > 0) {
      isLeftOut = true;
      continue;
    }
    const isCut = atMostMs < Number.POSITIVE_INFINITY;
    const cut = isCut ? { atMostMs } : {};
    const asSeen = ({ signature: seen, outcomes, effort }: Trial, script: Candidate): Trial => ({
      effort,
      signature: seen === PENDING ? signature : seen,
      outcomes: outcomes.slice(0, script.steps.length),
    });
    const script: Candidate = { ...head, steps, tail, ...(needs && { needs }), ...(freeOptions && { freeOptions }) };
    const [trial] = yield [{ script: withTail(script), ...cut }];
    const first = asSeen(trial as Trial, script);
    spent += playsOf(first);
    const over = plan.over?.() ?? null;
    if (over !== null) return none(BEFORE_ANY[over]);
    if (first.signature !== signature) continue;
    if (trial?.signature === PENDING) {
      const [waited] = yield [{ script: withTail(script) }];
      spent += playsOf(waited as Trial);
      if (waited?.signature !== signature) continue;
    }
    const short = yield* written(script, signature, first, { ...plan, budget: plan.budget - spent }, (realms) => {
      const asAsked = (one: Candidate): Try => ({ script: withTail(one), ...realms });
      const asTried = (one: Candidate): Try => ({ ...asAsked(one), ...cut });
      return { asTried, asSeen, ...(isCut && { asAsked }) };
    });
    spent += short.spent;
    if (short.found !== null) return { kind: "shrunk", ...short.found, from: recording.steps.length };
  }
  if (isLeftOut) return none("the budget was used up before there was any");
  return none("what it takes is more than the order in which things happened");
}

const BEFORE_ANY = {
  interrupt: "it was interrupted before there was any",
  time: "its runs take so long that the time for it was over before there was any",
} as const;

function withTail({ tail = [], needs: _, freeOptions: __, ...script }: Candidate): Script {
  return { ...script, steps: [...script.steps, ...tail] };
}

/** Makes a short script of one that fails with that signature, wherever it came from; as `shrinkRun` does of a run. */
export function* shrinkScript(script: Script, signature: string, plan: ShrinkPlan): Search<Shrinkage> {
  const [first] = yield [{ script }];
  if (first === undefined || first.signature !== signature) return none("it did not fail in the same way once more");
  const { found } = yield* written(script, signature, first, plan, (realms) => ({
    asTried: (one) => ({ script: one, ...realms }),
    asSeen: (trial) => trial,
  }));
  if (found === null) return none("there is no way to write it down in which it fails alike");
  return { kind: "shrunk", ...found, from: script.steps.length };
}

/** The shortest script as it is written to a file; null when it does not fail alike so. And what of the budget was used up. */
interface Written {
  readonly found: { readonly script: Script; readonly endedBy?: EndedBy } | null;
  readonly spent: number;
}

/** Makes a script short and writes it down, first in realms of earlier plays. `first` is what came of it. */
function* written(
  script: Candidate,
  signature: string,
  first: Trial,
  plan: ShrinkPlan,
  candidatesIn: (realms: (typeof REALMS)[number]) => Candidates,
): Search<Written> {
  let spent = 0;
  for (const realms of REALMS) {
    const budget = Math.max(1, plan.budget - spent);
    const shrinker = new Shrinker(script, signature, first, { ...plan, budget, ...candidatesIn(realms) });
    const { script: short, spent: more, endedBy } = yield* shrinker.shrink();
    spent += more;
    const told = yield* asWritten(withTail(short), signature);
    if (told !== null) return { found: { script: told, ...(endedBy && { endedBy }) }, spent };
  }
  return { found: null, spent };
}

/**
 * In which realms candidates are played. What is left in them of earlier plays may have made one fail: that is seen when it is
 * written down, which takes new realms, and then all is tried in such.
 */
const REALMS = [{ renewsRealms: true }, {}] as const;

/** Of a script whose expectation had not come when nobody waited any longer. */
export const PENDING = "pending";

function none(why: string): Shrinkage {
  return { kind: "none", why };
}

/** The run as scripts, the plainest first: without times, and with the moments at which everything was. */
function* beginningsOf(run: FailedRun): Generator<Beginning> {
  if (run.isAboutTime) yield* freelyFrom(run);
  else {
    const { steps } = run.recording;
    yield { steps, tail: [] };
    yield { steps: timed(run.recording, steps.length), tail: [] };
    yield* freelyFrom(run);
  }
}

/** The script in the shortest of the ways to write it in which it still fails so; null when there is none. */
function* asWritten(script: Script, signature: string): Search<Script | null> {
  const [first] = yield [{ script }];
  if (first === undefined || first.signature !== signature) return null;
  const taken = script.steps.filter((step, at) => {
    const outcome = first.outcomes[at];
    return outcome !== undefined && (outcome.nothing === undefined || step.do === "start");
  });
  const outcomes = first.outcomes.filter(
    ({ nothing }, at) => nothing === undefined || script.steps[at]?.do === "start",
  );
  for (const style of STYLES) {
    const written = canonical({ ...script, steps: taken }, outcomes, style);
    const [trial] = yield [{ script: written }];
    if (trial?.signature === signature) return written;
  }
  return null;
}
