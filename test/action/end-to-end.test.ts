import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { findProgram } from "../../grader/sandbox/confine/programs.ts";
import { serveGithub } from "./github.ts";
import { git, makeKit, makeMachine, root, writeFiles } from "./machine.ts";
import { playAction } from "./play.ts";

/** Where there is no bubblewrap the Action would install it, and this may be anybody's machine. */
const WITHOUT_BUBBLEWRAP: Record<string, string> = findProgram("bwrap") === null ? { sandbox: "none" } : {};
const QUICK = { lab: "lab2a", runs: "1", workers: "1", ...WITHOUT_BUBBLEWRAP };

/** A branch and a title that a student may choose. */
const BRANCH = `x";touch\${IFS}owned;"$(touch\${IFS}owned)`;
const TITLE = "Fix\r\n::error::forged\n::set-output name=points::100\n##[add-mask]x $(touch owned)";

/**
 * A checkout as `actions/checkout` makes one with `fetch-depth: 0`: the merge of the pull request's commit into its base, whose
 * folder of students has ada's skeleton and bob's.
 */
function makeCheckout(machine: string, change: (folder: string) => void) {
  const folder = join(machine, "submission");
  mkdirSync(folder);
  git(folder, "init", "--quiet", "--initial-branch=main");
  for (const name of ["ada", "bob"])
    cpSync(join(root, "skeleton/raft"), join(folder, "students", name), { recursive: true });
  const base = commit(folder, "The start");
  git(folder, "checkout", "--quiet", "-b", "work");
  change(folder);
  const head = commit(folder, TITLE);
  git(folder, "checkout", "--quiet", "main");
  git(folder, "merge", "--quiet", "--no-ff", "-m", "The merge", "work");
  return { folder, base, head, merge: git(folder, "rev-parse", "HEAD") };
}

function commit(folder: string, message: string): string {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--allow-empty", "-m", message);
  return git(folder, "rev-parse", "HEAD");
}

const solve = (folder: string) =>
  cpSync(join(root, "reference/raft"), join(folder, "students/ada"), { recursive: true });

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request, of a fork. */
function pullRequest({ base, head }: { base: string; head: string }) {
  const course = { full_name: "course/raft", fork: false };
  return {
    action: "synchronize",
    number: 7,
    pull_request: {
      number: 7,
      title: TITLE,
      body: TITLE,
      head: { ref: BRANCH, sha: head, label: `ada:${BRANCH}`, repo: { full_name: "ada/raft", fork: true } },
      base: { ref: "main", sha: base, label: "course:main", repo: course },
    },
    repository: course,
  };
}

/** The package that was built here, as if it had been installed: other tests install. */
const INSTALLED = { install: { cli: join(root, "dist/cli.js") } };

function play(machine: string, event: object, inputs: Record<string, string> = {}, given = {}) {
  writeFiles(machine, { "event.json": JSON.stringify(event) });
  const env = { GITHUB_EVENT_PATH: join(machine, "event.json"), GITHUB_HEAD_REF: BRANCH, HOME: join(machine, "home") };
  mkdirSync(env.HOME, { recursive: true });
  const kit = existsSync(join(machine, "kit")) ? join(machine, "kit") : makeKit(machine);
  const played = playAction(kit, { machine, inputs: { ...QUICK, ...inputs }, env, given });
  const read = (name: string) => readFileSync(join(played.outputs.out ?? "", name), "utf8");
  return { ...played, commands: commandsIn(played.log), read, report: () => JSON.parse(read("ci.json")) };
}

/** The comment that the second workflow makes of an artifact with that ci.json. */
async function commentOn(machine: string, { head }: { head: string }, report: string): Promise<string | undefined> {
  const repo = { full_name: "ada/raft" };
  const files = [{ filename: "students/ada/raft.ts" }];
  const github = await serveGithub({
    pulls: [{ number: 7, head: { sha: head, label: `ada:${BRANCH}`, repo }, files }],
  });
  const run = {
    event: "pull_request",
    head_sha: head,
    head_branch: BRANCH,
    head_repository: { ...repo, owner: { login: "ada" } },
  };
  writeFiles(machine, { "artifact/ci.json": report, "run.json": JSON.stringify({ workflow_run: run }) });
  const env = {
    PATH: process.env.PATH,
    CLI: join(root, "dist/cli.js"),
    ARTIFACT: join(machine, "artifact"),
    TOKEN: "the-token",
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "course/raft",
    GITHUB_EVENT_PATH: join(machine, "run.json"),
  };
  const { main } = await import(pathToFileURL(join(root, "action/comment/comment.mjs")).href);
  expect(await main(env, () => {})).toBe(0);
  return github.comments[0]?.body;
}

/**
 * Lines that a runner takes for commands: `::name` at the beginning, after spaces, and `##[name]` anywhere.
 * https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function commandsIn(log: string): string[] {
  return log.split(/\r\n|\r|\n/).filter((line) => /^\s*::/.test(line) || line.includes("##["));
}

/** Everything beside a submission by which somebody may hope to change a grade, or to run something. */
function layTraps(folder: string) {
  writeFiles(folder, {
    ".github/workflows/check.yml": "on: push\njobs: {}\n",
    "policy.yaml": "ci: { minPoints: 0 }\nruns: 1\n",
    "test/labs.test.ts": "throw new Error('forged');",
    "\n::error file=x::forged.ts": "",
    "::stop-commands::x": "",
  });
  for (const place of [folder, join(folder, "students/ada")]) {
    writeFiles(place, {
      "package.json": JSON.stringify({
        name: "consensus-labs",
        workspaces: ["**"],
        exports: "./forged.js",
        scripts: { preinstall: "touch $HOME/owned", prepare: "touch $HOME/owned" },
      }),
      "package-lock.json": "{",
      ".npmrc": "registry=http://127.0.0.1:9/\nscript-shell=/bin/false\n",
      "tsconfig.json": '{ "compilerOptions": { "paths": { "consensus-labs": ["./forged.ts"] }, "noLib": true } }',
      "node_modules/consensus-labs/index.js": "throw new Error('forged');",
    });
    git(folder, "add", "--all", "--force", place);
  }
  symlinkSync("/etc/passwd", join(folder, "passwd"));
}

