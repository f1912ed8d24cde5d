import { describe, expect, it } from "vitest";
import { Engine } from "../../grader/host/engine.ts";
import { withPrivateFields } from "../../grader/host/fields/private-names.ts";
import type { LayerCode } from "../../grader/host/wire.ts";
import { decode } from "../../labs/api/codec.ts";
import { boot, invoke, raft, raftForm, realmTexts, window } from "./fixture.ts";

type Reading = [flags: number, made: (number | string)[], changes: (number | string | null)[]];

/** What a peer tells of its fields, reading by reading: by path, with null for what is gone. */
function readings(code: string, calls = 0, layers?: Record<string, LayerCode>): Record<string, string | null>[] {
  const engine = new Engine({
    ...{ code, filename: "submission.js", roles: raftForm.roles, tellsFields: true },
    ...realmTexts,
    ...(layers && { layers }),
  });
  const inputs = Array.from({ length: calls }, (_, i) => invoke(i + 1, "getState"));
  const { entries } = engine.exchange(window(1_000, boot(), ...inputs));
  const paths = ["this"];
  return entries.flatMap(({ fields }) => {
    if (fields === undefined) return [];
    const [, made, changes] = decode(fields) as Reading;
    for (let i = 0; i < made.length; i += 2) paths.push(`${paths[made[i] as number]}.${made[i + 1]}`);
    const told: Record<string, string | null> = {};
    for (let i = 0; i < changes.length; i += 2)
      told[paths[changes[i] as number] as string] = changes[i + 1] as string | null;
    return [told];
  });
}

/** What is told of `this.it` after the constructor ran. */
function told(value: string, before = ""): Record<string, string | null> {
  const [first = {}] = readings(raft(`this.it = ${value};`, "", before));
  const own = Object.entries(first).filter(([path]) => path.startsWith("this.it"));
  return Object.fromEntries(own.map(([path, text]) => [path.slice("this.".length), text]));
}

