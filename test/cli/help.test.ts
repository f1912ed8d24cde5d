import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { parsePolicy } from "../../grader/batch/policy/index.ts";
import { completionScript } from "../../grader/cli/help/completion.ts";
import { helpFor, helpOn, overview } from "../../grader/cli/help/help.ts";
import type { Stdio } from "../../grader/cli/output/stdio.ts";
import { makeProgram } from "../../grader/cli/program.ts";
import { DEFAULT_RUNS, DEFAULT_SEED } from "../../grader/run/grade.ts";
import { labs } from "../../labs/index.ts";
import { grade } from "./run-cli.ts";

const program = makeProgram({ out: {}, err: {} } as Stdio, "", () => {});

test("help and policy name the runs and the seed that a grading has by default", () => {
  expect(helpOn("grade")).toContain(`how many runs each scenario gets (default ${DEFAULT_RUNS})`);
  expect(helpOn("grade")).toContain(`base seed of all runs (default ${DEFAULT_SEED})`);
  expect(parsePolicy("{}", "policy.yaml").runs).toBe(DEFAULT_RUNS);
});

test("--help is a dozen lines, of what students need, and says where the rest is", async () => {
  const { code, out, err } = await grade(["--help"]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toBe(overview());
  expect(out.split("\n").filter((line) => line !== "").length).toBeLessThanOrEqual(12);
  expect(out).not.toMatch(/batch|calibrate|--sandbox/);
  for (const word of ["watch", "--failed", "replay", "explain", "list", "init", "help staff", "help <command>"])
    expect(out).toContain(word);
});

test("every command has a topic, every option stands in it, and staff's are all in the help for staff", () => {
  const all = [program, ...program.commands];
  expect(all.length).toBeGreaterThan(12);
  for (const command of all) {
    const name = command.name();
    if (name === "help") continue;
    const text = helpOn(name);
    // Where a lab is graded for marks, what is built on one's own is refused.
    const isRefused = (long: string) => long.startsWith("--own-") && !["grade", "replay"].includes(name);
    for (const { long } of command.options)
      if (long !== "--version" && !isRefused(long ?? "")) expect(`${name}: ${text}`).toContain(long);
    if (!helpOn("staff").includes(`grade ${name} `)) expect(overview()).toContain(name);
  }
});

test("help is on what is asked about", () => {
  expect(helpOn("replay")).toMatch(/^grade replay <run> \[folder\]\n[\s\S]*--fold[\s\S]*grade replay <run> --batch/);
  expect(helpOn("lab2b")).toBe(helpOn("grade"));
  expect(helpFor(["replay", "--help"])).toBe(helpOn("replay"));
  expect(helpFor(["lab2a", "-h"])).toBe(helpOn("grade"));
  expect(helpFor(["--help"])).toBe(helpOn(undefined));
  expect(() => helpOn("wach")).toThrow(/^there is no help on "wach"; did you mean watch\?$/);
  expect(() => helpOn("__proto__")).toThrow(/^there is no help on/);
});

/** Of shells: a locale or a terminal that a machine names and has not would be complained of. */
const ENV = { PATH: process.env.PATH, HOME: process.env.HOME };

describe("completion", () => {
  /** What bash would offer behind these words, of which the last is being typed. */
  const inBash = (...words: string[]) => {
    const script = `${completionScript("bash", program, labs)}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_consensus_labs_grade; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync("bash", ["--norc", "-c", script], { encoding: "utf8", env: ENV });
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  };

  test("in bash has commands, labs, options, scenarios and runs, each where it fits", () => {
    expect(inBash("grade", "")).toEqual(expect.arrayContaining(["watch", "replay", "lab2b", "kv", "completion"]));
    expect(inBash("grade", "wa")).toEqual(["watch"]);
    expect(inBash("grade", "watch", "lab3")).toEqual(["lab3", "lab3a", "lab3b"]);
    expect(inBash("grade", "plan", "lab3")).toEqual(["lab3", "lab3a", "lab3b"]);
    expect(inBash("grade", "watch", "pax")).toEqual(["paxos", "paxos-a", "paxos-b", "paxos-c"]);
    expect(inBash("grade", "lab2b", "--fai")).toEqual(["--failed"]);
    expect(inBash("grade", "replay", "lab2b/back")).toEqual(["lab2b/backup@"]);
    expect(inBash("grade", "replay", "lab2b/backup@7", "--c")).toEqual(expect.arrayContaining(["--columns"]));
    expect(inBash("grade", "lab2b", "--only", "initial-e")).toEqual(["initial-election"]);
    // Files, which the shell knows itself.
    expect(inBash("grade", "lab2b", "x")).toEqual([]);
  });

  /** What a shell's own script offers there, as far as it begins like the last word; null where the shell is not installed. */
  const inShell: Readonly<Record<string, (...words: string[]) => string[] | null>> = {
    zsh: (...words) => {
      // The shell's own `compadd` works in its line editor alone.
      const script = `${completionScript("zsh", program, labs)}
compadd() { while [[ "$1" != -- ]]; do shift; done; shift; print -rl -- "$@"; }
_files() { print -r -- FILES; }
words=(${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length}
_consensus_labs_grade`;
      const offered = ran("zsh", ["-f", "-c", script]);
      return offered?.filter((word) => word.startsWith(words.at(-1) ?? "")) ?? null;
    },
    fish: (...words) => {
      const script = `${completionScript("fish", program, labs)}\ncomplete -C '${words.join(" ")}'`;
      return ran("fish", ["--no-config", "-c", script])?.map((line) => line.split("\t")[0] ?? "") ?? null;
    },
  };
  const ran = (shell: string, args: string[]) => {
    const { stdout, stderr, error } = spawnSync(shell, args, { encoding: "utf8", env: ENV });
    if (error !== undefined && "code" in error && error.code === "ENOENT") return null;
    expect(stderr).toBe("");
    return stdout.split("\n").filter((line) => line !== "");
  };

  test.each(["zsh", "fish"])("in %s has the same, each where it fits", (shell) => {
    const offered = inShell[shell] ?? (() => null);
    // Without the shell no more can be said than that the words are there.
    if (offered("grade", "wa") === null)
      return expect(completionScript(shell, program, labs)).toContain("lab2b/backup@");
    expect(offered("grade", "wa")).toEqual(["watch"]);
    expect(offered("grade", "lab3")?.sort()).toEqual(["lab3", "lab3a", "lab3b"]);
    expect(offered("grade", "watch", "lab3")?.sort()).toEqual(["lab3", "lab3a", "lab3b"]);
    expect(offered("grade", "lab2b", "--fai")).toEqual(["--failed"]);
    expect(offered("grade", "replay", "lab2b/back")).toEqual(["lab2b/backup@"]);
    expect(offered("grade", "replay", "lab2b/backup@7", "--colu")).toEqual(["--columns"]);
    expect(offered("grade", "lab2b", "--only", "initial-e")).toEqual(["initial-election"]);
    expect(offered("grade", "help", "sta")).toEqual(["staff"]);
    expect(offered("grade", "completion", "z")).toEqual(["zsh"]);
  });

  test("is refused in one line for another shell", () => {
    expect(() => completionScript("cmd", program, labs)).toThrow(
      'there is no completion for "cmd"; there is for bash, zsh, fish',
    );
    expect(() => completionScript("constructor", program, labs)).toThrow("there is no completion");
  });
});
