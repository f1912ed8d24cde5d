import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeKit, makeMachine, root, writeFiles } from "./machine.ts";
import { playAction } from "./play.ts";

/** A command line that grades nothing: it keeps its words and its environment, and leaves a ci.json. */
const RECORDER = `
import { writeFileSync } from "node:fs";
const out = process.argv.find((word) => word.startsWith("--out=")).slice("--out=".length);
writeFileSync(out + "/ci.json", JSON.stringify({ outcome: "passed", result: { points: 12.5, maxPoints: 15 } }));
writeFileSync(out + "/seen.json", JSON.stringify({ words: process.argv.slice(2), env: process.env, cwd: process.cwd() }));
`;
const none = { sandbox: "none" };

/** The recorder, as if it had been installed. */
function installed(machine: string) {
  writeFiles(machine, { "recorder.mjs": RECORDER });
  return { install: { cli: join(machine, "recorder.mjs") } };
}

function record(inputs: Record<string, string>, env: Record<string, string> = {}) {
  const machine = makeMachine();
  writeFiles(join(machine, "submission"), { "raft.ts": "" });
  const kit = makeKit(machine, RECORDER);
  writeFiles(kit, { "policies/lab2.yaml": "runs: 2\n" });
  const played = playAction(kit, { machine, inputs: { ...none, ...inputs }, env, given: installed(machine) });
  const seen = JSON.parse(readFileSync(join(played.outputs.out ?? "", "seen.json"), "utf8"));
  return { machine, kit, ...played, ...seen } as typeof played & {
    machine: string;
    kit: string;
    words: string[];
    env: Record<string, string>;
    cwd: string;
  };
}

describe("the step that grades", () => {
  it("hands on what was given, and nothing else", () => {
    const { machine, words, status, outputs, cwd } = record({});
    const out = join(machine, "temp/consensus-labs/out");
    expect(words).toEqual(["ci", `--repo=${machine}/submission`, `--out=${out}`, "--no-sandbox"]);
    expect({ status, outputs, cwd }).toEqual({
      status: 0,
      cwd: out,
      outputs: { points: "12.5", "max-points": "15", passed: "true", out },
    });
  });

  it("has an option for every input", () => {
    const { machine, kit, words, env } = record(
      {
        lab: "lab2a",
        submission: "students/ada",
        base: "origin/main",
        config: "policies/lab2.yaml",
        "base-result": "before/result.json",
        "min-points": "40",
        require: "lab2a\nlab2b/backup\n",
        "no-worse": "true",
        budget: "5m",
        seed: "7",
        runs: "1",
        workers: "2",
      },
      { GITHUB_EVENT_PATH: "/event.json" },
    );
    expect(env.GITHUB_EVENT_PATH).toBe("/event.json");
    // A result of the base that is not there is left out: there is none at first.
    expect(words).toEqual([
      "ci",
      "lab2a",
      `--repo=${machine}/submission`,
      `--out=${machine}/temp/consensus-labs/out`,
      `--config=${kit}/policies/lab2.yaml`,
      "--submission=students/ada",
      "--base=origin/main",
      "--min-points=40",
      "--budget=5m",
      "--seed=7",
      "--runs=1",
      "--workers=2",
      "--require=lab2a",
      "--require=lab2b/backup",
      "--no-worse",
      "--no-sandbox",
    ]);
  });

  it("takes a value for a value, whatever it is", () => {
    const values = {
      submission: `"; touch owned; "`,
      base: "$(touch owned)",
      "min-points": "`touch owned`",
      budget: "--no-sandbox",
      seed: "a\nb=c",
      runs: "' ::error::x",
    };
    const { machine, words } = record(values);
    for (const [name, value] of Object.entries(values)) expect(words).toContain(`--${name}=${value}`);
    expect(existsSync(join(machine, "temp/consensus-labs/out/owned"))).toBe(false);
  });

  it("keeps tokens, and the files by which steps speak to later ones, from the grader", () => {
    const secrets = ["GITHUB_TOKEN", "GH_TOKEN", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE", "ACTIONS_RUNTIME_TOKEN"];
    const { env } = record({}, Object.fromEntries(secrets.map((name) => [name, "x"])));
    expect(Object.keys(env).filter((name) => [...secrets, "GITHUB_OUTPUT"].includes(name))).toEqual([]);
    expect(env.GITHUB_STEP_SUMMARY).toBeDefined();
  });
});

describe("what is trusted comes from outside the graded repository", () => {
  const refusals = (inputs: Record<string, string>, change: (machine: string, kit: string) => string | undefined) => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), {
      "raft.ts": "",
      "policy.yaml": "runs: 1\n",
      "kit.tgz": "",
      "old/result.json": "{}",
    });
    const kit = makeKit(machine, RECORDER);
    const played = playAction(change(machine, kit) ?? kit, {
      machine,
      inputs: { ...none, ...inputs },
      given: installed(machine),
    });
    return { status: played.status, errors: played.log.split("\n").filter((line) => line.startsWith("::error::")) };
  };
  const inside = (what: string) => ({
    status: 2,
    errors: [expect.stringContaining(`::error::${what} lies inside the graded repository`)],
  });

  it.each([
    ["a tarball", { package: "submission/kit.tgz" }, "the package"],
    ["a policy", { config: "../submission/policy.yaml" }, "the policy of the input config"],
    ["a result", { "base-result": "submission/old/result.json" }, "the result of the input base-result"],
    ["the folder of the runner", { repository: "." }, "the package"],
  ])("%s is refused there", (_, inputs, what) => {
    expect(refusals(inputs as Record<string, string>, () => undefined)).toEqual(inside(what));
  });

  it("a link into it is refused as well", () => {
    const config = { config: "policy.yaml" };
    const result = refusals(
      config,
      (machine, kit) => void symlinkSync(join(machine, "submission/policy.yaml"), join(kit, "policy.yaml")),
    );
    expect(result).toEqual(inside("the policy of the input config"));
  });

  it("the Action itself is refused there", () => {
    const result = refusals({}, (machine, kit) => {
      renameSync(kit, join(machine, "submission/kit"));
      return join(machine, "submission/kit");
    });
    expect(result).toEqual(inside("the package"));
  });

  it.each([
    [{ repository: "nothing" }, /no folder .*nothing/],
    [{ package: "nothing.tgz" }, /no file .*nothing\.tgz/],
    [{ config: "nothing.yaml" }, /no file .*nothing\.yaml/],
    [{ lab: "--help" }, /the input lab is a name such as lab2, and not --help/],
    [{ lab: "lab2\n::warning::x" }, /^::error::[^\n]*%0A::warning::x$/],
  ])("%j is refused in one line", (inputs, line) => {
    const { status, errors } = refusals(inputs as Record<string, string>, () => undefined);
    expect(status).toBe(2);
    expect(errors).toEqual([expect.stringMatching(line)]);
  });
});

