import { expect, test } from "vitest";
import { boot, effectsOf, engineFor, logOf, raft, readable, window } from "./fixture.ts";

/** Walks all that can be reached from the roots, and logs the way to whatever was not made in this realm. */
const walk = `
const seen = new Set();
function topOf(object) {
  let at = object;
  for (let next = Object.getPrototypeOf(at); next !== null; next = Object.getPrototypeOf(at)) at = next;
  return at;
}
function walk(roots) {
  const queue = Object.entries(roots).map(([name, value]) => [name, value]);
  let count = 0;
  for (const [path, value] of queue) {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
    seen.add(value);
    count++;
    const top = topOf(value);
    const isOurs = top === Object.prototype || top === value;
    if (!isOurs || (typeof value === "function" && value !== Function.prototype && !(value instanceof Function))) {
      console.log("foreign: " + path);
      continue;
    }
    queue.push([path + ".[[Prototype]]", Object.getPrototypeOf(value)]);
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      const name = path + "." + String(key);
      for (const part of ["value", "get", "set"]) if (part in property) queue.push([name, property[part]]);
      if (property.get) try { queue.push([name + "()", value[key]]); } catch (error) { queue.push([name + " throws", error]); }
    }
  }
  return count;
}`;

const probes = `
const attempt = (f) => { try { return f(); } catch (error) { return { error }; } };
function callSites() {
  const old = Error.prepareStackTrace;
  const sites = [];
  Error.prepareStackTrace = (error, list) => {
    for (const site of list) {
      sites.push(site.getThis(), site.getFunction(), site);
    }
    sites.push(list);
    return "";
  };
  void new Error().stack;
  Error.prepareStackTrace = old;
  return sites;
}
function deepest(action) {
  // Each level up has a little more stack left, so that it runs out at ever deeper places inside the action.
  const caught = [];
  let works = false;
  function recurse() {
    try {
      recurse();
    } catch (overflow) {
      if (works) throw overflow;
      try {
        action();
        works = true;
      } catch (error) {
        caught.push(error);
      }
      throw overflow;
    }
  }
  function shifted(frames, ...filling) { return frames === 0 ? recurse() : shifted(frames - 1, ...filling, 1); }
  for (let frames = 0; frames < 12; frames++) {
    works = false;
    attempt(() => shifted(frames));
  }
  return caught;
}`;

test("nothing of the host can be reached from a realm", () => {
  const body = `
    const { decode, encode } = __import("consensus-labs");
    const text = "é".repeat(50);
    const bytes = encode(text);
    const names = ["timers", "timers/promises", "events", "assert", "assert/strict", "util"];
    const roots = {
      globalThis, peers, persister, apply, self: this,
      modules: names.map((name) => __import("node:" + name)),
      labs: __import("consensus-labs"), exports, module, __import,
      sites: callSites(),
      timer: setTimeout(() => {}, 1), immediate: setImmediate(() => {}),
      promise: peers[1].call("ask", {}),
      errors: [
        () => __import("fs"), () => __import("consensus-labs").decode(new Uint8Array([0xc1])),
        () => __import("consensus-labs").decode(new Uint8Array([0xbf, ...Array(40).fill(255)])),
        () => __import("consensus-labs").encode(new Map()), () => setTimeout(1), () => null.x,
        () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])), () => crypto.getRandomValues(1),
        () => structuredClone(() => {}), () => eval("1"), () => new Function("return 1"), () => new Date(NaN).toISOString(),
        () => new Intl.NumberFormat("not a locale"), () => (1).toLocaleString("not a locale"), () => peers[1].call(),
        () => Object.assign(new Error("x"), { name: Symbol("s") }).stack,
        () => new (class extends Error { get name() { throw 1; } })().stack,
        () => arguments.callee, () => setTimeout.caller, () => apply.arguments, () => atob("*"),
        () => AbortSignal.abort().throwIfAborted(), () => persister.save(1),
      ].map(attempt),
      overflows: [() => clearTimeout(setTimeout(() => {}, 1)), () => decode(bytes), () => encode(text),
        () => new Error("x").stack].map(deepest),
    };
    console.log("objects: " + (walk(roots) > 1000));
  `;
  const texts = effectsOf(body, "ask() { return 1; }", walk + probes)
    .filter((effect) => effect.kind === "log")
    .map((effect) => effect.text);
  expect(texts.filter((text) => text !== "x")).toEqual(["objects: true"]);
});

test("what a promise or an event gives is of the realm too", () => {
  const body = `
    process();
    async function process() {
      const values = [
        await peers[0].call("ask", { bytes: new Uint8Array(3) }),
        await __import("node:timers/promises").setTimeout(1, { x: 1 }),
        await fetchReason(),
      ];
      console.log("objects: " + (walk({ values }) > 10));
    }
    function fetchReason() {
      const signal = AbortSignal.timeout(5);
      return new Promise((resolve) => signal.addEventListener("abort", (event) => resolve([event, signal.reason])));
    }`;
  const engine = engineFor(raft(body, "ask(args) { return { args, list: [1] }; }", walk));
  const [first] = engine.exchange(window(1, boot())).entries;
  const call = first?.effects.find((effect) => effect.kind === "call");
  if (call?.kind !== "call") throw new Error("no call was made");
  const reply = { kind: "reply", timeUs: 500, peer: 0, incarnation: 1, callId: call.callId, reply: call.args } as const;
  const later = engine.exchange(window(1_000_000, reply)).entries.flatMap((entry) => entry.effects);
  expect(later.map(readable)).toEqual([{ kind: "log", level: "log", text: "objects: true" }]);
});

const absent = [
  ...["process", "require", "Buffer", "fetch", "URL", "WebAssembly", "SharedArrayBuffer", "Atomics", "WeakRef"],
  ...["FinalizationRegistry", "ShadowRealm", "Temporal", "gc", "hook", "raw", "prelude"],
];

test.each(absent)("there is no %s", (name) => {
  expect(logOf(`console.log(typeof globalThis[${JSON.stringify(name)}])`)).toEqual(["undefined"]);
});

test("code is strict, and makes no code from text", () => {
  expect(logOf("console.log((function () { return this; })())")).toEqual(["undefined"]);
  expect(logOf("try { eval('1') } catch (error) { console.log(error instanceof EvalError) }")).toEqual(["true"]);
});

test("peers share nothing", () => {
  const engine = engineFor(
    raft(
      `
      globalThis.mine = me; Array.prototype.found = (Array.prototype.found ?? 0) + 1; shared.push(me);
      setTimeout(() => console.log(me, mine, [].found, shared), 1);`,
      "",
      "const shared = [];",
    ),
  );
  const { entries } = engine.exchange(window(2000, boot(), boot({ peer: 1 }), boot({ peer: 2 })));
  const texts = entries
    .flatMap((entry) => entry.effects)
    .flatMap((effect) => (effect.kind === "log" ? [effect.text] : []));
  expect(texts).toEqual(["0 0 1 [ 0 ]", "1 1 1 [ 1 ]", "2 2 1 [ 2 ]"]);
});

test("a reset forgets everything, and the same seed gives the same run", () => {
  const engine = engineFor(
    raft("console.log(Math.random(), crypto.randomUUID(), Date.now()); setInterval(() => console.log('tick'), 1);"),
  );
  const run = (seed: number) => engine.exchange(window(3500, boot({ seed: [seed, 2, 3, 4] })));
  const first = run(1);
  engine.reset();
  const second = run(1);
  engine.reset();
  const other = run(2);
  expect(second).toEqual(first);
  expect(other).not.toEqual(first);
});