describe("fields", () => {
  it("are told of everything that the peer's object holds", () => {
    expect(told(`{ n: 1, m: -0, s: "a\\nb", u: undefined, z: null, b: true, big: 12n, f() {} }`)).toEqual({
      ...{
        it: "{}",
        "it.n": "1",
        "it.m": "-0",
        "it.s": '"a\\nb"',
        "it.u": "undefined",
        "it.z": "null",
        "it.b": "true",
      },
      ...{ "it.big": "12n", "it.f": "function" },
    });
    expect(told("[[1], , 3]")).toEqual({ it: "[3]", "it.0": "[1]", "it.0.0": "1", "it.2": "3" });
    expect(told(`new Map([["a", 1], [2, new Set(["x"])], [{}, 0]])`)).toEqual({
      ...{ it: "Map(3)", 'it."a" ⇒': "1", "it.2 ⇒": "Set(1)", "it.2 ⇒.(0)": '"x"', "it.(object key, entry 2) ⇒": "0" },
    });
    expect(told("new Float64Array([1, 2])")).toEqual({ it: "Float64Array(2) 000000000000f03f0000000000000040" });
    expect(told("[new Date(0), /a+/g, Promise.resolve(1), Symbol('s')]")).toMatchObject({
      ...{ "it.0": "Date(1970-01-01T00:00:00.000Z)", "it.1": "/a+/", "it.2": "Promise", "it.3": "Symbol(s)" },
    });
    expect(told(`new Log()`, "class Base { inherited = 1; } class Log extends Base { own = 2; }")).toEqual({
      ...{ it: "Log {}", "it.inherited": "1", "it.own": "2" },
    });
  });

  it("are told where classes keep them private", () => {
    const Log = `class Base {
  #n = 1;
  base = "b";
}
class Log extends Base {
  #n = [2];
  #later;
  static #count = 0;
  get #size() { throw new Error("ran"); }
  #method() {}
}`;
    expect(told("new Log()", Log)).toEqual({
      ...{ it: "Log {}", "it.base": '"b"', "it.#n": "[1]", "it.#n.0": "2", "it.#n (2)": "1", "it.#later": "undefined" },
    });
  });

  it("call the same object by where it was met, and come to an end in circles", () => {
    expect(told("{ a: [1], b: 0 }; this.it.b = this.it.a; this.it.self = this")).toEqual({
      ...{ it: "{}", "it.a": "[1]", "it.a.0": "1", "it.b": "→ this.it.a", "it.self": "→ this" },
    });
  });

  it("call it so in few letters, however far away it is", () => {
    const far = "[1, 2, 3].reduce((it) => new Map([['語'.repeat(150), it]]), this.same = [])";
    const found = Object.values(told(`{ far: ${far} }; this.it.z = [[[[[[this.same]]]]]]; delete this.same`));
    const [way] = found.filter((text) => text?.startsWith("→"));
    expect(way).toMatch(/^→ this\.it\.far\["語{150}" ⇒\].*…$/);
    expect(Buffer.byteLength(way as string)).toBeLessThan(1_000);
  });

  it("are told as changes, with what is gone", () => {
    const change =
      "getState() { this.n++; if (this.n === 2) this.log.pop(); if (this.n === 3) delete this.extra; return null; }";
    const [, ...later] = readings(
      raft("this.n = 0; this.log = [{ term: 1 }, { term: 2 }]; this.extra = {};").replace(/getState.*/, change),
      2,
    );
    // One is asked for after each entry besides.
    expect(later).toEqual([
      { "this.n": "3", "this.log": "[1]", "this.log.1": null, "this.extra": null },
      { "this.n": "5" },
    ]);
  });

  it("of what the grader gave are told by name only, and nothing of a layer", () => {
    const code = raft(
      "this.it = new Inner(); this.mine = new Mine();",
      "",
      'const { Inner } = __import("consensus-labs/inner"); class Mine extends Inner { x = 1; }',
    );
    const layer = "exports.Inner = class i { secret = 'of the solution'; list = [1]; };";
    const [first = {}] = readings(code, 0, { inner: { code: layer } });
    expect(first["this.it"]).toBe("Inner, given: its fields are not shown");
    expect(first["this.mine"]).toBe("Inner, given: its fields are not shown");
    expect(first["this.persister"]).toBe("Persister");
    expect(first["this.peers.0"]).toMatch(/^end to /);
    expect(JSON.stringify(first)).not.toContain("solution");
    // A layer of the submission's own is its own.
    const [own = {}] = readings(code, 0, { inner: { code: layer, filename: "layer.js" } });
    expect(own["this.it.secret"]).toBe('"of the solution"');
  });
});

/** More own properties, whatever the object has by nature. */
const PUT = "const put = (o, more) => Object.defineProperties(o, Object.getOwnPropertyDescriptors(more));";