describe("installing", () => {
  /** What would count if npm, Node or a compiler ran in a graded repository, or went up from where they run. */
  const TRAPS = {
    "package.json": JSON.stringify({
      name: "trap",
      workspaces: ["**"],
      scripts: { preinstall: "touch $HOME/owned", install: "touch $HOME/owned", prepare: "touch $HOME/owned" },
      dependencies: { "consensus-labs": "file:trap" },
    }),
    ".npmrc": "registry=http://127.0.0.1:9/\nscript-shell=/bin/false\nignore-scripts=false\n",
    "package-lock.json": "{",
    "tsconfig.json": "{",
    "node_modules/consensus-labs/dist/cli.js": "throw new Error('the wrong package');",
    "node_modules/.bin/node": "#!/bin/sh\ntouch $HOME/owned\n",
  };

  it("is not swayed by a graded repository, nor by what lies above the package", () => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), TRAPS);
    writeFiles(machine, TRAPS);
    const home = join(machine, "home");
    mkdirSync(home);
    const { status, ran, log } = playAction(makeKit(machine, RECORDER), { machine, inputs: none, env: { HOME: home } });
    expect({ status, log }).toEqual({ status: 0, log: expect.not.stringContaining("rror") });
    expect(ran).toEqual(["Find the package", "Install the package", "Set up the sandbox", "Grade"]);
    expect(existsSync(join(home, "owned"))).toBe(false);
  });

  it("runs no script of a package", () => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), { "raft.ts": "" });
    const kit = makeKit(machine, RECORDER);
    writeFiles(join(machine, "tarball"), {
      "package/package.json": JSON.stringify({
        name: "consensus-labs",
        version: "0.1.0",
        type: "module",
        scripts: { install: "touch owned" },
      }),
    });
    execFileSync("tar", ["-C", join(machine, "tarball"), "-czf", join(kit, "consensus-labs-0.1.0.tgz"), "package"]);
    expect(playAction(kit, { machine, inputs: none }).status).toBe(0);
    expect(existsSync(join(machine, "temp/consensus-labs/package/node_modules/consensus-labs/owned"))).toBe(false);
  });

  it("builds the course in a copy, with its lockfile, and keeps what was downloaded by then", () => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), { "raft.ts": "" });
    const course = join(machine, "course");
    const manifest = { name: "consensus-labs", version: "0.1.0", type: "module", scripts: { prepare: "exit 1" } };
    writeFiles(course, {
      "package.json": JSON.stringify(manifest),
      "package-lock.json": JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { "": manifest } }),
      "scripts/build.mjs": `import { mkdirSync, writeFileSync } from "node:fs"; mkdirSync("dist"); writeFileSync("dist/cli.js", ${JSON.stringify(RECORDER)});`,
      ".git/config": "",
      "dist/old.js": "",
    });
    cpSync(join(root, "action.yml"), join(course, "action.yml"));
    cpSync(join(root, "action"), join(course, "action"), { recursive: true });
    const { status, ran } = playAction(course, { machine, inputs: none });
    expect(status).toBe(0);
    expect(ran.slice(0, 4)).toEqual([
      "Find the package",
      "Take downloads from the cache",
      "Install the package",
      "Keep downloads in the cache",
    ]);
    expect(existsSync(join(course, "node_modules"))).toBe(false);
    expect(existsSync(join(machine, "temp/consensus-labs/package/dist/old.js"))).toBe(false);
  });

  it("takes no cache where none is wanted", () => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), { "raft.ts": "" });
    const { ran } = playAction(root, { machine, inputs: { cache: "false", package: "nothing.tgz" } });
    expect(ran).toEqual(["Find the package"]);
  });

  it("says which Node it needs", () => {
    const machine = makeMachine();
    writeFiles(join(machine, "submission"), { "raft.ts": "" });
    writeFiles(join(machine, "bin"), {
      node: `#!/bin/bash\nif [ "$1" = --version ]; then echo v18.20.0; else exit 1; fi\n`,
    });
    execFileSync("chmod", ["+x", join(machine, "bin/node")]);
    const { status, log } = playAction(makeKit(machine), {
      machine,
      inputs: none,
      env: { PATH: `${machine}/bin:${process.env.PATH}` },
    });
    expect(status).toBe(2);
    expect(log).toBe(
      "::error::Node 20.19 or later is needed, and this is v18.20.0: put actions/setup-node before this step\n",
    );
  });
});

