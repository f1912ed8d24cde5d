import { spawnSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { OwnWatch, ownLimitsArgument, readOwnLimits, readSpent, spentLine } from "../../grader/host/own-limits.ts";
import { peerHostProgram, plainLaunch } from "../../grader/sandbox/host-program.ts";
import { DEFAULT_LIMITS } from "../../grader/sandbox/limits.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";

const LIMITS = { windowCpuMs: 100, runCpuMs: 250, residentBytes: 1000 };

/** A host that counts its windows and runs as it does its work. */
function watched() {
  const progress = new Int32Array(new SharedArrayBuffer(12));
  return { progress, watch: new OwnWatch(LIMITS, progress) };
}

describe("a host that looks after its own limits", () => {
  test("is told of them on its command line, where its keeper sees nothing", () => {
    expect(readOwnLimits(ownLimitsArgument(LIMITS))).toEqual(LIMITS);
    expect(readOwnLimits(undefined)).toBeNull();
    expect(plainLaunch(peerHostProgram(), null).args.at(-1)).toMatch(/host\.js$/);
    const { windowCpuMs, runCpuMs, residentBytes } = DEFAULT_LIMITS;
    expect(readOwnLimits(plainLaunch(peerHostProgram(), DEFAULT_LIMITS).args.at(-1))).toEqual({
      windowCpuMs,
      runCpuMs,
      residentBytes,
    });
  });

  test("ends for one window that takes too long, and not for the time between two", () => {
    const { progress, watch } = watched();
    expect(watch.look(40, null)).toBeNull();
    progress[0] = 1;
    expect(watch.look(60, null)).toBeNull();
    expect(watch.look(159, null)).toBeNull();
    expect(watch.look(160, null)).toBe("window");
    progress[0] = 2;
    expect(watch.look(170, null)).toBeNull();
    expect(watch.look(275, null)).toBeNull();
  });

  test("ends for a run that takes too long, and begins anew with each", () => {
    const { progress, watch } = watched();
    for (const [at, usedMs] of [0, 90, 180, 249].entries()) {
      progress[0] = 2 * at + 1;
      expect(watch.look(usedMs, null)).toBeNull();
    }
    expect(watch.look(250, null)).toBe("run");
    progress[2] = 1;
    expect(watch.look(251, null)).toBeNull();
  });

  test("ends for too much memory", () => {
    expect(watched().watch.look(0, 1000)).toBeNull();
    expect(watched().watch.look(0, 1001)).toBe("memory");
  });

  test("says so as the last thing, and is understood only so", () => {
    expect(readSpent(`{"stuck":[],"peer":1}\n${spentLine("run")}`)).toBe("run");
    expect(readSpent(`${spentLine("run")}more\n`)).toBeNull();
    expect(readSpent('{"spent":"everything"}\n')).toBeNull();
    expect(readSpent("")).toBeNull();
  });
});

/** The whole machine, but for an empty /proc: so it is, for Node, on systems that have none. */
const WITHOUT_PROC = ["--bind", "/", "/", "--dev-bind", "/dev", "/dev", "--tmpfs", "/proc"];
const canHideProc = spawnSync("bwrap", [...WITHOUT_PROC, "true"]).status === 0;

// Hiding /proc takes bubblewrap, which CI has.
describe.skipIf(!canHideProc)("without /proc", () => {
  const gradeSo = (folder: string) => {
    const args = [process.execPath, join(ROOT, "dist/cli.js"), "lab2a", folder, "--only", "initial", "--runs", "1"];
    const env = { PATH: process.env.PATH, XDG_CACHE_HOME: folder };
    return spawnSync("bwrap", [...WITHOUT_PROC, ...args, "--boundary", "process"], {
      cwd: ROOT,
      env,
      encoding: "utf8",
    });
  };

  test("an endless loop is found by its computing, with its place, as everywhere", async () => {
    const folder = folderWith({
      "raft.js": `export class Raft {
  constructor() { setTimeout(() => { for (;;); }, 200); }
  getState() { return { term: 0, isLeader: false }; }
  start() { return { index: -1, term: 0, isLeader: false }; }
  snapshot() {}
  kill() {}
}
`,
    });
    const { stdout, status } = gradeSo(folder);
    expect(stdout).toMatch(/hung [\s\S]*took more than 2 s of computing; peer 0 was at work\n +code +raft\.js:2:/);
    expect(status).toBe(1);
  });

  test("what is right passes", () => {
    expect(gradeSo("reference")).toMatchObject({ status: 0, stdout: expect.stringContaining("2/2 points") });
  });
});

describe("what a system lacks is said in one line", () => {
  test("no mkfifo: what cannot be done without it", async () => {
    const bin = folderWith();
    symlinkSync(process.execPath, join(bin, "node"));
    const args = ["lab2a", "reference", "--only", "initial", "--runs", "1", "--boundary", "process"];
    const { code, err } = await grade(args, { env: { PATH: bin } });
    expect(err).toMatch(
      /^error: named pipes cannot be made here \(there is no command mkfifo\), and nothing is graded .*\n$/,
    );
    expect(code).toBe(2);
  });

  const pretending = (platform: string) => {
    const script = `Object.defineProperty(process, "platform", { value: "${platform}" })`;
    return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
  };

  test("Windows: where to work instead", async () => {
    const { code, out, err } = await grade(["lab2a", "reference"], { env: pretending("win32") });
    expect(err).toMatch(/^error: the grader needs Linux or macOS; on Windows, .* inside WSL .*\n$/);
    expect({ code, out }).toEqual({ code: 2, out: "" });
  });

  test("macOS: no sandbox, and what that means", async () => {
    const { code, err } = await grade(["lab2a", "reference", "--sandbox"], { env: pretending("darwin") });
    expect(err).toMatch(
      /^error: --sandbox needs Linux, and this is darwin: without it a submission runs as any program .*\n$/,
    );
    expect(code).toBe(2);
  });

  test("another system than those of which the native parts are here: what to fetch, and how", async () => {
    const { code, err } = await grade(["lab2a", "reference"], { env: pretending("freebsd") });
    expect(err).toMatch(
      /^error: .* on freebsd-\w+ yet: fetch its parts with "npm install --no-save @esbuild\/freebsd-\w+@[\d.]+ @typescript\/typescript-freebsd-\w+@[\d.]+", .*\n$/,
    );
    expect(code).toBe(2);
  });
});
