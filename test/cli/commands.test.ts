import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LastGradings } from "../../grader/cli/input/last-grading.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { gradeHere } from "./grade-here.ts";
import { folderWith, grade, ROOT, raftWith } from "./run-cli.ts";

const ONE = ["lab2a", "reference", "--only", "initial-election", "--runs", "2"];
/** That grading, played once for all that look at what it prints, or at its results. */
const resultFile = join(folderWith(), "result.json");
const printed = once(() => grade([...ONE, "--json", resultFile]));
const printedAsJson = once(() => gradeHere([...ONE, "--json"]));
/** The same with all that must change nothing in the results. */
const withBoundary = once(() => grade([...ONE, "--json", "--boundary", "process", "--audit-all"]));
const withoutBoundary = once(() => gradeHere([...ONE, "--json", "--boundary", "none", "--no-audit", "--workers", "1"]));

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

test.each([
  ["none", "by default", printedAsJson],
  ["process", "when it is asked for", withBoundary],
  ["none", "when that is asked for", withoutBoundary],
])("results say what stood between submission and verdict: %s %s", async (boundary, _, graded) => {
  const { out, code } = await graded();
  expect(code).toBe(0);
  expect(gradingResultSchema.parse(JSON.parse(out)).boundary).toBe(boundary);
});

