import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { releaseCommand } from "../../grader/cli/commands/release.ts";
import { UsageError } from "../../grader/cli/input/usage-error.ts";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { labs } from "../../labs/index.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";
import { Haystack, ownNames, sentences, textsBelow } from "./leaks.ts";
import { loopTests } from "./loop.ts";

const HIDDEN = ["lab2a/swarm", "lab2b/swarm", "lab2c/swarm", "lab2d/swarm", "lab2a/rival-candidates", "lab2b/backup"];
const POLICY = `scenarios:
  - { match: "*/swarm", visibility: hidden }
  - { match: lab2a/rival-candidates, visibility: after-due }
  - { match: lab2b/backup, visibility: hidden, points: 7 }
`;

const base = folderWith({ "policy.yaml": POLICY });
const kit = join(base, "my raft");
const installed = join(kit, "node_modules/consensus-labs");
// Nothing of the caches of whoever runs the tests.
const env = { PATH: process.env.PATH, HOME: base, XDG_CACHE_HOME: base, npm_config_cache: join(base, "npm") };
/** Without a network where a namespace can be made; elsewhere npm is told to do without. */
const APART =
  spawnSync("unshare", ["-rn", "true"]).status === 0 ? ["unshare", "-rn"] : ["env", "npm_config_offline=true"];

/** What `npx --no grade` and `npm run grade` start, each of which takes a second to do so: those are for what tries them. */
const GRADE = "node_modules/.bin/grade";

/** Runs a line of the kit's README. */
function inKit(line: string, cwd = kit) {
  const [file = "", ...args] = [...APART, ...line.split(" ")];
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, env, encoding: "utf8" });
  return { code: status, out: stdout, err: stderr };
}

let released = "";
beforeAll(async () => {
  const made = await grade(["release", "lab2", "--out", kit, "--config", join(base, "policy.yaml")]);
  expect(made).toMatchObject({ code: 0, err: "" });
  released = made.out;
  expect(inKit("npm ci")).toMatchObject({ code: 0, out: expect.stringContaining("added 1 package") });
});

test("says how large it is, which is at most 20 MB, for which systems, and what is not in it", () => {
  const [, megabytes] =
    /without 6 of its 73 scenarios, which decide 12 of 105 points: ([\d.]+) MB, for \w+-\w+\.\n/.exec(released) ?? [];
  const bytes = readdirSync(kit).reduce(
    (sum, name) => sum + (name === "node_modules" ? 0 : statSync(join(kit, name)).size),
    0,
  );
  expect(Number(megabytes)).toBeGreaterThan(bytes / 1e6 - 0.3);
  expect(Number(megabytes)).toBeLessThan(20);
  expect(released).toMatch(/^labs\/raft\/README\.md:\d+: names what is not in the kit/m);
});

