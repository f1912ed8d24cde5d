import { Readable } from "node:stream";
import { expect, test } from "vitest";
import { StderrCapture } from "../../grader/sandbox/stderr-capture.ts";

async function stuckIn(text: string) {
  const capture = new StderrCapture(Readable.from([Buffer.from(text)]), 1e6, () => {});
  await capture.drained(1_000);
  return capture.stuck();
}

test("the last whole report of a host that is stuck counts", async () => {
  const text = '{"stuck":[],"peer":1}\nnoise\n{"stuck":["at a (raft.js:1:2)"],"peer":3}\n{"stuck":["at b';
  expect(await stuckIn(text)).toEqual({ stackLines: ["at a (raft.js:1:2)"], peer: 3 });
});

test.each(["-1", "1.5", '"2"', "64", "1e99", "null", "[3]", "{}"])(
  "a peer that is none, %s, is not named",
  async (peer) => {
    expect(await stuckIn(`{"stuck":["x", 7, {}],"peer":${peer}}\n`)).toEqual({ stackLines: ["x"] });
  },
);

test("without a report nothing is known", async () => {
  expect(await stuckIn("")).toEqual({ stackLines: [] });
  expect(await stuckIn('{"stuck":7,"peer":1}\n')).toEqual({ stackLines: [] });
});
