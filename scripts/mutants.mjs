/**
 * Mutation testing of the grader itself: `npm run mutants`. Each mutant is one small mistake in the machinery, kept as data in
 * test/mutants, with the test files that must notice it. A copy of the working tree gets one mutant after the other, and
 * runs only those files. Exit status 1 when one survives, cannot be applied, or keeps the tests from running.
 *
 *   npm run mutants -- --only heal            those whose id or file has this text
 *   npm run mutants -- --sample 8 --seed 5    so many, spread over all of them; another seed, others
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const FOLDER = "test/mutants";
/** A mutant that makes a loop endless is of no use: no test says what went wrong. Nobody waits for it for ever. */
const LIMIT_MS = 900_000;

/** All mutants, in the order of their files: `{ id, file, find, replace, breaks, tests, equivalent? }`. */
export function readMutants(root = ROOT) {
  return readdirSync(join(root, FOLDER))
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => parse(readFileSync(join(root, FOLDER, name), "utf8")));
}

/** How often a mutant's text stands in its file. */
export function occurrences(mutant, root = ROOT) {
  const path = join(root, mutant.file);
  return existsSync(path) ? readFileSync(path, "utf8").split(mutant.find).length - 1 : 0;
}

/** So many of a list, spread evenly over it; where it begins depends on the seed. */
export function spread(list, count, seed) {
  if (count >= list.length) return list;
  const stride = list.length / count;
  // Steps of the golden ratio: few seeds in a row leave nothing out.
  const offset = ((seed * 0.618_033_988_75) % 1) * stride;
  return Array.from({ length: count }, (_, i) => list[Math.floor(i * stride + offset)]);
}

async function main() {
  const { values } = parseArgs({
    options: {
      only: { type: "string", default: "" },
      sample: { type: "string" },
      seed: { type: "string", default: "0" },
    },
  });
  const all = readMutants().filter(({ equivalent }) => equivalent === undefined);
  const named = all.filter(({ id, file }) => id.includes(values.only) || file.includes(values.only));
  const mutants = values.sample === undefined ? named : spread(named, Number(values.sample), Number(values.seed));
  if (mutants.length === 0) {
    console.error(`error: no mutant has "${values.only}" in its id or file: see ${FOLDER}`);
    return 2;
  }
  const copy = copyOfTree();
  const tests = await TestRunner.of(copy);
  try {
    const files = [...new Set(mutants.flatMap((mutant) => mutant.tests))];
    const { failed, broken } = await tests.run(files, 0);
    if (failed.length + broken.length > 0) {
      console.error(`error: without any mutant, these must pass first: ${[...failed, ...broken].join("; ")}`);
      return 2;
    }
    return await playAll(mutants, copy, tests);
  } finally {
    await tests.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

async function playAll(mutants, copy, tests) {
  let killed = 0;
  for (const mutant of mutants) {
    const verdict = await play(mutant, copy, tests);
    if (verdict.startsWith("killed")) killed++;
    console.log(`${mutant.id.padEnd(40)} ${verdict}`);
  }
  console.log(`\nof ${mutants.length} mutants ${killed} killed, ${mutants.length - killed} not`);
  return killed === mutants.length ? 0 : 1;
}

/** Applies a mutant to a copy, runs its tests there, and puts the file back. */
async function play(mutant, copy, tests) {
  const count = occurrences(mutant, copy);
  if (count !== 1) return `DOES NOT APPLY: its text stands ${count} times in ${mutant.file}`;
  const path = join(copy, mutant.file);
  const original = readFileSync(path, "utf8");
  const change = (text) => {
    writeFileSync(path, text);
    tests.forget(path);
  };
  change(original.split(mutant.find).join(mutant.replace));
  try {
    const { failed, broken } = await tests.run(mutant.tests, 1);
    if (failed.length > 0) return `killed by ${failed[0]}`;
    // A file that does not even load has failed no test: the mutant is no program.
    if (broken.length > 0) return `DOES NOT RUN: ${broken.join("; ")}`;
    return `SURVIVED ${mutant.tests.join(" ")}: ${mutant.breaks}`;
  } finally {
    change(original);
  }
}

/** What is tracked, and what is new and not ignored; what was installed and built is shared. */
function copyOfTree() {
  const copy = mkdtempSync(join(tmpdir(), "consensus-labs-mutants-"));
  const { stdout } = spawnSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  for (const path of stdout.split("\0")) {
    if (path === "" || !existsSync(join(ROOT, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(ROOT, path), join(copy, path), { verbatimSymlinks: true });
  }
  for (const name of ["node_modules", "dist"]) {
    if (existsSync(join(ROOT, name))) symlinkSync(join(ROOT, name), join(copy, name));
  }
  return copy;
}

/** Runs test files of a copy in one warm vitest: starting one for each mutant would take most of the time. */
class TestRunner {
  static async of(root) {
    // Some tests name files from the folder that they are started in.
    process.chdir(root);
    const { createVitest } = await import("vitest/node");
    // No report of its own: it would replace that of the tests. No limit of time: a busy machine kills no mutant.
    const options = {
      root,
      watch: false,
      pool: "threads",
      fileParallelism: false,
      reporters: [{}],
      testTimeout: LIMIT_MS,
    };
    const vitest = await createVitest("test", options);
    // Flags of tests that have a process of their own make them faster, and no thread takes them.
    for (const project of vitest.projects) project.config.execArgv = [];
    return new TestRunner(vitest);
  }

  constructor(vitest) {
    this.vitest = vitest;
  }

  /** The tests that failed, up to so many (0: all), and the files that could not be run. */
  async run(files, bail) {
    this.vitest.config.bail = bail;
    for (const project of this.vitest.projects) project.config.bail = bail;
    const watchdog = setTimeout(() => {
      console.error(`error: ${files.join(" ")} did not end within ${LIMIT_MS / 60_000} minutes`);
      process.exit(1);
    }, LIMIT_MS);
    const specifications = await this.vitest.globTestSpecifications(files);
    const ours = new Set(specifications.map(({ moduleId }) => moduleId));
    const { testModules } = await this.vitest.runTestSpecifications(specifications, false);
    clearTimeout(watchdog);
    const modules = testModules.filter(({ moduleId }) => ours.has(moduleId));
    const name = ({ relativeModuleId }) => relativeModuleId;
    const failed = modules.flatMap((one) =>
      [...one.children.allTests("failed")].map(({ fullName }) => `${name(one)}: ${fullName}`),
    );
    const broken = modules
      .filter((one) => one.errors().length > 0)
      .map((one) => `${name(one)}: ${one.errors()[0].message}`);
    if (modules.length < files.length) broken.push(`only ${modules.length} of ${files.length} test files were run`);
    return { failed, broken };
  }

  /** A file was changed. */
  forget(path) {
    this.vitest.invalidateFile(path);
  }

  async close() {
    await this.vitest.close();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) process.exitCode = await main();