test("--version is the package's", async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(await grade(["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
});

test("list shows every scenario with its title and points, which sum up to 100", async () => {
  const [text, json] = await Promise.all([grade(["list"]), gradeHere(["list", "--json"])]);
  const suites: { id: string; points: number; scenarios: { id: string; title: string; points: number }[] }[] =
    JSON.parse(json.out)[0].suites;
  expect(suites.map(({ id, points }) => `${id} ${points}`)).toEqual(["lab2a 15", "lab2b 35", "lab2c 25", "lab2d 25"]);
  for (const suite of suites) {
    expect(suite.scenarios.reduce((sum, { points }) => sum + points, 0)).toBe(suite.points);
    for (const { id, title } of suite.scenarios)
      expect(text.out).toMatch(new RegExp(`${id} +\\d+ {2}${title.replace(/[().]/g, "\\$&")}\n`));
  }
  // What has one name is named once.
  expect(text.out).toMatch(/^paxos {2}/m);
  expect(text.out).not.toMatch(/^(\S+) or \1 /m);
});

test("list of a stage shows that stage alone", async () => {
  const [text, json] = await Promise.all([gradeHere(["list", "service"]), gradeHere(["list", "lab3b", "--json"])]);
  expect(text.out).toMatch(/^lab3a or service {2}A linearizable store, \d+ points\n {2}lab3a\/basic /);
  expect(text.out).not.toMatch(/lab3b|lab2/);
  expect(JSON.parse(json.out)).toMatchObject([{ id: "lab3", suites: [{ id: "lab3b" }] }]);
});

test("a violation of safety caps its stage, with the reason, in plain gradings too", async () => {
  const sources = readdirSync(join(ROOT, "reference/raft")).filter((name) => name.endsWith(".ts"));
  const files = sources.map((name) => [name, readFileSync(join(ROOT, "reference/raft", name), "utf8")] as const);
  const folder = folderWith(Object.fromEntries(files));
  const right = "Math.floor(this.peers.length / 2) + 1";
  const raft = join(folder, "raft.ts");
  expect(readFileSync(raft, "utf8").split(right)).toHaveLength(2);
  writeFileSync(raft, readFileSync(raft, "utf8").replace(right, "Math.round(this.peers.length / 2)"));
  const file = join(folderWith(), "result.json");
  const { out } = await gradeHere(["lab2a", folder, "--runs", "1", "--no-shrink", "--json", file]);
  const result = JSON.parse(readFileSync(file, "utf8"));
  expect(gradingResultSchema.safeParse(result).error).toBeUndefined();
  const { safetyCap } = result.suites[0];
  const atMost = [7.5, 4.5, 3][Math.min(safetyCap.scenarios, 3) - 1];
  expect(safetyCap).toMatchObject({ atMost, properties: ["election-safety"] });
  expect(result.rawPoints).toBeGreaterThan(7.5);
  expect(result.points).toBe(atMost);
  expect(out).toContain(
    `\nlab2a: ${safetyCap.reason}\n${atMost}/15 points (${result.rawPoints} before the safety cap)`,
  );
});

test("without a terminal there are plain lines: no colours, no live line", async () => {
  const { code, out, err } = await printed();
  for (const control of ["\u001b", "\r"]) expect(out).not.toContain(control);
  expect(out).toMatch(
    /^lab2a of reference: 1 scenario, 2 runs each\n\npass {2}lab2a\/initial-election +2\/2 .*\(2 runs\)\n\n2\/2 points/,
  );
  expect({ code, err }).toEqual({ code: 0, err: "" });
});

describe("results as JSON", () => {
  test("on standard output, and nothing else on it", async () => {
    const { out, err } = await withBoundary();
    const result = gradingResultSchema.parse(JSON.parse(out));
    expect(result).toMatchObject({ lab: "lab2a", submission: "reference", points: 2, maxPoints: 2 });
    expect(result.scenarios[0]?.runs).toHaveLength(2);
    expect(err).toBe("");
  });

  test("are the same each time but for timing, and say nothing of audits when nothing was wrong", async () => {
    const [all, none, usual] = await Promise.all([withBoundary(), withoutBoundary(), printedAsJson()]);
    expect(withoutTiming(none.out)).toEqual(withoutTiming(usual.out));
    expect(withoutTiming(all.out)).toEqual({ ...(withoutTiming(none.out) as object), boundary: "process" });
    for (const { out } of [all, none]) expect(out).not.toContain("audit");
  });

  test("in a file, beside the report", async () => {
    const { code, out } = await printed();
    expect(code).toBe(0);
    expect(out).toContain("2/2 points");
    const result = gradingResultSchema.parse(JSON.parse(readFileSync(resultFile, "utf8")));
    expect(withoutTiming(JSON.stringify(result))).toEqual(withoutTiming((await printedAsJson()).out));
  });

  test("other seeds are other runs", async () => {
    const [one, two] = await Promise.all([printedAsJson(), gradeHere([...ONE, "--seed", "2", "--json"])]);
    const hashes = [one, two].flatMap(({ out }) =>
      JSON.parse(out).scenarios[0].runs.map((run: { traceHash: string }) => run.traceHash),
    );
    expect(new Set(hashes).size).toBe(4);
  });
});

describe("replay", () => {
  test("plays the same run: the same trace hash, and every step of it to read", async () => {
    const graded = JSON.parse((await printedAsJson()).out).scenarios[0].runs[1];
    const { code, out } = await gradeHere([...graded.replay.split(" ").slice(1), "reference"]);
    expect(out).toContain("a failure that this run was printed for is not confirmed");
    expect(out).toContain(`trace ${graded.traceHash}`);
    expect(out).toMatch(/peer \d {3}→ peer \d {2}requestVote \{ term: 1, /);
    expect(code).toBe(0);
  });

  test("of a failing run shows the failure at the end, and exits with 1", async () => {
    const folder = folderWith({ "raft.ts": raftWith('setTimeout(() => { throw new Error("here"); }, 250);') });
    const caches = folderWith();
    const run = { seed: 7, verdict: "crashed", virtualMs: 99, traceHash: "another" };
    const result = { scenarios: [{ id: "lab2a/initial-election", verdict: "crashed", runs: [run] }] } as never;
    new LastGradings(join(caches, "consensus-labs")).note(folder, lab2, result);
    const env = { XDG_CACHE_HOME: caches };
    const { code, out } = await grade(["replay", "election/initial-election@7", folder], { env });
    expect(out).toContain("the same is broken as in the last grading of this folder, in a run that goes otherwise");
    expect(out).toMatch(/0\.250000 {2}peer 0 {3}throws/);
    expect(out).toMatch(/crashed after [\s\S]*what +peer 0 threw Error: here[\s\S]*code +raft\.ts:5:/);
    expect(code).toBe(1);
  });
});

describe("init", () => {
  test("makes a project in which types resolve and grading works at once, without a download", async () => {
    const parent = folderWith();
    const made = await grade(["init", "my-raft"], { cwd: parent });
    expect(made).toMatchObject({ code: 0, err: "" });
    expect(made.out).toContain("cd my-raft");
    const said = ["grades the first", "grades it again", "tests of your own"].map((words) =>
      made.out
        .split("\n")
        .map((line) => line.indexOf(words))
        .find((at) => at >= 0),
    );
    expect(new Set(said).size).toBe(1);
    const project = join(parent, "my-raft");
    expect(readdirSync(project)).toEqual(
      expect.arrayContaining(["raft.ts", "package.json", "tsconfig.json", ".gitignore", "node_modules"]),
    );
    // The editor's compiler, with the project's own settings.
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "--noEmit", "-p", project]);
    const graded = await grade(["lab2a", "--runs", "1", "--no-shrink"], { cwd: project });
    expect(graded.code).toBe(1);
    expect(graded.out).toContain("0/15 points");
    expect(graded.out).not.toMatch(/type error/);
    expect(existsSync(join(project, "node_modules/.bin/grade"))).toBe(true);
  });

  test("links the students' package, never the course, and makes it anew when it is out of date", async () => {
    const parent = folderWith();
    expect((await grade(["init", "one"], { cwd: parent })).code).toBe(0);
    const linked = realpathSync(join(parent, "one/node_modules/consensus-labs"));
    expect(linked).toBe(join(realpathSync(ROOT), "dist-students"));
    expect(readdirSync(linked).sort()).toEqual([
      "LICENSE",
      "dist",
      "labs",
      "made-from",
      "package.json",
      "schemas",
      "skeleton",
    ]);
    expect(
      readdirSync(join(linked, "dist"), { recursive: true }).filter((name) => String(name).endsWith(".map")),
    ).toEqual([]);
    const madeFrom = readFileSync(join(linked, "made-from"), "utf8");
    const cli = join(linked, "dist/cli.js");
    const before = statSync(cli).ino;
    expect((await grade(["init", "two"], { cwd: parent })).code).toBe(0);
    expect(statSync(cli).ino).toBe(before);
    writeFileSync(join(linked, "made-from"), "other sources");
    expect((await grade(["init", "three"], { cwd: parent })).code).toBe(0);
    expect(readFileSync(join(linked, "made-from"), "utf8")).toBe(madeFrom);
    expect(statSync(cli).ino).not.toBe(before);
  });

  test.each([
    ["is not empty", ["init", "full"], /full is not empty/],
    ["is the current one, and not empty", ["init"], /current folder is not empty; name a new one/],
    ["is a file", ["init", "full/x"], /full\/x is a file/],
  ])("refuses a folder that %s", async (_, args, line) => {
    const { code, out, err } = await grade(args, { cwd: folderWith({ "full/x": "" }) });
    expect(err).toMatch(line);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });
});

test("the submission is the nearest folder upwards that holds raft.ts, which is said; a skeleton is none of anybody's", async () => {
  const cwd = folderWith({
    "raft.ts": raftWith('throw new Error("mine");'),
    "notes/deep/x": "",
    "skeleton/raft.ts": "",
  });
  const one = ["lab2a", "--only", "initial-election", "--runs", "1", "--no-shrink"];
  const { out, err } = await grade(one, { cwd: join(cwd, "notes/deep") });
  expect(err).toBe("note: the current folder has no raft.ts; ../.. has one, and that is what is meant\n");
  expect(out).toContain("lab2a of ../..: ");
  expect(out).toContain("threw Error: mine");
  const clone = await grade(one);
  const line =
    /^error: no raft\.ts in the current folder, nor in one above it; name the one that is meant: .*reference\/raft.*\n$/;
  expect(clone).toMatchObject({ code: 2, out: "", err: expect.stringMatching(line) });
});

test("the submission is the current folder when it holds raft.ts, and the replay line names none then", async () => {
  const { out } = await grade(["lab2a", "--only", "initial-election", "--runs", "1", "--no-shrink"], {
    cwd: folderWith({ "raft.ts": raftWith('throw new Error("mine");') }),
  });
  expect(out).toContain("threw Error: mine");
  expect(out).toMatch(/npx --no grade replay lab2a\/initial-election@\d+\n/);
});

test("NO_COLOR and a pipe look the same", async () => {
  expect((await grade(ONE, { env: { NO_COLOR: "1" } })).out.replace(/[\d.]+ s\./, "")).toBe(
    (await printed()).out.replace(/[\d.]+ s\./, ""),
  );
});

function withoutTiming(json: string): unknown {
  return JSON.parse(json, (key, value) => (key === "timing" ? undefined : value));
}

test("raft.ts beside raft.js: which one is graded is said, and never in the JSON's place", async () => {
  const folder = folderWith({ "raft.ts": "export class Raft {", "raft.js": "export class Raft {}" });
  const note = "note: raft.ts is what is graded, and raft.js beside it is not; remove the one that should not count\n";
  const plain = await gradeHere(["lab2a", folder, "--only", "initial-election", "--runs", "1"]);
  expect(plain.out).toContain(note);
  const { out, err } = await gradeHere(["lab2a", folder, "--only", "initial-election", "--runs", "1", "--json"]);
  expect(err).toContain(note);
  expect(gradingResultSchema.parse(JSON.parse(out)).ungradable).toMatch(/^raft\.ts:1:/);
});
