import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { ProcessTree, peakBytesOf, readThreadUsage, type Usage } from "../../grader/sandbox/usage.ts";

const MB = 1024 * 1024;
const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) process.kill(-(child.pid as number), "SIGKILL");
});

/** Starts Node on a program that says when it is where the test wants it. */
async function run(program: string): Promise<number> {
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"], detached: true });
  started.push(child);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child.pid as number;
}

const SLEEP = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);";
const BURN = "process.stdout.write('ready'); for (;;);";
const CHILD = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(BURN)}], { stdio: "inherit" });`;

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 20));
}

// Only Linux shows what processes use.
describe.skipIf(process.platform !== "linux")("what a process has used", () => {
  test.each([
    ["a child", `${CHILD} ${SLEEP}`],
    [
      "a child that another thread made",
      `new (require("node:worker_threads").Worker)(${JSON.stringify(`${CHILD} ${SLEEP}`)}, { eval: true });`,
    ],
    ["a thread", `new (require("node:worker_threads").Worker)(${JSON.stringify(BURN)}, { eval: true });`],
  ])("counts what %s computes", async (_title, program) => {
    const tree = new ProcessTree(await run(program), 0, true);
    const before = tree.usage().cpuMs ?? 0;
    await until(() => (tree.usage().cpuMs ?? 0) >= before + 300);
  });

  test("a thread that sleeps neither computes nor waits for a CPU", async () => {
    const pid = await run(`process.stdout.write("ready"); ${SLEEP}`);
    const usage = () => readThreadUsage(pid) as { cpuMs: number; waitMs: number };
    const before = usage();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(usage().cpuMs - before.cpuMs).toBeLessThan(100);
    expect(new ProcessTree(pid, 0, false).usage()).toMatchObject({
      waitMs: expect.any(Number),
    } satisfies Partial<Usage>);
  });

  test("a thread that computes is seen to, and knows what it waited meanwhile", async () => {
    const pid = await run(BURN);
    await until(() => (readThreadUsage(pid)?.cpuMs ?? 0) >= 300);
    expect(readThreadUsage(pid)?.waitMs).toBeGreaterThanOrEqual(0);
  });

  test("remembers the most memory, also when it was given back", async () => {
    const pid = await run(
      `let all = Buffer.alloc(${100 * MB}, 1); all = null; gc(); process.stdout.write("ready"); ${SLEEP}`.replace(
        "gc();",
        "require('node:v8').setFlagsFromString('--expose-gc'); require('node:vm').runInNewContext('gc')();",
      ),
    );
    expect(peakBytesOf(pid)).toBeGreaterThan(100 * MB);
  });

  test("nothing is known of a process that is not there", () => {
    expect([readThreadUsage(2 ** 22 + 1), peakBytesOf(2 ** 22 + 1)]).toEqual([null, null]);
  });
});
