import type { Instance } from "../harness/instance.ts";
import type { Lab } from "../harness/scenario.ts";
import { type Coverage, DEFAULT_CAPS } from "../search/search.ts";
import type { Try } from "../shrink/candidate.ts";
import type { Script } from "../shrink/script.ts";
import { DEFAULT_SHRINK_BUDGET, shrinkScript } from "../shrink/shrink.ts";
import { signatureOf } from "../shrink/signature.ts";
import { makeSourceMapper, openSubmission, type SourceMapper } from "../submission/index.ts";
import { buildBundle } from "./build.ts";
import { playConfirmed } from "./confirm.ts";
import { type Story, searched, trialOf } from "./explain.ts";
import { loadOf } from "./load.ts";
import type { Played } from "./player.ts";
import { RunPool } from "./pool.ts";
import type { RunResult } from "./result.ts";
import { toRunResult } from "./run-result.ts";

export interface SearchRequest {
  readonly lab: Lab;
  readonly submission: string;
  readonly instances: readonly Instance[];
  /** How many instances are searched at a time. It changes nothing but speed. */
  readonly workers: number;
  /** So many beginnings of orders are looked at in each, at most. */
  readonly prefixes?: number;
  /** How many scripts are played to make what was found short; 0: it is told as it was found. */
  readonly shrinkBudget?: number;
  readonly signal?: AbortSignal;
  /** One is done. */
  readonly onDone?: (result: InstanceResult) => void;
}

/** What came of searching an instance. */
export interface InstanceResult {
  readonly instance: Instance;
  /** What was played of it; absent when the search itself came to nothing. */
  readonly coverage?: Coverage;
  /** What an order came to that the ordinary kernel played in fresh realms, or the search itself; absent: nothing was found. */
  readonly result?: RunResult;
  /** How it comes about. */
  readonly story?: Story;
  /** After so many beginnings it was found. */
  readonly foundAfter?: number;
  /** Orders that broke something in the search, and nothing in the kernel: they are no evidence. */
  readonly unconfirmed: number;
}

/** A search takes longer than a run: what it may do is said by its caps. These are for code that hangs. */
const LIMITS = { runCpuMs: 1_800_000, runWallMs: 1_800_000 };
/** What a search remembers. */
const THREAD_HEAP_MB = 1_024;

/**
 * Searches instances, each once. Whatever is found is played by the ordinary kernel, in fresh realms and twice, before it counts.
 * Throws `UngradableError` when the submission does not load, and `Aborted`.
 */
export async function searchInstances(request: SearchRequest): Promise<InstanceResult[]> {
  const { lab, submission, instances, workers, signal } = request;
  const bundle = buildBundle(openSubmission(submission, lab.form));
  const load = bundle.then((built) => loadOf(built, lab.form));
  const count = Math.min(workers, instances.length);
  const pool = new RunPool(count, load, { limits: LIMITS, threadHeapMb: THREAD_HEAP_MB });
  signal?.addEventListener("abort", () => pool.abort(), { once: true });
  if (signal?.aborted) pool.abort();
  try {
    const mapper = makeSourceMapper((await bundle).sourceMap);
    return await Promise.all(
      instances.map(async (instance) => {
        const result = await searchOne(pool, request, instance, mapper);
        request.onDone?.(result);
        return result;
      }),
    );
  } finally {
    await pool.close();
  }
}

async function searchOne(
  pool: RunPool,
  { lab, prefixes = DEFAULT_CAPS.prefixes, shrinkBudget = DEFAULT_SHRINK_BUDGET }: SearchRequest,
  instance: Instance,
  mapper: SourceMapper,
): Promise<InstanceResult> {
  const scenarioId = `${lab.id}/script`;
  const seed = 1;
  const caps = { ...DEFAULT_CAPS, prefixes };
  const search = (isStepwise: boolean) =>
    pool.play({ scenarioId, seed, search: { lab: lab.id, instance: instance.name, caps, isStepwise } });
  let played = await search(false);
  // Only who waits for each step knows at which one a host was lost, and whether any order comes to that.
  if (played.searched?.ended?.by === "lost") played = await search(true);
  if (played.searched === undefined)
    return { instance, result: toRunResult(scenarioId, seed, played, mapper), unconfirmed: 0 };
  const { coverage, found, ended } = played.searched;
  if (ended?.by === "unrepeatable") {
    const difference = "a peer was given the same once more, from its start, and did something else";
    const run = { ...played, verdict: "nondeterministic", difference } as const;
    return { instance, coverage, result: toRunResult(scenarioId, seed, run, mapper), unconfirmed: 0 };
  }
  let unconfirmed = 0;
  const candidates = found.map((one) => ({ script: one.script, foundAfter: one.prefixes }));
  if (ended !== undefined) candidates.push({ script: ended.script, foundAfter: coverage.prefixes });
  for (const { script, foundAfter } of candidates) {
    const order = { scenarioId, seed, options: { keepTrace: true }, explain: true } as const;
    const whole = await playConfirmed(pool, { ...order, script });
    if (whole.verdict === "passed") {
      unconfirmed++;
      continue;
    }
    const short = await shortOf(pool, script, whole.verdict as Played["verdict"], whole, shrinkBudget);
    const shorter = short === null ? null : await playConfirmed(pool, { ...order, script: short });
    const isAlike = shorter !== null && shorter.verdict === whole.verdict;
    const told = isAlike ? shorter : whole;
    const result = toRunResult(scenarioId, seed, told, mapper);
    const story: Story = {
      script: isAlike && short !== null ? short : script,
      outcomes: told.outcomes ?? [],
      trace: told.trace,
      result,
      from: { steps: script.steps.length, events: whole.trace.length },
    };
    return { instance, coverage, result, story, foundAfter, unconfirmed };
  }
  return { instance, coverage, unconfirmed };
}

/** The shortest script that fails in the same way; null when it is not to be made shorter. */
async function shortOf(
  pool: RunPool,
  script: Script,
  verdict: Played["verdict"],
  whole: Omit<Played, "verdict">,
  budget: number,
): Promise<Script | null> {
  const signature = signatureOf({ ...whole, verdict });
  if (budget === 0 || signature === null || (verdict !== "failed" && verdict !== "crashed")) return null;
  const play = (one: Try) => trialOf(pool.play({ scenarioId: `${script.lab}/script`, seed: script.seed, ...one }));
  const shrinkage = await searched(shrinkScript(script, signature, { lanes: 1, budget }), play);
  return shrinkage.kind === "shrunk" ? { ...shrinkage.script, breaks: signature } : null;
}
