import * as util from "node:util";
import { runInThisContext } from "node:vm";
import { expect, test } from "vitest";
import { logOf } from "./fixture.ts";

/** What a realm shows, against what Node shows of the same expression. */
const expressions = [
  "null",
  "undefined",
  "[1, -0, 1.5, NaN, 10n]",
  "['text', \"it's\", 'line\\nbreak', '\"']",
  "{ a: 1, 'b c': { d: { e: { f: 1 } } } }",
  "[[1, [2, [3, [4]]]]]",
  "{ get a() { return 1; }, set b(x) {}, get c() { return 1; }, set c(x) {} }",
  "new Map([[{ a: 1 }, 'x'], ['k', new Map()]])",
  "new Set([1, 'x', [2]])",
  "new (class LogEntry { term = 1; command = 'x'; })()",
  "new (class Log extends Array {})(3)",
  "[1, , , 4]",
  "[undefined, null]",
  "Object.create(null)",
  "Object.assign(Object.create(null), { a: 1 })",
  "function f() {}",
  "class A {}",
  "class B extends Map {}",
  "() => {}",
  "async () => {}",
  "function* g() {}",
  "new Uint8Array([1, 2, 3])",
  "new Float64Array(2)",
  "new Date(0)",
  "new Date(NaN)",
  "/a+/gi",
  "Symbol('x')",
  "Object(1)",
  "Object('x')",
  "Object(true)",
  "[]",
  "{}",
  "[{}, [], '']",
  "{ a: [], b: {} }",
  "new WeakMap()",
  "(() => { const a = { name: 'a' }; a.self = a; a.list = [a]; return a; })()",
  "(() => { const a = {}; const b = { a }; a.b = b; return { a, b }; })()",
  "{ term: 12, votedFor: 3, log: [{ term: 1, command: 'set x to 1' }, { term: 2, command: 'set y to 2, which is long' }] }",
  "Array.from({ length: 6 }, (_, i) => 'entry number ' + i)",
  "Object.assign(() => {}, { a: 1 })",
  "Object.assign([1], { extra: true })",
  "JSON.parse('{\"__proto__\": 1}')",
];

test.each(expressions)("inspect(%s)", (expression) => {
  expect(logOf(`console.log("%O", (${expression}))`)).toEqual([util.format("%O", runInThisContext(`(${expression})`))]);
});

const formats = [
  "'a %s b %d c %i d %f e %j %%', 'x', 42.5, 42.9, '1.5', { a: 1 }",
  "'%s %s', 'only one'",
  "'no directive', { a: 1 }, 'text', 5",
  "1, 'two', [3]",
  "'%s', Symbol('x')",
  "'%s %s %s', null, undefined, -0",
  "'%d %i', 5n, 5n",
  "'%x %s', 1",
  "'100%', 1",
  "'%c styled', 'color: red'",
  "'%s', { a: { b: 1 } }",
  "",
];

test.each(formats)("console.log(%s)", (args) => {
  const format = runInThisContext("(format) => (...args) => format(...args)")(util.format);
  const expected = runInThisContext(`(format) => format(${args})`)(format);
  expect(logOf(`console.log(${args})`)).toEqual([expected]);
});

test("fields named by symbols", () => {
  expect(logOf("console.log({ [Symbol('s')]: 2 })")).toEqual(["{ [Symbol(s)]: 2 }"]);
});

test("long values are cut", () => {
  const [list, text] = logOf("console.log([new Array(150).fill(0)][0]); console.log(['x'.repeat(20000)])");
  expect(list).toContain("... 50 more items");
  expect(text).toContain("... 10000 more characters");
});

test("an error is shown with its stack, and with its fields", () => {
  const [text] = logOf("console.log(Object.assign(new RangeError('low'), { code: 7 }))");
  expect(text).toMatch(/^RangeError: low\n {4}at new Raft \(submission\.js:\d+:\d+\) \{\n {2}code: 7\n\}$/);
});

test("an object can say how it is shown", () => {
  expect(logOf("console.log({ [Symbol.for('nodejs.util.inspect.custom')]() { return 'custom' } })")).toEqual([
    "custom",
  ]);
});

test("getters and proxies that throw do not break the log", () => {
  const body = "console.log(new Proxy({}, { ownKeys() { throw new Error('no'); } }), { toString() { throw 1; } });";
  expect(logOf(body)).toHaveLength(1);
});