describe("nothing of the submission runs when its fields are read", () => {
  const ran = (value: string, before = "") => {
    const code = raft(`const ran = () => { this.ran++; }; this.ran = 0; ${PUT} this.it = ${value};`, "", before);
    return readings(code, 3).flatMap((one) => ("this.ran" in one ? [one["this.ran"]] : []));
  };
  it.each([
    ["getters", "{ get a() { ran(); }, set b(x) { ran(); } }"],
    [
      "proxies",
      "new Proxy([], { get: ran, has: ran, ownKeys: ran, getOwnPropertyDescriptor: ran, getPrototypeOf: ran })",
    ],
    ["a proxy as prototype", "Object.create(new Proxy({}, { get: ran, getPrototypeOf: ran, ownKeys: ran, has: ran }))"],
    [
      "texts made of objects",
      "{ toJSON: ran, toString: ran, valueOf: ran, [Symbol.toPrimitive]: ran, get [Symbol.toStringTag]() { ran(); } }",
    ],
    [
      "iterators",
      "put(new Map([[1, 2]]), { [Symbol.iterator]: ran, entries: ran, forEach: ran, get size() { ran(); } })",
    ],
    ["lists with more", "put([1], { [Symbol.iterator]: ran, map: ran, toJSON: ran })"],
    ["constructors", "{ get constructor() { ran(); } }"],
    ["names of classes", "new (class { static get name() { ran(); } })()"],
    ["stacks of exceptions", "(Error.prepareStackTrace = ran, new Error('e'))"],
    [
      "stacks elsewhere",
      "(() => { const o = {}; Error.prepareStackTrace = ran; Error.captureStackTrace(o); return o; })()",
    ],
    ["dates", "put(new Date(0), { toString: ran, [Symbol.toPrimitive]: ran, getTime: ran })"],
    [
      "what was changed in the realm",
      "(() => { for (const name of ['keys', 'entries', 'getOwnPropertyDescriptor', 'getPrototypeOf']) Object[name] = ran; Map.prototype.entries = ran; Reflect.ownKeys = ran; Object.defineProperty(Object.prototype, 'value', { get: ran }); return new Map([[{}, [1]]]); })()",
    ],
    [
      "what claims to read a private field",
      '(() => { class X {} try { __consensusLabsPrivateField(X, "x", ran); } catch {} return new X(); })()',
    ],
  ])("%s", (_, value) => {
    expect(ran(value)).toEqual(["0"]);
  });

  it("lists of what it was given, where it changed what happens when one is written to", () => {
    const before = `const seen = { n: 0 };
Object.defineProperty(Array.prototype, 0, { set(item) {
  Object.defineProperty(this, 0, { get() {
    if (typeof item === "object" && typeof this[1] === "string") seen.n++;
    return item;
  } });
} });`;
    expect(readings(raft("this.it = seen;", "", before))[0]).toMatchObject({ "this.it.n": "0" });
  });
});

describe("what is large", () => {
  it("is told by its beginning and end, within a bound", () => {
    const list = told("Array.from({ length: 1e5 }, (_, i) => i)");
    expect([Object.keys(list).length, list.it, list["it.49"], list["it.50"], list["it.99999"]]).toEqual([
      ...[201, "[100000]", "49", undefined, "99999"],
    ]);
    expect(told("Object.fromEntries(Array.from({ length: 2e4 }, (_, i) => ['f' + i, i]))")).toEqual({
      it: "an object of 20000 fields, which are not shown",
    });
    const wide = told("Array.from({ length: 150 }, () => Array.from({ length: 150 }, () => [1]))");
    expect(Object.keys(wide).length).toBeLessThan(4_000);
    const deep = told("(() => { let o = {}; for (let i = 0; i < 2e4; i++) o = { o }; return o; })()");
    expect(Object.keys(deep).length).toBeLessThan(15);
  });

  it("costs little, whatever it is", () => {
    const big = told(
      "{ text: 'x'.repeat(5e7), bytes: new Uint8Array(5e7), key: { ['k'.repeat(1e6)]: 1 }, n: 7n ** 90000n }",
    );
    expect(JSON.stringify(big).length).toBeLessThan(1_000);
    expect(big["it.text"]).toMatch(/^"x{160}"… \(50000000 characters\)$/);
    expect(big["it.bytes"]).toMatch(/^Uint8Array\(50000000\) 0{48}…$/);
    expect(big["it.n"]).toBe("a huge bigint");
  });
});

describe("classes that tell of their private fields", () => {
  it("are a bundle's own, with not a line more and nothing put into its texts", () => {
    const code = [
      "class A {",
      "  #a = 1;",
      "  #b;",
      "  static #s = 1;",
      "  m() { return `",
      "  #c = 1; ${`",
      "  #d;",
      "`}`; }",
      "}",
      "/*",
      "  #e = 1;",
      "*/",
      "const r = x => /`/.test(x), t = '`';",
      "class B {",
      "  #f = `",
      "  #g;`;",
      "}",
    ].join("\n");
    const made = withPrivateFields(code);
    expect(made.split("\n").length).toBe(code.split("\n").length);
    expect([...made.matchAll(/static \{[^}]*"(#\w)"/g)].map(([, name]) => name)).toEqual(["#a", "#b", "#f"]);
    new Function(made);
  });
});
