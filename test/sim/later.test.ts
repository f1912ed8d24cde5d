import { expect, test } from "vitest";
import type { Effect } from "../../grader/sim/peer-host.ts";
import type { Script } from "./scripted-host.ts";
import { bytes, peerOf, times, world } from "./world.ts";

const result = (invokeId: number, value: number): Effect => ({ kind: "result", invokeId, value: bytes(value) });

/** Answers each call by a timer, in as many milliseconds as the call says; 0 at once. */
const answering: Script = {
  onInvoke: (act, { invokeId, args }) => {
    const ms = args[0] as number;
    if (ms === 0) act.effect(result(invokeId, 100));
    else act.timer(ms * 1000, `${invokeId}`);
  },
  onTimer: (act, name) => act.effect(result(Number(name), 100 + Number(name))),
};

test("what is called and what answers are told, several open at once", () => {
  const w = world(() => answering);
  const one = peerOf(w, 1);
  w.sim.runUntil(1_000);
  expect(w.sim.invokeAt(2_000, one, "get", bytes(5))).toBe(1);
  w.sim.invokeAt(2_500, one, "get", bytes(1));
  w.sim.invokeAt(2_500, one, "get", bytes(0));
  w.sim.runUntil(20_000);
  expect(w.events.slice(2)).toEqual([
    "2000 invoked 1 1",
    "2500 invoked 1 2",
    "2500 invoked 1 3",
    "2500 returned 1 3 100",
    "3500 returned 1 2 102",
    "7000 returned 1 1 101",
  ]);
  expect(times(w, "result").map(([timeUs]) => timeUs)).toEqual([2500, 3500, 7000]);
});

test("a crash leaves a call without an answer, and what was to be called is not", () => {
  const w = world(() => answering);
  const one = peerOf(w, 1);
  w.sim.invokeAt(1_000, one, "get", bytes(5));
  w.sim.invokeAt(4_000, one, "get", bytes(0));
  w.sim.runUntil(3_000);
  w.sim.crash(one);
  w.sim.runUntil(10_000);
  w.sim.boot(one);
  w.sim.runUntil(30_000);
  expect(w.events.filter((event) => /invoked|returned/.test(event))).toEqual(["1000 invoked 1 1"]);
});

test("a crash at the answer itself: before it nobody is told, after it they are", () => {
  for (const when of ["before", "after"] as const) {
    const w = world(() => answering);
    w.sim.crashRules.push((_, effect) => (effect.kind === "result" ? when : null));
    w.sim.invokeAt(1_000, peerOf(w, 1), "get", bytes(0));
    w.sim.runUntil(10_000);
    const told = w.events.filter((event) => /returned|crash/.test(event));
    expect(told).toEqual(when === "before" ? ["1000 crash 1"] : ["1000 returned 1 1 100", "1000 crash 1"]);
  }
});

test("who waits in invoke is given what came at once, and is told of nothing; what comes later is told", () => {
  const w = world(() => answering);
  w.sim.runUntil(1_000);
  const call = (ms: number) => ({ peer: peerOf(w, 1), method: "get", args: bytes(ms) });
  expect(w.sim.invoke([call(0), call(3)])).toEqual([bytes(100), null]);
  w.sim.runUntil(10_000);
  expect(w.events.filter((event) => event.includes("returned"))).toEqual(["4000 returned 1 2 102"]);
});

test("a call that waits at a peer that stands still reaches it when that goes on", () => {
  const w = world(() => answering);
  w.sim.runUntil(1_000);
  w.sim.pause(peerOf(w, 1));
  w.sim.invokeAt(2_000, peerOf(w, 1), "get", bytes(0));
  w.sim.runUntil(5_000);
  w.sim.resume(peerOf(w, 1));
  w.sim.runUntil(6_000);
  expect(w.events.slice(2)).toEqual(["5000 invoked 1 1", "5000 returned 1 1 100"]);
});
