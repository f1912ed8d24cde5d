import { expect, test } from "vitest";
import type { GradeTask } from "../../grader/batch/engine/grade-one.ts";
import { makeFolder } from "../submission/folder.ts";
import { fakeIntake, finalFiles, grading, playBatch, temporaryFolder } from "./fake-batch.ts";

const ids = ["a", "b", "c", "d", "e"];
const intakes = () => ids.map((id) => fakeIntake(id, { folder: makeFolder({ "raft.ts": `// ${id}\n` }) }));
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** Waits for what comes at once, or never when a batch waits for slow ones: the test is to fail then, and not to hang. */
const within = (event: Promise<unknown>) =>
  Promise.race([event, new Promise((resolve) => setTimeout(resolve, 30_000))]);

test("a submission that has used more than its share is not waited for, and none is lost", async () => {
  const begun: string[] = [];
  const ended: string[] = [];
  let others = () => {};
  const othersAreDone = new Promise<void>((resolve) => {
    others = resolve;
  });
  const gradeOne = async ({ id, onSlow }: GradeTask) => {
    begun.push(id);
    if (id === "a" || id === "b") {
      onSlow?.();
      await within(othersAreDone);
    }
    ended.push(id);
    if (ended.length === 3) others();
    return grading(id, []);
  };
  const slow = temporaryFolder();
  const { isWhole, events } = await playBatch({ out: slow, intakes: intakes(), gradeOne, workers: 1 });
  expect(isWhole).toBe(true);
  expect(begun).toEqual(ids);
  expect(ended.slice(0, 3)).toEqual(["c", "d", "e"]);
  expect(ended.slice(3).sort()).toEqual(["a", "b"]);
  expect(events.at(-1)).toMatchObject({ kind: "graded", done: 5, of: 5 });
  const quick = temporaryFolder();
  await playBatch({ out: quick, intakes: intakes(), gradeOne: async ({ id }) => grading(id, []), workers: 2 });
  expect(finalFiles(slow)).toEqual(finalFiles(quick));
});

test("without a slow one as many are graded at a time as there are workers", async () => {
  let now = 0;
  let most = 0;
  const gradeOne = async ({ id }: GradeTask) => {
    most = Math.max(most, ++now);
    await turns(3);
    now--;
    return grading(id, []);
  };
  await playBatch({ out: temporaryFolder(), intakes: intakes(), gradeOne, workers: 2 });
  expect(most).toBe(2);
});

test("an interruption ends slow ones too", async () => {
  const stop = new AbortController();
  const gradeOne = async ({ id, onSlow, signal }: GradeTask) => {
    if (id !== "a") {
      stop.abort();
      return grading(id, []);
    }
    onSlow?.();
    await within(new Promise((resolve) => signal.addEventListener("abort", resolve)));
    return { ...grading(id, []), interrupted: true as const };
  };
  const { isWhole } = await playBatch({
    out: temporaryFolder(),
    intakes: intakes(),
    gradeOne,
    workers: 1,
    signal: stop.signal,
  });
  expect(isWhole).toBe(false);
});
