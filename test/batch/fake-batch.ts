import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { GradeOne } from "../../grader/batch/engine/grade-one.ts";
import { openBatch } from "../../grader/batch/engine/open-batch.ts";
import { type BatchEvent, runBatch } from "../../grader/batch/engine/run-batch.ts";
import type { Intake } from "../../grader/batch/intake/index.ts";
import type { IntakeLines, Shard } from "../../grader/batch/journal/entries.ts";
import type { BatchIdentity } from "../../grader/batch/model/identity.ts";
import { finishBatch } from "../../grader/batch/outputs/index.ts";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import type { FileWriter } from "../../grader/batch/store/files.ts";
import type { Property } from "../../grader/check/failure.ts";
import type { GradingResult, RunResult, Verdict } from "../../grader/run/result.ts";
import { scoreOf } from "../../grader/run/safety-cap.ts";
import { labs } from "../../labs/index.ts";
import { raftForm } from "../submission/folder.ts";

/** The two scenarios that fake gradings have. */
export const scenarios = (labs[0]?.suites[0]?.scenarios ?? []).slice(0, 2);

export const identity: BatchIdentity = {
  lab: "lab2a",
  only: "",
  grader: "a".repeat(64),
  node: "v20.19.0",
  seed: "b".repeat(64),
  policy: "c".repeat(64),
  late: "d".repeat(64),
};

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "batch-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A submission that intake refuses, or, when `folder` is there, one that lies in it. */
export function fakeIntake(id: string, more: Partial<Intake> & { ungradable?: string; folder?: string } = {}): Intake {
  const { ungradable, folder, ...rest } = more;
  return {
    id,
    name: id,
    origin: id,
    members: [],
    notes: [],
    open: async () => (folder === undefined ? { ungradable: ungradable ?? "empty", notes: [] } : { folder, notes: [] }),
    dispose: async () => {},
    ...rest,
  };
}

export interface FakeGrading {
  /** The policy's `safetyCap`. */
  readonly cap?: readonly number[];
  /** Of each scenario, what a run of it violated. */
  readonly unsafe?: readonly Property[];
  /** Scenarios have their points though a run failed. */
  readonly passesAnyway?: boolean;
}

function unsafeRun(scenarioId: string, property: Property): RunResult {
  return {
    seed: 7,
    verdict: "failed",
    property,
    virtualMs: 1,
    rpcs: 0,
    bytes: 0,
    traceHash: "",
    replay: `grade replay ${scenarioId}@7`,
    timing: { wallMs: 1 },
  };
}

/** A grading in which the scenarios came to these verdicts. */
export function grading(id: string, verdicts: readonly Verdict[], more: FakeGrading = {}): GradingResult {
  const { cap = [], unsafe = [], passesAnyway = false } = more;
  const results = scenarios.map((scenario, index) => {
    const verdict = verdicts[index] ?? "passed";
    const property = unsafe[index];
    return {
      id: scenario.id,
      title: scenario.title,
      points: verdict === "passed" || passesAnyway ? scenario.points : 0,
      maxPoints: scenario.points,
      verdict,
      ...(verdict !== "passed" && { message: `came to ${verdict}` }),
      ...(verdict === "failed" && { property: "liveness" as const }),
      runs: property === undefined ? [] : [unsafeRun(scenario.id, property)],
    };
  });
  return {
    format: "consensus-labs/result@1",
    lab: "lab2a",
    submission: id,
    submissionHash: "",
    boundary: "process",
    ...scoreOf(results, { properties: labs[0]?.safetyProperties ?? [], cap }),
    timing: { wallMs: 5 },
    scenarios: results,
  };
}

export interface FakeBatch {
  readonly out: string;
  readonly intakes: readonly Intake[];
  readonly gradeOne: GradeOne;
  readonly identity?: BatchIdentity;
  readonly intake?: IntakeLines;
  readonly regrade?: string;
  readonly shard?: Shard;
  readonly policy?: string;
  readonly missingAs?: number;
  /** As in `BatchEntry`. */
  readonly due?: string;
  readonly writer?: FileWriter;
  readonly isHeld?: () => boolean;
  readonly retries?: number;
  readonly workers?: number;
  readonly signal?: AbortSignal;
}

/** What `grade batch` does, with gradings that cost nothing. */
export async function playBatch(batch: FakeBatch) {
  const { out, intakes, gradeOne, regrade, shard = null, writer, retries = 2, workers = 2 } = batch;
  const damage: string[] = [];
  const events: BatchEvent[] = [];
  const book = openBatch({
    out,
    identity: batch.identity ?? identity,
    shard,
    ids: intakes.map(({ id }) => id),
    due: batch.due,
    ...(batch.intake !== undefined && { intake: batch.intake }),
    regrade,
    onDamage: (message) => damage.push(message),
    writer,
    ...(batch.isHeld !== undefined && { isHeld: batch.isHeld }),
  });
  try {
    const policy = parsePolicy(batch.policy ?? "", "policy.yaml");
    const isWhole = await runBatch({
      book,
      intakes,
      shard,
      form: raftForm,
      context: { lab: "lab2a", scenarios, policy, sandbox: "full" },
      gradeOne,
      workers,
      retries,
      signal: batch.signal ?? new AbortController().signal,
      onEvent: (event) => events.push(event),
    });
    const written = isWhole ? finishBatch(out, book, { writer, missingAs: batch.missingAs }) : null;
    return { isWhole, damage, events, written };
  } finally {
    book.journal.close();
  }
}

export const FINAL_FILES = ["results.jsonl", "gradebook.csv", "summary.txt", "anomalies.txt", "attention.txt"];

export function finalFiles(out: string): Record<string, string> {
  return Object.fromEntries(FINAL_FILES.map((name) => [name, readFileSync(join(out, name), "utf8")]));
}

export const text = (out: string, name: string) => readFileSync(join(out, name), "utf8");
