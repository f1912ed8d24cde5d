import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GRACE_MS, STOP_MS } from "../../grader/cli/thread/run-apart.ts";
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

describe.concurrent("one signal ends a command, whatever it is doing, and all that it started", () => {
  test.each(
    (["SIGINT", "SIGTERM"] as const).flatMap((signal) => [
      [signal, "loop", EXITS] as const,
      [signal, "loop that catches", EXITS] as const,
      [signal, "microtasks", EXITS] as const,
      [signal, "regular expression", EXITS] as const,
      [signal, "native code", DIES] as const,
      [signal, "a child", EXITS] as const,
      [signal, "thread in a loop", EXITS] as const,
      [signal, "thread in native code", DIES] as const,
      [signal, "deaf to it", EXITS] as const,
      [signal, "not listening yet", EXITS] as const,
    ]),
  )("%s: %s", async (signal, what, expected) => {
    expect(await run(what, (child) => child.kill(signal))).toEqual(expected);
  });
});

test("a terminal that goes away is a signal, too", async () => {
  expect(await run("loop", (child) => child.kill("SIGHUP"))).toEqual(EXITS);
});

test("all of that takes less than 2 s", () => {
  expect(GRACE_MS + STOP_MS).toBeLessThanOrEqual(1_800);
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

test("an exception that nobody catches is the grader's fault", async () => {
  const ended = await run("an exception");
  expect(ended).toMatchObject({
    code: 3,
    signal: null,
    err: expect.stringMatching(/^internal error: Error: out of order/),
  });
});
