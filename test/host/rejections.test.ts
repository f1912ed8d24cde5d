import { setImmediate as turn } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { boot, engineFor, raft, raftForm, realmTexts, window } from "./fixture.ts";

const internals = process as unknown as { _tickCallback: unknown };
const tick = internals._tickCallback;
const listeners = process.listeners("unhandledRejection");

afterEach(() => {
  internals._tickCallback = tick;
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  vi.resetModules();
});

const code = raft("Promise.reject(new Error('lost')); setTimeout(() => console.log('timer'), 5)");

test("listeners of the process itself are back after each window, and hear of its own promises", async () => {
  const heard: unknown[] = [];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => heard.push(reason));
  void Promise.reject("our own");
  const { entries } = engineFor(code).exchange(window(10, boot()));
  await turn();
  expect(heard).toEqual(["our own"]);
  expect(entries[0]?.effects).toMatchObject([{ kind: "exception", message: "lost" }, { kind: "observed" }]);
});

test("where Node cannot be asked, rejections come with the peer's next entry", async () => {
  internals._tickCallback = undefined;
  vi.resetModules();
  const { Engine } = await import("../../grader/host/engine.ts");
  const engine = new Engine({ code, filename: "submission.js", roles: raftForm.roles, ...realmTexts });
  const first = engine.exchange(window(10, boot()));
  await turn();
  const second = engine.exchange(window(6000));
  expect(first.entries[0]?.effects.map((effect) => effect.kind)).toEqual(["observed"]);
  expect(second.entries[0]?.effects).toMatchObject([{ kind: "exception", message: "lost" }, { text: "timer" }]);
});
