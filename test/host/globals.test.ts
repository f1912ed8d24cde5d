import { describe, expect, test } from "vitest";
import { boot, effectsOf, engineFor, logOf, raft, window } from "./fixture.ts";

test("globals are classes and objects of the realm", () => {
  const body = `
    console.log(new AbortController().signal instanceof AbortSignal, new AbortController().signal instanceof EventTarget,
      new DOMException("m", "AbortError") instanceof Error, new TextEncoder().encode("a") instanceof Uint8Array,
      structuredClone(new Map()) instanceof Map, structuredClone([1]) instanceof Array,
      structuredClone(new RangeError("x")) instanceof RangeError, crypto.getRandomValues(new Uint8Array(1)) instanceof Uint8Array,
      peers[1].call("ask", {}) instanceof Promise, persister.readState() instanceof Uint8Array, peers instanceof Array,
      __import("consensus-labs").encode(1) instanceof Uint8Array, __import("consensus-labs").decode(new Uint8Array([0x80])) instanceof Object,
      globalThis === global, setTimeout(() => {}, 1) instanceof Object);`;
  const effects = effectsOf(body, "ask() { return 1 }");
  const log = effects.find((effect) => effect.kind === "log");
  expect(log?.text).toBe(Array(15).fill("true").join(" "));
});

test("random numbers come from the seed, and crypto has a stream of its own", () => {
  const numbers = (useCrypto: string) =>
    logOf(
      `${useCrypto}; console.log([Math.random(), Math.random()].every((x) => x >= 0 && x < 1), Math.random(), Math.random());`,
    );
  expect(numbers("")).toEqual(numbers("crypto.randomUUID()"));
  expect(logOf("console.log(crypto.randomUUID())")[0]).toMatch(
    /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
  );
  const filled = logOf(
    "console.log(crypto.getRandomValues(new Uint32Array(4)).join()); console.log(crypto.getRandomValues(new BigInt64Array(1)).length)",
  );
  expect(new Set(filled[0]?.split(",")).size).toBe(4);
  const errors =
    "for (const bad of [new Float64Array(1), new Uint8Array(70000), [1]]) try { crypto.getRandomValues(bad) } catch (e) { console.log(e.name) }";
  expect(logOf(errors)).toEqual(["TypeMismatchError", "QuotaExceededError", "TypeMismatchError"]);
});

test("random numbers are spread evenly", () => {
  const body =
    "const b = Array(10).fill(0); for (let i = 0; i < 1e5; i++) b[Math.floor(Math.random() * 10)]++; console.log(Math.min(...b) > 9500, Math.max(...b) < 10500)";
  expect(logOf(body)).toEqual(["true true"]);
});

test("TextEncoder and TextDecoder", () => {
  const body = `
    const text = "aé€😀" + "ü".repeat(100);
    const bytes = new TextEncoder().encode(text);
    console.log(bytes.length, new TextDecoder().decode(bytes) === text, new TextEncoder().encode().length);
    console.log(new TextDecoder().decode(new Uint8Array([97, 255, 98])), new TextDecoder().decode(bytes.buffer) === text, new TextDecoder().decode());
    console.log(new TextDecoder().decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length, new TextDecoder("utf8", { ignoreBOM: true }).decode(new Uint8Array([0xef, 0xbb, 0xbf, 97])).length);
    const d = new TextDecoder(); let s = "";
    for (const byte of bytes) s += d.decode(new Uint8Array([byte]), { stream: true });
    console.log(s + d.decode() === text);
    console.log(new TextEncoder().encodeInto("a€b", new Uint8Array(3)), new TextEncoder().encode("\\ud800").join());
    for (const f of [() => new TextDecoder("latin1"), () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255]))]) try { f() } catch (e) { console.log(e.name, e.code) }`;
  expect(logOf(body)).toEqual([
    "210 true 0",
    "a\ufffdb true ",
    "1 2",
    "true",
    "{ read: 1, written: 1 } 239,191,189",
    "RangeError ERR_ENCODING_NOT_SUPPORTED",
    "TypeError ERR_ENCODING_INVALID_ENCODED_DATA",
  ]);
});

test("structuredClone", () => {
  const body = `
    const shared = { n: 1 };
    const source = { shared, again: shared, date: new Date(5), map: new Map([[shared, new Set([1])]]), re: /a/g, bytes: new Uint8Array([1, 2, 3]).subarray(1),
      big: 5n, undef: undefined, nested: [1, [2]], error: new TypeError("t", { cause: shared }), boxed: Object("s") };
    source.self = source;
    const copy = structuredClone(source);
    console.log(copy !== source, copy.shared !== shared, copy.again === copy.shared, copy.self === copy, copy.map.get(copy.shared).has(1), copy.bytes.join());
    console.log(copy.error instanceof TypeError, copy.error.message, copy.error.cause === copy.shared, copy.date.getTime(), copy.re, copy.boxed, copy.nested, "undef" in copy);
    class P { x = 1; get y() { return 2 } } console.log(structuredClone(new P()));
    for (const bad of [() => {}, Symbol("s"), { f() {} }, Promise.resolve(), new WeakMap()]) try { structuredClone(bad) } catch (e) { console.log(e.name, e.message, e instanceof DOMException) }`;
  expect(logOf(body)).toEqual(
    [
      "true true true true true 2,3",
      "true t true 5 /a/g [String: 's'] [ 1, [ 2 ] ] true",
      "{ x: 1 }",
      "DataCloneError [Function: bad] could not be cloned. true",
      "DataCloneError Symbol(s) could not be cloned. true",
      "DataCloneError [Function: f] could not be cloned. true",
      "DataCloneError Promise {} could not be cloned. true",
      "DataCloneError WeakMap { <items unknown> } could not be cloned. true",
    ].map((line) => line.replace("[Function: bad]", "[Function (anonymous)]")),
  );
});

