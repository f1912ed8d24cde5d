/**
 * What gradings of known-wrong submissions take, beside that of the reference:
 *
 *   node scripts/wrong-figures.mjs [--lab lab2] [--wrong test/wrong/raft] [--only a,b] [--every 7] [--first 0] [--most 5]
 *                                  [--against <checkout>] [--with-node <program>] [--or="<options of grade>"]
 *                                  [-- <options of grade>]
 *
 * A line for each: CPU time of all its processes, how many times the reference's that is, wall time, and the run that took longest
 * of those that did not pass. Then the sum, and the slowest ten. `--against` grades each with another built checkout too,
 * `--with-node` with another Node, `--or` with other options, in turns; verdicts, texts and hashes must be the same, all but times.
 * Exit status 1 when they are not, or when one took more than `--most` times what the reference took, and no limit or budget ended
 * a run of it.
 *
 *   node scripts/wrong-figures.mjs --against ../before
 *   node scripts/wrong-figures.mjs --or="--boundary process --workers 2 --runs 1" -- --runs 1
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildCorpus } from "../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../grader/calibrate/corpus/load.ts";
import { labs } from "../labs/index.ts";
import { measureWrong } from "./measure/wrong.ts";

const text = { type: "string" } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lab: { type: "string", default: "lab2" },
    wrong: text,
    only: text,
    every: { type: "string", default: "1" },
    first: { type: "string", default: "0" },
    most: { type: "string", default: "5" },
    against: text,
    or: text,
    "with-node": text,
  },
});
const lab = labs.find(({ id }) => id === values.lab);
if (lab === undefined) refuse(`--lab ${values.lab}: there is no such lab`);
const { form, home, suites } = lab;
const [every, first, most] = [
  numberOf("every", /^[1-9]\d*$/),
  numberOf("first", /^\d+$/),
  numberOf("most", /^\d+(\.\d+)?$/),
];
const wrong = [resolve(values.wrong ?? join("test/wrong", home))];
const stages = suites.map(({ id }) => id);
const entries = loadCorpus({ wrong, right: [] }, form.file, stages)
  .filter(({ noEffect }) => noEffect === undefined)
  .filter(({ id }) => values.only?.split(",").some((part) => id.includes(part)) ?? true)
  .filter((_, at) => at % every === first % every);
if (entries.length === 0) refuse("no submission is left of that corpus: look at --wrong, --only, --every and --first");
const folder = mkdtempSync(join(tmpdir(), "wrong-figures-"));
try {
  const keepIn = join(folder, "submissions");
  await buildCorpus(entries, form, { keepIn });
  const { against = ".", or, "with-node": node } = values;
  const isSame = measureWrong({
    lab: lab.id,
    reference: resolve("reference", home),
    submissions: entries.map(({ id }) => ({ id, folder: join(keepIn, id) })),
    way: { checkout: resolve("."), args: positionals },
    ...([values.against, or, node].some((one) => one !== undefined) && {
      other: {
        checkout: resolve(against),
        args: or === undefined ? positionals : or.split(" ").filter(Boolean),
        ...(node !== undefined && { node: resolve(node) }),
      },
    }),
    most,
    caches: join(folder, "caches"),
  });
  process.exitCode = isSame ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function numberOf(name: "every" | "first" | "most", pattern: RegExp): number {
  const text = values[name];
  if (!pattern.test(text)) refuse(`--${name} ${text}: a number is needed`);
  return Number(text);
}

function refuse(problem: string): never {
  console.error(`error: ${problem}`);
  process.exit(2);
}
