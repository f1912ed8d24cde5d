import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { type PlayThread, PlayThreads, ThreadDied } from "../../grader/run/threads.ts";
import type { WorkerRequest } from "../../grader/run/worker.ts";

const script = fileURLToPath(new URL("fixtures/mortal-worker.mjs", import.meta.url));
const pools: PlayThreads[] = [];
afterEach(() => Promise.all(pools.splice(0).map((threads) => threads.close())));

const request = { seed: 7, audits: [] } as unknown as WorkerRequest;
const lendFrom = (threads: PlayThreads): Promise<PlayThread> => threads.lend(() => false);

function oneThread(): PlayThreads {
  const threads = new PlayThreads(1, 1, script);
  pools.push(threads);
  return threads;
}

test("a thread that was told to end is not lent again, even when it answered before it was gone", async () => {
  const threads = oneThread();
  const thread = await lendFrom(threads);
  await thread.play(request);
  const gone = thread.end();
  threads.giveBack(thread);
  const next = await lendFrom(threads);
  expect(next).not.toBe(thread);
  expect((await next.play(request)).played.verdict).toBe("passed");
  await gone;
});

test("a thread that died before its run began says so, and keeps nobody waiting", async () => {
  const thread = await lendFrom(oneThread());
  await thread.end();
  await expect(thread.play(request)).rejects.toBeInstanceOf(ThreadDied);
});
