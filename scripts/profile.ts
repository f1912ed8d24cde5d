/**
 * `npm run profile -- [lab] [submission] [words of grade]`: where each 0.1 s of a grading goes; `lab2 reference` by default.
 * Two tables that answer two questions:
 *
 * 1. *What did somebody wait for?* Wall time of whole gradings, from the start of the process to its end, step by step: each
 *    row begins where the one above ends, so they add up to the whole. Medians of `--rounds` gradings, with the least and the
 *    most. The last column are tenths of a second. The check of types runs beside the runs, and is told apart; what two
 *    workers do at once counts once. Beside it stands the CPU time of all processes: much more of it than wall time means
 *    that cores were at work together, much less that somebody waited.
 * 2. *What did the runs compute?* The same runs, seed for seed, played once more in one process without pipes, one after the other, each peer audited
 *    once where the grading had audits, under V8's sampling profiler. A row is a part of the grader by its folder; what V8 does for a part (maps, typed arrays,
 *    `node:vm`) counts as its own. Runs and audits are told apart, since an audit is the peer run once more. So this table
 *    knows nothing of processes that start, of pipes, and of each process that compiles the same code again: where a
 *    grading takes much more CPU time than this table has, that is where it goes.
 *
 * Nothing is judged: to know whether a change made something faster, compare with `npm run bench -- --against <checkout>`.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { packageRoot } from "../grader/sandbox/dist-file.ts";
import { oneLine } from "./measure/figures.ts";
import { printRunCosts } from "./measure/run-costs.ts";
import { printSteps } from "./measure/steps.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    runs: { type: "string" },
    workers: { type: "string" },
    seed: { type: "string" },
    sandbox: { type: "boolean", default: false },
    "no-audit": { type: "boolean", default: false },
    "no-cache": { type: "boolean", default: false },
  },
});
const [lab = "lab2", submission = "reference"] = positionals;
const words = [lab, submission];
for (const name of ["only", "runs", "workers", "seed"] as const) {
  const value = values[name];
  if (value !== undefined) words.push(`--${name}`, value);
}
for (const name of ["sandbox", "no-audit", "no-cache"] as const) if (values[name]) words.push(`--${name}`);

const caches = mkdtempSync(join(tmpdir(), "profile-"));
try {
  console.log(`grade ${words.join(" ")}`);
  console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}\n`);
  const result = printSteps(words, Math.max(1, Number(values.rounds)), caches);
  const hasAudits = !values["no-audit"] && (values.runs === undefined || Number(values.runs) >= 4);
  if (result.ungradable === undefined) await printRunCosts(result, resolve(packageRoot(), submission), hasAudits);
} catch (error) {
  console.error(oneLine(error));
  process.exitCode = 2;
} finally {
  rmSync(caches, { recursive: true, force: true });
}
