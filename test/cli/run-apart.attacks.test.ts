import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GRACE_MS, STOP_MS } from "../../grader/cli/thread/run-apart.ts";
import { isStarved, readWaits } from "../../grader/cli/thread/starvation.ts";
import { processesWith } from "../attacks/observe.ts";
import { childrenOf, folderWith, isRunning, until } from "./run-cli.ts";

let program: string;
beforeAll(async () => {
  const outdir = folderWith({ "package.json": '{ "type": "module" }' });
  const entryPoints = ["apart", "busy"].map((name) => join(import.meta.dirname, `fixtures/${name}.ts`));
  await build({ entryPoints, outdir, bundle: true, platform: "node", format: "esm", target: "node20" });
  program = join(outdir, "apart.js");
});

const started: number[] = [];
/** Of tests that failed. */
afterAll(() => {
  for (const pid of started.filter(isRunning)) process.kill(pid, "SIGKILL");
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** Starts the fixture, calls `then` when it has said what it started and is at it, and waits until all is over. */
async function run(what: string, then: (child: ChildProcess) => void = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, [program, what], { stdio: ["ignore", "pipe", "pipe"] });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  const closed = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  await until(() => out.includes("\n") || child.exitCode !== null, "the fixture has begun");
  await until(
    () => child.exitCode !== null || familyOf(child).length >= (what === "a child" ? 5 : 4),
    "its processes are there",
  );
  const family = familyOf(child);
  started.push(child.pid ?? 0, ...family);
  then(child);
  const [code, signal] = await closed;
  await until(() => !family.some(isRunning), `none of ${family} is left`);
  return { code, signal, out: out.slice(out.indexOf("\n") + 1), err };
}

function familyOf({ pid = 0 }: ChildProcess): number[] {
  const found = childrenOf(pid);
  for (const one of found) found.push(...childrenOf(one));
  return found;
}

const EXITS = { code: 130, signal: null, out: "", err: "" };
/** As a shell reports: 130, too. */
const DIES = { code: null, signal: "SIGINT", out: "", err: "" };
/** It may have been stopped just before it got there. */
const EITHER = [EXITS, DIES];

describe.concurrent("one signal ends a command, whatever it is doing, and all that it started", () => {
  test.each(
    (["SIGINT", "SIGTERM"] as const).flatMap((signal) => [
      [signal, "loop", [EXITS]] as const,
      [signal, "loop that catches", [EXITS]] as const,
      [signal, "microtasks", [EXITS]] as const,
      [signal, "regular expression", [EXITS]] as const,
      [signal, "native code", EITHER] as const,
      [signal, "a child", [EXITS]] as const,
      [signal, "thread in a loop", [EXITS]] as const,
      [signal, "thread in native code", EITHER] as const,
      [signal, "deaf to it", [EXITS]] as const,
      [signal, "not listening yet", [EXITS]] as const,
    ]),
  )("%s: %s", async (signal, what, expected) => {
    expect(expected).toContainEqual(await run(what, (child) => child.kill(signal)));
  });
});

test("a terminal that goes away is a signal, too", async () => {
  expect(await run("loop", (child) => child.kill("SIGHUP"))).toEqual(EXITS);
});

test("all of that takes less than 2 s", () => {
  expect(GRACE_MS + STOP_MS).toBeLessThanOrEqual(1_800);
});

describe("a process is starved when one of its threads waited for a CPU most of the time", () => {
  const at = (...ms: number[]) => new Map(ms.map((wait, i) => [String(i), wait]));
  test.each([
    ["none waited", at(5, 5), at(5, 5), false],
    ["one waited half of it", at(5, 5), at(5, 505), false],
    ["one waited nearly all of it", at(5, 5), at(905, 5), true],
    ["what was before does not count", at(900, 900), at(901, 901), false],
    ["a new one", at(5), at(5, 900), true],
    ["one that has ended", at(5, 900), at(5), false],
    ["nobody knows", at(), at(), false],
  ])("%s", (_, before, after, expected) => {
    expect(isStarved(before, after, 1_000)).toBe(expected);
  });

  test("the system tells of each thread", () => {
    const waits = [...readWaits().values()];
    expect(waits.length).toBeGreaterThan(1);
    expect(Math.max(...waits)).toBeGreaterThan(0);
  });
});

test("a command that listens ends in good order", async () => {
  const ended = await run("good order", (child) => child.kill("SIGINT"));
  expect(ended).toEqual({ ...EXITS, out: "partial results\n" });
});

test("a second signal does not wait for the end of the first's grace", async () => {
  const ended = await run("deaf to the first", async (child) => {
    child.kill("SIGINT");
    // Two that come at once are one.
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGTERM");
  });
  expect(ended).toEqual(EXITS);
});

test("without a signal, the exit status is the script's, and nothing is left either", async () => {
  expect(await run("through by itself")).toEqual({ ...EXITS, code: 7 });
});

test("what others were just starting is not left either", async () => {
  const child = spawn(process.execPath, [program, "through while more is started"], { stdio: "ignore" });
  expect(await once(child, "exit")).toEqual([7, null]);
  const left = () => processesWith(`100000.${child.pid}`);
  started.push(...left().map(Number));
  await until(() => left().length === 0, "none is left");
});

test("an exception that nobody catches is the grader's fault", async () => {
  const ended = await run("an exception");
  expect(ended).toMatchObject({
    code: 3,
    signal: null,
    err: expect.stringMatching(/^internal error: Error: out of order/),
  });
});
