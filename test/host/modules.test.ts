import { createRequire } from "node:module";
import { format } from "node:util";
import { runInThisContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { logOf } from "./fixture.ts";

const require = createRequire(import.meta.url);

/** Runs the same code in a realm and in Node itself: both must log the same. */
async function sameAsNode(body: string): Promise<string[]> {
  const expected: string[] = [];
  const log = (...data: unknown[]) => expected.push(format(...data));
  const source = `(async (load, log) => { ${body}\n})`;
  await runInThisContext(source)(require, log);
  const seen = logOf(`(${source})(__import, console.log)`);
  expect(seen).toEqual(expected);
  return expected;
}

describe("node:events", () => {
  test("the emitter", async () => {
    await sameAsNode(`
      const EventEmitter = load("node:events"); const { EventEmitter: Same, errorMonitor } = load("events");
      class Mine extends EventEmitter {}
      const e = new Mine();
      log(Same === EventEmitter, e instanceof EventEmitter, EventEmitter.defaultMaxListeners, e.getMaxListeners());
      const f = function (...args) { log("f", args, this === e) };
      log(e.on("x", f) === e, e.emit("x", 1, 2), e.emit("none"));
      e.once("x", (a) => log("once", a)); e.prependListener("x", () => log("first")); e.prependOnceListener("x", () => log("very first"));
      e.emit("x", "a"); e.emit("x", "b");
      log(e.listenerCount("x"), e.listeners("x").length, e.rawListeners("x").length, e.eventNames(), EventEmitter.listenerCount(e, "x"));
      e.off("x", f); log(e.listenerCount("x")); e.removeAllListeners("x"); log(e.emit("x"), e.eventNames());
      e.on(errorMonitor, (error) => log("monitor", error.message)); 
      try { e.emit("error", new TypeError("boom")) } catch (error) { log(error.name, error.message) }
      try { e.emit("error", { code: 5 }) } catch (error) { log(error.message, error.code) }
      e.on("error", (error) => log("handled", error.message)); log(e.emit("error", new Error("x")));
      e.on("newListener", (name) => log("new", name)); e.on("removeListener", (name) => log("removed", name));
      const g = () => {}; e.on("y", g); e.off("y", g); e.once("z", () => log("z")); e.emit("z");
      const twice = () => log("twice"); e.on("t", twice); e.on("t", twice); e.off("t", twice); e.emit("t");
      e.on("r", () => { e.removeAllListeners("r"); log("r1") }); e.on("r", () => log("r2")); e.emit("r"); e.emit("r");
      try { e.on("x", 5) } catch (error) { log(error instanceof TypeError, error.code) }
      log(e.setMaxListeners(3).getMaxListeners()); e.removeAllListeners(); log(e.eventNames().length);
      function Old() {} load("util").inherits(Old, EventEmitter); new Old().on("q", () => log("q")).emit("q");
    `);
  });

  test("once and on", async () => {
    await sameAsNode(`
      const { EventEmitter, once, on } = load("events");
      const e = new EventEmitter();
      setTimeout(() => e.emit("x", 1, 2), 1);
      log(await once(e, "x"), e.listenerCount("x"), e.listenerCount("error"));
      setTimeout(() => e.emit("error", new Error("failed")), 1);
      try { await once(e, "x") } catch (error) { log(error.message) }
      const c = new AbortController(); setTimeout(() => c.abort(), 1);
      try { await once(e, "x", { signal: c.signal }) } catch (error) { log(error.name, error.code) }
      setTimeout(() => { e.emit("y", 1); e.emit("y", 2); setTimeout(() => e.emit("y", 3), 1) }, 1);
      for await (const [value] of on(e, "y")) { log(value); if (value === 3) break; }
      log(e.listenerCount("y"));
      const t = new EventTarget(); setTimeout(() => t.dispatchEvent(new Event("z")), 1); log((await once(t, "z"))[0].type);
      const stop = new AbortController(); setTimeout(() => stop.abort(), 3);
      try { for await (const _ of on(e, "never", { signal: stop.signal })); } catch (error) { log(error.name) }
    `);
  });
});

const values = [
  "1",
  "'1'",
  "-0",
  "0",
  "NaN",
  "null",
  "undefined",
  "[]",
  "[1, 2]",
  "[2, 1]",
  "['1', 2]",
  "{}",
  "{ a: 1 }",
  "{ a: 1, b: undefined }",
  "{ a: '1' }",
  "new Map([[1, { a: 1 }]])",
  "new Map([['1', { a: 1 }]])",
  "new Map([[{ k: 1 }, 2]])",
  "new Set([1, { a: 1 }])",
  "new Set([{ a: 1 }, 1])",
  "new Set(['1', { a: 1 }])",
  "new Date(5)",
  "new Date(6)",
  "/a/g",
  "/a/i",
  "new Uint8Array([1, 2])",
  "new Uint8Array([1, 3])",
  "new Int8Array([1, 2])",
  "Object.create(null)",
  "new (class A { a = 1 })()",
  "new Error('x')",
  "new Error('y')",
  "new TypeError('x')",
  "Object(1)",
  "Object(2)",
  "[, 1]",
  "[undefined, 1]",
  "() => 1",
  "1n",
  "Object.assign([1, 2], { x: 1 })",
  "cycle(1)",
  "cycle(1)",
  "cycle(2)",
];

test("deep equality of all pairs of some values", async () => {
  const lines = await sameAsNode(`
    const { deepEqual } = load("assert"); const { isDeepStrictEqual } = load("util");
    const cycle = (n) => { const o = { n }; o.self = o; return o; };
    const make = () => [${values.map((value) => `(${value})`).join(", ")}];
    const passes = (f) => { try { f(); return 1 } catch (e) { if (e.code !== "ERR_ASSERTION") throw e; return 0 } };
    const [left, right] = [make(), make()];
    for (const a of left) log(right.map((b) => +isDeepStrictEqual(a, b)).join(""), right.map((b) => passes(() => deepEqual(a, b))).join(""));
  `);
  expect(lines).toHaveLength(values.length);
});

describe("node:assert", () => {
  const outcome =
    "const outcome = (f) => { try { f(); return 'passed' } catch (e) { return [e.name, e.code, e.operator, e.generatedMessage].join() } };";

  test("what passes and what fails, and how", async () => {
    await sameAsNode(`${outcome}
      const assert = load("node:assert"); const strict = load("assert/strict");
      class Special extends Error {}
      const cases = (a) => [
        () => a(1), () => a(0), () => a.ok(""), () => a.equal(1, "1"), () => a.equal(1, 2), () => a.notEqual(1, "1"), () => a.strictEqual(1, 1), () => a.strictEqual(1, "1"),
        () => a.strictEqual(NaN, NaN), () => a.notStrictEqual(1, 1), () => a.deepEqual([1], ["1"]), () => a.deepStrictEqual({ a: 1 }, { a: 1 }), () => a.deepStrictEqual({ a: 1 }, { a: 2 }),
        () => a.notDeepStrictEqual({ a: 1 }, { a: 1 }), () => a.notDeepEqual([1], ["1"]), () => a.fail(), () => a.fail("given"), () => a.match("abc", /b/), () => a.match("abc", /x/), () => a.doesNotMatch("abc", /b/),
        () => a.throws(() => { throw new Special("x") }), () => a.throws(() => {}), () => a.throws(() => { throw new Special("x") }, Special), () => a.throws(() => { throw new Error("x") }, /x/),
        () => a.throws(() => { throw new Error("x") }, /y/), () => a.throws(() => { throw new Error("x") }, { message: "x", name: "Error" }), () => a.throws(() => { throw new Error("x") }, { message: "y" }),
        () => a.throws(() => { throw new Error("x") }, (e) => e.message === "x"), () => a.throws(() => { throw new Error("x") }, () => false), () => a.throws(() => { throw new Error("x") }, TypeError),
        () => a.doesNotThrow(() => {}), () => a.doesNotThrow(() => { throw new Error("x") }), () => a.ifError(null), () => a.ifError(new Error("x")), () => a.throws(1),
        () => a.strictEqual(1, 2, new RangeError("mine")), () => a.throws(() => { throw new Error("x") }, { message: /^x$/ }), () => a.strictEqual(1, 2, "with text"),
      ];
      for (const a of [assert, strict, assert.strict]) cases(a).forEach((f, i) => log(i, outcome(f)));
      log(strict === assert.strict, assert.strict.strict === strict, strict.equal === assert.strictEqual, typeof assert.AssertionError);
      const e = new assert.AssertionError({ message: "m", actual: 1, expected: 2, operator: "op" }); log(e.name, e.code, e.message, e.actual, e.expected, e instanceof Error);
      for (const f of [() => assert.rejects(Promise.reject(new Error("x")), /x/), () => assert.rejects(async () => {}), () => assert.rejects(async () => { throw new Special("s") }, Special), () => assert.doesNotReject(Promise.resolve(1)), () => assert.doesNotReject(Promise.reject(new Error("x")))]) {
        try { await f(); log("passed") } catch (error) { log(error.name, error.code, error.operator) }
      }
    `);
  });

  test("messages of the simplest comparisons", () => {
    const body = `
      const assert = __import("assert");
      for (const f of [() => assert.strictEqual(1, 2), () => assert.deepStrictEqual({ a: [1] }, { a: [2] }), () => assert.ok(0), () => assert.equal(1, 2, "text")]) try { f() } catch (e) { console.log(e.message) }`;
    expect(logOf(body)).toEqual([
      "Expected values to be strictly equal:\n\n1 === 2\n",
      "Expected values to be strictly deep-equal:\n\n{ a: [ 1 ] } === { a: [ 2 ] }\n",
      "The expression evaluated to a falsy value",
      "text",
    ]);
  });
});

test("node:util", async () => {
  await sameAsNode(`
    const util = load("node:util");
    log(util.format("%s %d", "a", 1), util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: 0 }), util.inspect({ a: { b: { c: { d: 1 } } } }, { depth: null }), util.inspect("x"));
    log(util.isDeepStrictEqual({ a: [1] }, { a: [1] }), util.types.isMap(new Map()), util.types.isPromise({ then() {} }), util.types.isUint8Array(new Uint8Array(1)), util.types.isDate(new Date()), util.types.isNativeError(new TypeError()), util.types.isAsyncFunction(async () => {}), util.types.isGeneratorFunction(function* () {}));
    const read = (a, b, done) => setTimeout(() => (b ? done(null, a + b) : done(new Error("no b"))), 1);
    log(await util.promisify(read)(1, 2)); try { await util.promisify(read)(1, 0) } catch (e) { log(e.message) }
    log(await util.promisify(setTimeout)(1, "value"));
    await new Promise((resolve) => util.callbackify(async (x) => x * 2)(21, (error, value) => { log(error, value); resolve() }));
    await new Promise((resolve) => util.callbackify(async () => { throw new Error("bad") })((error) => { log(error.message); resolve() }));
    function A() {} function B() {} B.prototype.hi = () => "hi"; util.inherits(A, B); log(new A().hi(), A.super_ === B);
    log(util.inspect({ [util.inspect.custom]: () => "custom" }), util.debuglog("x")("nothing"), util.stripVTControlCharacters("\\u001b[31mred\\u001b[0m"), util.TextEncoder === TextEncoder);
  `);
});

test("util.deprecate warns once", () => {
  const body = "const f = __import('util').deprecate((x) => x + 1, 'old', 'DEP1'); console.log(f(1), f(2))";
  expect(logOf(body)).toEqual(["DeprecationWarning: [DEP1] old", "2 3"]);
});

test("node:timers gives the globals", () => {
  const body =
    "const t = __import('node:timers'); console.log(t.setTimeout === setTimeout, t.clearImmediate === clearImmediate, typeof t.promises.setTimeout)";
  expect(logOf(body)).toEqual(["true true function"]);
});

test("a module is evaluated once, and unknown ones are refused", () => {
  const body =
    "console.log(__import('events') === __import('node:events')); try { __import('node:fs') } catch (e) { console.log(e.message) }";
  expect(logOf(body)).toEqual(["true", "Cannot find module 'node:fs'"]);
});

test("encode and decode", () => {
  const body = `
    const { encode, decode } = __import("consensus-labs");
    const value = { term: 1, log: [{ command: "é".repeat(300) }], bytes: new Uint8Array(5000).fill(7) };
    const bytes = encode(value);
    const before = bytes.slice(); encode({ other: 1 });
    console.log(__import("assert").deepStrictEqual(decode(bytes), value), bytes.join() === before.join(), bytes.buffer.byteLength === bytes.length);
    console.log(decode(encode({ a: 1, get b() { return new TextEncoder().encode("x".repeat(9000)).length + encode("é".repeat(40)).length } })));
    for (const f of [() => encode({ a: [new Map()] }), () => decode("text"), () => decode(new Uint8Array([0xc1])), () => decode(bytes.subarray(1))]) try { f() } catch (e) { console.log(e instanceof Error, e.message) }`;
  expect(logOf(body)).toEqual([
    "undefined true true",
    "{ a: 1, b: 9082 }",
    "true value.a[0] is a Map; use a plain object or an array of pairs",
    'true The "bytes" argument must be of type Uint8Array. Received type string',
    "true byte 0xc1 at 0 does not begin plain data",
    expect.stringMatching(/^true \d+ bytes follow the encoded value$/),
  ]);
});