describe("used as its README says", () => {
  const readme = () => readFileSync(join(kit, "README.md"), "utf8");

  test("the first grading fails, and says what to do and what is not in the kit", () => {
    expect(readme()).toContain("npm ci ");
    expect(readme()).toContain("npm run grade -- lab2a ");
    const { code, out } = inKit("npm run grade -- lab2a");
    expect(code).toBe(1);
    expect(out).toMatch(/no peer says that it leads[\s\S]* again +npx --no grade replay lab2a\/initial-election@\d+\n/);
    expect(out).toMatch(/\n0\/13 points .*\n2 of 15 points are decided by 2 scenarios that are not in this kit\.\n/);
    expect(out).not.toContain("type error");
  });

  test("with a Raft in it lab2a passes, in the same runs as in the course", async () => {
    const solved = join(base, "solved");
    cpSync(kit, solved, { recursive: true, filter: (path) => !path.endsWith(".tgz") });
    for (const name of readdirSync(join(ROOT, "reference/raft")).filter((file) => file.endsWith(".ts")))
      cpSync(join(ROOT, "reference/raft", name), join(solved, name));
    const { code, out, err } = inKit(`${GRADE} lab2a --runs 1 --json`, solved);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    const result = gradingResultSchema.parse(JSON.parse(out));
    expect(result).toMatchObject({ points: 13, maxPoints: 13, notInKit: { scenarios: 2, points: 2, ofPoints: 15 } });
    const only = ["--only", "late-votes", "--runs", "1", "--json"];
    const course = gradingResultSchema.parse(JSON.parse((await grade(["lab2a", "reference", ...only])).out));
    const { seed, traceHash } = course.scenarios[0]?.runs[0] ?? {};
    const same = result.scenarios.find(({ id }) => id === "lab2a/late-votes")?.runs[0];
    expect(same).toMatchObject({ seed, traceHash });
  });

  test("its list has what is in it, with its points, and says the rest", () => {
    const { out } = inKit(`${GRADE} list`);
    expect(out).toContain(
      "lab2 or raft  Raft, 93 points\n12 of 105 points are decided by 6 scenarios that are not in this kit.\n",
    );
    expect(out.match(/^ {2}lab2\w\//gm)).toHaveLength(67);
    const [{ suites }] = JSON.parse(inKit(`${GRADE} list --json`).out);
    expect(suites[1]).toMatchObject({ id: "lab2b", points: 32, notInKit: { scenarios: 2, points: 8, ofPoints: 40 } });
  });

  test("its editor's project has no type errors, and init gives the same package on", () => {
    const made = inKit(`${GRADE} init deeper`);
    expect(made).toMatchObject({ code: 0, err: "" });
    const deeper = join(kit, "deeper");
    expect(realpathSync(join(deeper, "node_modules/consensus-labs"))).toBe(realpathSync(installed));
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", kit]);
  });

  test.each(["release lab2 --out x", "batch lab2 . --out x", "merge a b --out x", "calibrate lab2 --quick"])(
    "%s is for staff, and says so in one line",
    (line) => {
      const { code, out, err } = inKit(`${GRADE} ${line}`);
      expect(err).toMatch(/^error: \w+ is for staff, and not in a kit: it needs a clone of the course\n$/);
      expect({ code, out }).toEqual({ code: 2, out: "" });
      expect(existsSync(join(kit, "x"))).toBe(false);
    },
  );
});

describe("the loop of a student", () => loopTests({ base, env, run: inKit, grade: GRADE }));

describe("holds nothing that it must not", () => {
  const sources = (folder: string) => [...textsBelow(join(ROOT, folder)).values()].join("\n");
  let texts = new Map<string, string>();
  let all = "";
  let there = new Set<string>();
  let kitText = new Haystack([]);
  let ours = "";
  /** What a kit may have of us. */
  let known = new Haystack([]);
  beforeAll(() => {
    ours = ["grader", "labs", "skeleton", "schemas"].map(sources).join("\n");
    known = new Haystack([ours]);
    texts = textsBelow(kit);
    all = [...texts.values()].join("\n");
    there = new Set(all.match(/[A-Za-z_$][\w$]*/g));
    kitText = new Haystack(texts.values());
  });
  const found = (names: readonly string[]) => names.filter((name) => there.has(name));

  test("but the files of a kit", () => {
    const own =
      /^(README\.md|LICENSE|package(-lock)?\.json|tsconfig\.json|\.gitignore|\.npmrc|(log|log\.test|raft|timers|types|scenarios\.test|vitest\.config)\.ts|\.vscode\/(launch|tasks)\.json|handouts\/([\w-]+\.md|pictures\/[\w-]+\.webp)|trace-page\/[\w-]+\.(md|webp))$/;
    const packed =
      /^(LICENSE|package\.json|dist\/[\w/-]+\.(js|d\.ts)|dist\/page\/style\.css|labs\/(raft|trace-page)\/[\w-]+\.(md|webp)|labs\/raft\/pictures\/[\w-]+\.webp|schemas\/(result|policy|ci)\.schema\.json|skeleton\/raft\/(README\.md|(log|log\.test|raft|timers|types)\.ts))$/;
    const strange = [...texts.keys()].filter((path) => {
      const inside = /^node_modules\/consensus-labs\/(.*)$/.exec(path)?.[1];
      return inside === undefined ? !own.test(path) && !path.startsWith("deeper/") : !packed.test(inside);
    });
    expect(strange.filter((path) => path !== "node_modules/.package-lock.json")).toEqual([]);
    expect(existsSync(join(installed, "dist/command-line.js"))).toBe(true);
    // What later labs build on is this one's solution.
    expect(existsSync(join(installed, "dist/layers"))).toBe(false);
  });

  test("no name and no sentence of the reference", () => {
    const names = ownNames(sources("reference"), ours);
    expect(names).toEqual(expect.arrayContaining(["advanceCommitIndex", "isCoveredBy", "SNAPSHOT_PATIENCE_MS"]));
    // Words of libraries, too, that read archives.
    expect(found(names).filter((name) => !["Encoding", "matched"].includes(name))).toEqual([]);
    const own = sentences(sources("reference")).filter((line) => !known.holds(line));
    expect(own.length).toBeGreaterThan(100);
    expect(own.filter((line) => kitText.holds(line))).toEqual([]);
  });

  test("no name, title, description or message of a hidden scenario", () => {
    const hiddenFiles = ["swarm", "swarm-faults"].map((name) => `labs/raft/scenarios/${name}.ts`);
    const hiddenText = hiddenFiles.map((path) => readFileSync(join(ROOT, path), "utf8")).join("\n");
    const others = ["grader", "labs", "skeleton"]
      .flatMap((folder) =>
        [...textsBelow(join(ROOT, folder))].map(([path, text]) => [`${folder}/${path}`, text] as const),
      )
      .filter(([path]) => !hiddenFiles.includes(path))
      .map(([, text]) => text)
      .join("\n");
    const names = [...ownNames(hiddenText, others), "rivalCandidates", "voteAfterPatience", "checkLosersVoter"];
    expect(names).toEqual(expect.arrayContaining(["letLoose", "LINK_FAULTS", "leaderAndOneMore"]));
    expect(found(names)).toEqual([]);
    const elsewhere = new Haystack([others]);
    const own = sentences(hiddenText).filter((line) => !elsewhere.holds(line));
    expect(own.length).toBeGreaterThan(30);
    expect(own.filter((line) => kitText.holds(line))).toEqual([]);
    const scenarios = labs.flatMap(({ suites }) => suites.flatMap((suite) => suite.scenarios));
    const secrets = scenarios
      .filter(({ id }) => HIDDEN.includes(id))
      .flatMap(({ id, title, about }) => [id, title, about]);
    expect(secrets).toHaveLength(3 * HIDDEN.length);
    expect(secrets.filter((text) => all.includes(text))).toEqual([]);
    expect(all).toContain(scenarios.find(({ id }) => id === "lab2b/count")?.about);
  });

  test("nothing of known-wrong and known-right submissions, nor of tests", () => {
    // Some of tens of thousands: what comes in comes in as a file.
    const own = [...textsBelow(join(ROOT, "test"))]
      .filter(([path]) => /^(wrong|right)\//.test(path))
      .flatMap(([, text]) => sentences(text))
      .filter((line, at) => at % 5 === 0 && !known.holds(line));
    expect(own.length).toBeGreaterThan(300);
    expect(own.filter((line) => kitText.holds(line))).toEqual([]);
  });

  test("no module but those that it needs, and no map to any", () => {
    const modules = new Set(all.match(/(?:labs|grader|reference|test|scripts)\/[\w/-]+\.(?:ts|mjs)(?=\n|\\n)/g));
    expect(modules).toContain("labs/raft/scenarios/election.ts");
    const banned =
      /^(reference|test|scripts)\/|^grader\/(batch\/(merge|outputs|engine\/(?!grade-one))|calibrate|release\/(?!project))|\/(swarm-faults|soak|staff\/commands)\b/;
    expect([...modules].filter((path) => banned.test(path))).toEqual([]);
    expect(all).not.toMatch(/^\/\/# sourceMappingURL=/m);
  });
});

describe("bad input is one line", () => {
  const out = join(base, "other");
  mkdirSync(join(base, "full"));
  writeFileSync(join(base, "full/x"), "");
  writeFileSync(join(base, "all.yaml"), "visibility: hidden\n");
  const nowhere = { write: () => {} } as unknown as Stdio["out"];
  const stdio = { out: nowhere, err: nowhere } as unknown as Stdio;

  test.each([
    ["an unknown lab", "lab9", {}, /unknown lab "lab9"/],
    ["a stage", "lab2b", {}, /lab2b is a stage: a kit is made of a whole lab/],
    ["no platform", "lab2", { platforms: "" }, /no kit for the platform ""; there are/],
    ["a policy that is not there", "lab2", { config: "/no/policy.yaml" }, /policy\.yaml: cannot be read/],
    ["a policy that hides everything", "lab2", { config: join(base, "all.yaml") }, /hides every scenario of lab2/],
    ["a folder in none", "lab2", { out: "/no/such/folder" }, /\/no\/such\/folder cannot be written/],
    ["a folder that is not empty", "lab2", { out: join(base, "full") }, /full is not empty/],
    ["a file", "lab2", { out: join(base, "full/x") }, /x is a file/],
  ])("%s", async (_, lab, options, line) => {
    const error = await releaseCommand(labs, lab, { out, ...options }, stdio).catch((reason) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect(error.message).toMatch(line);
    expect(error.message).not.toContain("\n");
    expect(existsSync(out)).toBe(false);
  });

  test("on standard error, with the status for it", async () => {
    const {
      code,
      out: printed,
      err,
    } = await grade(["release", "lab2", "--out", out, "--platforms", "linux-x64,amiga"]);
    expect(err).toMatch(/^error: there is no kit for the platform "amiga"; there are .*\n$/);
    expect({ code, printed }).toEqual({ code: 2, printed: "" });
  });
});