describe("events", () => {
  test("EventTarget and Event", () => {
    const body = `
      const t = new EventTarget();
      const f = (e) => console.log("f", e.type, e.target === t, e.currentTarget === t, e.defaultPrevented);
      t.addEventListener("x", f); t.addEventListener("x", f); t.addEventListener("x", { handleEvent: (e) => { console.log("object"); e.preventDefault() } }, { once: true });
      console.log(t.dispatchEvent(new Event("x", { cancelable: true })), t.dispatchEvent(new CustomEvent("x", { detail: 5 })));
      t.removeEventListener("x", f); console.log(t.dispatchEvent(new Event("x")));
      t.addEventListener("y", (e) => { e.stopImmediatePropagation() }); t.addEventListener("y", () => console.log("no")); t.dispatchEvent(new Event("y"));`;
    expect(logOf(body)).toEqual(["f x true true false", "object", "f x true true false", "false true", "true"]);
  });

  test("a listener that throws is reported, and the others still run", () => {
    const effects = effectsOf(
      `const t = new EventTarget(); t.addEventListener("x", () => { throw new Error("bad") }); t.addEventListener("x", () => console.log("next")); t.dispatchEvent(new Event("x"));`,
    );
    expect(effects.slice(0, 2)).toMatchObject([
      { kind: "exception", where: 'a listener for the event "x"', message: "bad" },
      { text: "next" },
    ]);
  });

  test("AbortController and AbortSignal", () => {
    const body = `
      const c = new AbortController(); const any = AbortSignal.any([c.signal, AbortSignal.timeout(100)]);
      any.onabort = () => console.log("any", any.reason === c.signal.reason); c.signal.addEventListener("abort", () => console.log("own", c.signal.reason.name));
      console.log(c.signal.aborted); c.abort(); c.abort("again"); console.log(c.signal.aborted, any.aborted);
      try { any.throwIfAborted() } catch (e) { console.log(e.name, e.message, e.code) }
      console.log(AbortSignal.abort("why").reason, AbortSignal.any([AbortSignal.abort(1)]).reason);
      const t = AbortSignal.timeout(20); t.addEventListener("abort", () => console.log(t.reason.name, performance.now()));
      try { new AbortSignal() } catch (e) { console.log(e.message) }`;
    expect(logOf(body)).toEqual([
      "false",
      "own AbortError",
      "any true",
      "true true",
      "AbortError This operation was aborted 20",
      "why 1",
      "Illegal constructor",
      "TimeoutError 20",
    ]);
  });
});

test("atob and btoa", () => {
  const body = `
    for (const text of ["", "a", "ab", "abc", "abcd", "\\xff\\x00"]) console.log(btoa(text), atob(btoa(text)) === text);
    for (const f of [() => atob("a"), () => atob("*a=="), () => btoa("€")]) try { f() } catch (e) { console.log(e.name) }`;
  expect(logOf(body)).toEqual([
    " true",
    "YQ== true",
    "YWI= true",
    "YWJj true",
    "YWJjZA== true",
    "/wA= true",
    ...Array(3).fill("InvalidCharacterError"),
  ]);
});

describe("console", () => {
  test("methods, levels and groups", () => {
    const body = `
      console.debug("d"); console.info("i"); console.warn("w"); console.error("e", 1); console.group("g"); console.log("in\\nside"); console.groupEnd(); console.log("out");
      console.count(); console.count(); console.assert(1, "no"); console.assert(0, "because %d", 5); console.assert(0); console.dir({ a: 1 });
      console.time("t"); setTimeout(() => console.timeEnd("t"), 7); console.table([{ a: 1 }, { b: 2 }]);`;
    const effects = effectsOf(body).filter((effect) => effect.kind === "log");
    expect(effects.map(({ level, text }) => `${level}: ${text}`)).toEqual([
      "debug: d",
      "info: i",
      "warn: w",
      "error: e 1",
      "log: g",
      "log:   in\n  side",
      "log: out",
      "log: default: 1",
      "log: default: 2",
      "warn: Assertion failed: because 5",
      "warn: Assertion failed",
      "log: { a: 1 }",
      "log: ┌─────────┬───┬───┐\n│ (index) │ a │ b │\n├─────────┼───┼───┤\n│ 0       │ 1 │   │\n│ 1       │   │ 2 │\n└─────────┴───┴───┘",
      "log: t: 7ms",
    ]);
  });

  test("console.trace shows where it stands", () => {
    expect(logOf("console.trace('here')")[0]).toMatch(/^Trace: here\n {4}at new Raft \(submission\.js:5:\d+\)$/);
  });

  test("output is cut off after 64 KB in one incarnation", () => {
    const engine = engineFor(
      raft("for (let i = 0; i < 1000; i++) console.log('x'.repeat(1000)); setTimeout(() => console.log('later'), 1)"),
    );
    const logs = engine
      .exchange(window(5000, boot()))
      .entries.flatMap((entry) => entry.effects)
      .filter((effect) => effect.kind === "log");
    expect(logs).toHaveLength(66);
    expect(logs[65]).toMatchObject({ level: "warn", text: expect.stringContaining("cut off here") });
    const again = engine.exchange(window(5000, boot({ incarnation: 2 }))).entries.flatMap((entry) => entry.effects);
    expect(again.filter((effect) => effect.kind === "log")).toHaveLength(66);
  });
});