describe("the check of a pull request", () => {
  it("passes a right solution from a fork, whatever lies around it; a push that changes nothing then repeats that", async () => {
    const machine = makeMachine();
    const checkout = makeCheckout(machine, (folder) => {
      solve(folder);
      layTraps(folder);
    });
    const first = play(machine, pullRequest(checkout), { "min-points": "15" });
    expect({ status: first.status, outputs: first.outputs, commands: first.commands }).toMatchObject({
      status: 0,
      outputs: { points: "15", "max-points": "15", passed: "true" },
      commands: [],
    });
    expect(first.report()).toMatchObject({
      outcome: "passed",
      submission: { folder: "students/ada", how: "changed" },
      change: { kind: "pull-request", number: 7, isFork: true, head: checkout.merge, base: checkout.base },
    });
    expect(first.summary).toBe(first.read("summary.md"));
    expect(first.summary).toContain("15/15 points");
    expect(existsSync(join(machine, "home/owned"))).toBe(false);

    const comment = await commentOn(machine, checkout, first.read("ci.json"));
    expect(comment).toMatch(/^<!-- consensus-labs check -->\n[\s\S]*15\/15 points/);
    const forged = first.read("ci.json").replace('"points": 15', '"points": "<img src=x> @everyone 100"');
    expect(forged).not.toBe(first.read("ci.json"));
    expect(await commentOn(machine, checkout, forged)).toMatch(/^<!-- [^\n]*\n\*\*No result\.\*\*[^<@]*$/);

    writeFiles(machine, { "base-result/ci.json": first.read("ci.json") });
    const { folder } = checkout;
    const before = git(folder, "rev-parse", "HEAD");
    writeFiles(folder, { "NOTES.md": "Nothing that is graded.\n" });
    const push = {
      ref: "refs/heads/main",
      before,
      after: commit(folder, "Notes"),
      repository: { full_name: "course/raft" },
    };
    const second = play(machine, push, { submission: "students/ada", "base-result": "base-result/ci.json" }, INSTALLED);
    expect({ status: second.status, outputs: second.outputs }).toMatchObject({ status: 0, outputs: { points: "15" } });
    expect(second.report()).toMatchObject({ sameAs: {} });
    expect(second.summary).toMatch(/the same as/i);
  });

  it("fails a wrong one, and what that says begins no command", () => {
    const machine = makeMachine();
    const say = JSON.stringify(
      "\n::error::forged\r::add-mask::x\u2028::set-output name=points::9\n ##[error]forged\n##[add-mask]y",
    );
    const checkout = makeCheckout(machine, (folder) => {
      layTraps(folder);
      const path = join(folder, "students/ada/raft.ts");
      const constructed = /constructor\([\s\S]*?\{/;
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(constructed);
      writeFiles(folder, {
        "students/ada/raft.ts": text.replace(
          constructed,
          (found) => `${found}\n console.log(${say}); throw new Error(${say});`,
        ),
      });
    });
    const { status, outputs, commands, log, summary } = play(machine, pullRequest(checkout), {}, INSTALLED);
    expect({ status, outputs }).toMatchObject({
      status: 1,
      outputs: { points: "0", "max-points": "15", passed: "false" },
    });
    const place = /^::error file=students\/ada\/raft\.ts,line=\d+/;
    expect(commands.filter((line) => !place.test(line))).toEqual([]);
    expect(commands.length).toBeGreaterThan(0);
    expect(log).not.toMatch(/^forged/m);
    expect(summary).toContain("0/15 points");
  });

  it("does not grade what leads out of the repository, and says so", () => {
    const machine = makeMachine();
    const checkout = makeCheckout(machine, (folder) => {
      solve(folder);
      rmSync(join(folder, "students/ada/log.ts"));
      symlinkSync(join(machine, "kit/action.yml"), join(folder, "students/ada/log.ts"));
    });
    const { status, outputs, commands } = play(machine, pullRequest(checkout), {}, INSTALLED);
    expect({ status, outputs }).toMatchObject({ status: 2, outputs: { points: "", passed: "false" } });
    expect(commands).toEqual([expect.stringMatching(/^::error [^:]*::.*link/)]);
  });

  it("does not grade two students' folders, nor an event that is none", () => {
    const machine = makeMachine();
    const checkout = makeCheckout(machine, (folder) => {
      for (const name of ["ada", "bob"]) writeFiles(folder, { [`students/${name}/log.ts`]: "export {};\n" });
    });
    const both = play(machine, pullRequest(checkout), {}, INSTALLED);
    expect({ status: both.status, passed: both.outputs.passed }).toEqual({ status: 2, passed: "false" });
    expect(both.commands).toEqual([expect.stringMatching(/^::error [^:]*::.*changes 2 submissions/)]);
    const none = play(machine, { pull_request: { number: TITLE } }, {}, INSTALLED);
    expect({ status: none.status, count: none.commands.length }).toEqual({ status: 2, count: 1 });
  });
});