it("the example for a plain shell installs a kit once, away from the repository, and hands its options on", () => {
  const machine = makeMachine();
  const kit = join(
    makeKit(machine, 'console.log("words", process.argv.slice(2).join(" ")); process.exit(1);'),
    "consensus-labs-0.1.0.tgz",
  );
  writeFiles(join(machine, "work"), {
    "raft.ts": "",
    "package.json": "{",
    ".npmrc": "script-shell=/bin/false\nregistry=http://127.0.0.1:9/\n",
  });
  const run = (...lab: readonly string[]) =>
    spawnSync(join(root, "examples/ci/grade.sh"), [kit, "work", "out", ...lab, "--base", "a b"], {
      cwd: machine,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: machine, XDG_CACHE_HOME: join(machine, "cache") },
    });
  const first = run();
  expect(first.stderr).toBe("");
  expect(first.stdout).toContain("added 1 package");
  const words = `words ci lab2 --repo ${machine}/work --out ${machine}/out --base a b\n`;
  expect(first.stdout.endsWith(words)).toBe(true);
  const { status, stdout } = run();
  expect({ status, stdout }).toEqual({ status: 1, stdout: words });
  expect(run("lab2a").stdout).toBe(words.replace("lab2", "lab2a"));
  const none = spawnSync(join(root, "examples/ci/grade.sh"), ["none.tgz", "work", "out"], { cwd: machine });
  expect([none.status, String(none.stderr)]).toEqual([2, expect.stringMatching(/^error: none\.tgz is no file/)]);
});
