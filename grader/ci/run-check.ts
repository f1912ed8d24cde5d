import { join } from "node:path";
import { Checkout, DEFAULT_INTAKE_LIMITS, Refusal } from "../batch/index.ts";
import { isHiddenName } from "../report/hidden-names.ts";
import type { GradingResult } from "../run/result.ts";
import type { Sandbox } from "../run/sandbox.ts";
import { openSubmission, type Submission, UngradableError } from "../submission/index.ts";
import { NOTES_MAX } from "../text/cut.ts";
import { printable } from "../text/printable.ts";
import { readBaseResult } from "./base-result.ts";
import { checkHead } from "./change/changes.ts";
import { type CiEvent, readEvent } from "./change/event.ts";
import { type Choice, folderName } from "./change/find.ts";
import { locate } from "./change/locate.ts";
import { checkTrusted } from "./change/trusted.ts";
import { CiError } from "./ci-error.ts";
import { compareResults } from "./model/compare.ts";
import { judge } from "./model/gate.ts";
import { withoutHidden } from "./model/hide.ts";
import type { CiOutcome, CiReport } from "./model/report.ts";
import { type CheckPlan, isRepeatable, planCheck } from "./plan.ts";
import { type PlayedCheck, play, type Unpacked } from "./play.ts";
import type { CheckRequest, Target } from "./request.ts";

/** Finds what was changed, grades it, and judges that. What cannot be graded is an outcome; throws for faults of the grader. */
export async function runCheck(request: CheckRequest): Promise<CiReport> {
  const known: Known = { change: { kind: "none" }, notes: [] };
  try {
    return await new Check(request, known).run();
  } catch (error) {
    if (!(error instanceof CiError) && !(error instanceof Refusal)) throw error;
    return { ...emptyReport("nothing-graded", error.message), ...known, notes: fewNotes(known.notes) };
  }
}

/** A report of nothing but why. */
export function emptyReport(outcome: CiOutcome, problem: string): CiReport {
  return {
    format: "consensus-labs/ci@1",
    outcome,
    problem: clean(problem),
    change: { kind: "none" },
    rules: [],
    hidden: 0,
    notes: [],
  };
}

/** What is found out on the way, and stands in the report however it ends. */
type Known = Pick<CiReport, "change" | "submission" | "lab"> & { notes: string[] };

class Check {
  constructor(
    private readonly request: CheckRequest,
    private readonly known: Known,
  ) {}

  async run(): Promise<CiReport> {
    const { request, known } = this;
    const event = request.event === undefined ? null : readEvent(request.event);
    known.change = changeOf(event);
    const limits = { ...DEFAULT_INTAKE_LIMITS, ...request.policy.intake };
    const checkout = await Checkout.open(request.repo, request.workDir, limits);
    try {
      known.notes.push(...checkout.notes);
      if (checkout.head !== null) known.change = { ...known.change, head: checkout.head.id };
      await checkTrusted(checkout, request.repo, {
        "--config": request.config,
        "--event": request.event,
        "--base-result": request.baseResult,
      });
      checkHead(checkout, event);
      const { choice, target, base } = await locate(checkout, event, request);
      if (base !== null) known.change = { ...known.change, base };
      const folder = clean(folderName(choice.candidate));
      known.lab = target.id;
      known.submission = { folder, how: choice.how, changedFiles: choice.changedFiles };
      known.notes.push(...choice.notes);
      const plan = planCheck(request, target);
      const unpacked = await this.unpack(checkout, choice);
      return await this.grade(plan, target, folder, unpacked);
    } finally {
      checkout.close();
    }
  }

