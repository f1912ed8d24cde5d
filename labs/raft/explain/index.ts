import {
  type Departure,
  EXPLANATION_LIMITS,
  type Explainer,
  type RunToExplain,
  type ToldFact,
} from "../../../grader/explain/types.ts";
import { cutText } from "../../../grader/text/cut.ts";
import { DisputedIndex } from "./facts/disputed.ts";
import { ElectionFacts } from "./facts/elections.ts";
import { KilledFacts } from "./facts/killed.ts";
import { ProgressFacts, type Standing } from "./facts/progress.ts";
import { StepFacts } from "./facts/step.ts";
import { TrafficFacts } from "./facts/traffic.ts";
import { hintFor } from "./hints.ts";
import type { Knowledge } from "./knowledge.ts";
import { RULES, watchRules } from "./rules/index.ts";
import { walk } from "./walk.ts";

/** Rules that need no beginning of the run. */
const LOCAL: ReadonlySet<string> = new Set(RULES.filter(({ isLocal }) => isLocal).map(({ id }) => id));

/** Properties whose violation is a matter of what peers promised each other. */
const SAFETY: ReadonlySet<string> = new Set(["election-safety", "state-machine-safety", "durability"]);

/** Explains a run of Raft, as far as its messages have the names of the paper's Figures 2 and 13. */
export const explainRaft: Explainer = (run) => {
  const { failure, trace, peers } = run;
  const endUs = trace.at(-1)?.timeUs ?? 0;
  const rules = watchRules();
  const elections = new ElectionFacts();
  const index = failure !== undefined && SAFETY.has(failure.property) ? failure.where?.index : undefined;
  const disputed = typeof index === "number" ? new DisputedIndex(index) : null;
  const progress = new ProgressFacts(endUs);
  const traffic = new TrafficFacts();
  const step = new StepFacts();
  const killed = new KilledFacts();
  const looks = [
    rules.look,
    elections.look,
    progress.look,
    traffic.look,
    step.look,
    killed.look,
    ...(disputed === null ? [] : [disputed.look]),
  ];
  const { peers: known, isWhole } = walk(trace, peers.length, looks);
  const standing = standingOf(run, known, isWhole);
  const facts = (): ToldFact[] => {
    const at = run.crash?.peer ?? run.stuck;
    if (at !== undefined) return step.facts(at, run.stuck !== undefined);
    if (failure === undefined) return [];
    if (failure.property === "liveness") return progress.facts(standing);
    if (failure.check === "nothing-after-kill") return killed.facts;
    if (failure.property === "efficiency" || failure.property === "resource") return traffic.facts;
    if (!isWhole) return [];
    if (disputed !== null) return disputed.facts(elections);
    const term = failure.where?.term;
    return typeof term === "number" ? elections.termFacts(term) : [];
  };
  const departures = (): readonly Departure[] => {
    const found = isWhole
      ? [...rules.departures, ...(disputed?.departures ?? [])]
      : rules.departures.filter(({ rule }) => LOCAL.has(rule));
    // What is refused in the end may be a consequence of any of them.
    return found.length > 0 || failure?.property !== "liveness" ? found : progress.departures(standing);
  };
  const hint = failure === undefined ? undefined : hintFor({ failure, standing, elections, progress, traffic });
  return {
    ...(hint !== undefined && { hint: cutText(hint, EXPLANATION_LIMITS.textChars) }),
    facts: shortened(facts()),
    departures: told(run, departures()),
  };
};

/** Whom it is about that something does not come, and who leads them. */
function standingOf({ failure, peers }: RunToExplain, known: readonly Knowledge[], isWhole: boolean): Standing {
  const reached = peers.filter(({ up, connected }) => up && connected).map(({ peer }) => peer);
  const named = (failure?.peers ?? []).filter((id) => reached.includes(id));
  const concerned = named.length > 0 ? named : reached;
  // What the peers said last is known, also where the trace is too long to be kept.
  const said = known.map(({ id }) => peers.find(({ peer }) => peer === id)?.facts ?? {});
  const figure = (id: number, fact: string) => (typeof said[id]?.[fact] === "number" ? (said[id][fact] as number) : 0);
  const newest = Math.max(0, ...concerned.map((id) => figure(id, "term")));
  const leader = known.find(
    ({ id }) => said[id]?.isLeader === true && figure(id, "term") >= newest && reached.includes(id),
  );
  const applied = known.map(({ id, applied }) => Math.max(applied, figure(id, "appliedIndex")));
  return { peers: known, concerned, leader: leader ?? null, applied, isWhole };
}

/** Those that come first; in a safety violation what has to do with time is beside the point. */
function told({ failure }: RunToExplain, departures: readonly Departure[]): Departure[] {
  const isSafety = failure !== undefined && SAFETY.has(failure.property);
  const [to, beside] = [
    departures.filter((one) => !TIMING.has(one.rule)),
    departures.filter((one) => TIMING.has(one.rule)),
  ];
  const chosen = isSafety && to.length > 0 ? to : [...to, ...beside];
  return chosen.sort((a, b) => a.timeUs - b.timeUs).slice(0, EXPLANATION_LIMITS.departures);
}

const TIMING: ReadonlySet<string> = new Set([
  "election-under-a-leader",
  "heartbeats-without-leading",
  "deposed-by-an-older-term",
]);

function shortened(facts: readonly ToldFact[]): ToldFact[] {
  return facts
    .slice(0, EXPLANATION_LIMITS.facts)
    .map(({ label, text }) => ({ label, text: cutText(text, EXPLANATION_LIMITS.textChars) }));
}