  /** What lies in the folder that was chosen; a text where it may not be taken. */
  private async unpack(checkout: Checkout, { candidate }: Choice): Promise<Unpacked> {
    try {
      const { folder, notes } = await checkout.unpack(candidate.path, join(this.request.workDir, "files"));
      this.known.notes.push(...notes);
      return { folder };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ungradable: error.message };
    }
  }

  private async grade(plan: CheckPlan, target: Target, id: string, unpacked: Unpacked): Promise<CiReport> {
    const { request } = this;
    const { names, identity, hiddenShows } = plan;
    const before = request.baseResult === undefined ? null : readBaseResult(request.baseResult);
    if (typeof before === "string") this.known.notes.push(`${before}, so nothing is compared with it`);
    const base = typeof before === "string" ? null : before;
    const check = base?.report ?? null;
    const sources = "folder" in unpacked ? sourcesOf(unpacked.folder, target) : null;
    const hash = sources?.hash ?? null;
    const isSame =
      base !== null &&
      check !== null &&
      hash !== null &&
      // Who is told nothing of some scenarios has an earlier result without them.
      !(hiddenShows === "nothing" && plan.scenarios.some((one) => names.get(one.id) !== one.id)) &&
      isRepeatable(check, identity, target.id, hash, request.sandbox.tier);
    let played: PlayedCheck;
    if (isSame) played = { result: { ...base.result, submission: id }, stopped: [] };
    else {
      request.onStart?.(`${target.id} of ${id}: ${plan.scenarios.length} scenarios`);
      played = await play(request, plan, target, id, unpacked);
    }
    const { stopped } = played;
    const judged = withoutHidden(played.result, names);
    const result = withoutHidden(played.result, names, hiddenShows);
    const isSamePolicy = check !== null && check.identity?.policy === identity.policy;
    const comparison = base === null ? null : compareResults(base.result, result, isSamePolicy);
    const named = (ids: readonly string[]) => ids.map((one) => names.get(one) ?? one);
    const told = (named: readonly string[]) =>
      hiddenShows === "nothing" ? named.filter((name) => !isHiddenName(name)) : named;
    const leftOut = named(plan.leftOut.map((scenario) => scenario.id));
    // Where nothing was graded, there is nothing to judge.
    const rules = judged.ungradable === undefined ? judge(plan.gate, judged, comparison, leftOut) : [];
    const outcome = outcomeOf(judged, rules, request.signal.aborted);
    const { submission } = this.known;
    return {
      format: "consensus-labs/ci@1",
      outcome,
      ...this.known,
      ...problemOf(judged),
      ...(submission && { submission: { ...submission, ...sources } }),
      identity,
      sandbox: (isSame ? check.sandbox : undefined) ?? describeSandbox(request.sandbox),
      rules: [...rules],
      ...(comparison !== null && { base: comparison }),
      ...(isSame && { sameAs: check.change.head === undefined ? {} : { commit: check.change.head } }),
      ...(request.budgetMinutes !== undefined && {
        budget: {
          minutes: request.budgetMinutes,
          leftOut: [...told(leftOut)],
          leftOutPoints: plan.leftOut.reduce((sum, { points }) => sum + points, 0),
          stopped: [...told(named(stopped))],
        },
      }),
      hidden: result.scenarios.filter((scenario) => isHiddenName(scenario.id)).length,
      ...(hiddenShows !== "verdict" && { hiddenShows }),
      notes: fewNotes(this.known.notes),
      result,
    };
  }
}

function changeOf(event: CiEvent | null): CiReport["change"] {
  if (event?.kind === "pull-request") return { kind: "pull-request", number: event.number, isFork: event.isFork };
  return { kind: event?.kind === "push" ? "push" : "none" };
}

/** Null where the sources cannot even be read: grading them says why. */
function sourcesOf(folder: string, { lab }: Target): Pick<Submission, "hash" | "main"> | null {
  try {
    const { hash, main } = openSubmission(folder, lab.form);
    return { hash, main };
  } catch (error) {
    if (error instanceof UngradableError) return null;
    throw error;
  }
}

function outcomeOf(
  result: GradingResult,
  rules: CiReport["rules"] | readonly { passed: boolean }[],
  isEnded: boolean,
): CiOutcome {
  if (isEnded && result.interrupted) return "interrupted";
  if (result.scenarios.some(({ verdict }) => verdict === "internal-error")) return "internal-error";
  if (result.ungradable !== undefined) return "nothing-graded";
  return rules.every(({ passed }) => passed) ? "passed" : "failed";
}

function problemOf({ ungradable, scenarios }: GradingResult): Pick<CiReport, "problem"> {
  if (ungradable !== undefined) return { problem: clean(ungradable) };
  const isFault = scenarios.some(({ verdict }) => verdict === "internal-error");
  return isFault ? { problem: "the grader itself went wrong, which says nothing about the submission" } : {};
}

function describeSandbox({ tier, problems }: Sandbox): NonNullable<CiReport["sandbox"]> {
  const why = problems.map(({ reason }) => reason)[0];
  return { tier, ...(tier !== "full" && why !== undefined && { why: clean(why) }) };
}

/** A submission can give cause for thousands. */
function fewNotes(notes: readonly string[]): string[] {
  const rest = notes.length - NOTES_MAX;
  return [...notes.slice(0, NOTES_MAX).map(clean), ...(rest > 0 ? [`and ${rest} notes more`] : [])];
}

/** A text as a report has it: on one line, and not without end. */
function clean(text: string): string {
  return printable(text.slice(0, 10_000)).replace(/[\n\t]/g, "\ufffd");
}
