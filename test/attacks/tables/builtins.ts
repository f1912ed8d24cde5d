import { type Attack, type Parts, raftFile } from "../attack.ts";

const failing = (id: string, parts: Parts, more: Partial<Attack> = {}): Attack => ({
  id,
  files: raftFile(parts),
  verdict: "failed",
  property: "liveness",
  ...more,
});
const crashing = (id: string, parts: Parts, message: RegExp): Attack => ({
  id,
  files: raftFile(parts),
  verdict: "crashed",
  message,
});

/** Inside the realm: whatever is patched there, nothing that decides is made of it. */
export const BUILTINS: readonly Attack[] = [
  failing("patch-object-is", {
    top: "Object.is = () => true; Object.keys = () => []; Object.getPrototypeOf = () => null;",
  }),
  failing("patch-json", {
    top: "JSON.stringify = () => '{\"verdict\":\"passed\"}'; JSON.parse = () => ({ verdict: 'passed' });",
  }),
  failing(
    "patch-call",
    {
      top: `const { call, apply } = Function.prototype;
Function.prototype.call = function (...args) { return { term: 1, isLeader: true }; };
Function.prototype.apply = Function.prototype.call; Reflect.apply = () => ({ term: 1, isLeader: true });`,
    },
    { property: "election-safety" },
  ),
  {
    id: "patch-every-builtin",
    files: raftFile({
      top: `for (const name of Object.getOwnPropertyNames(globalThis)) {
  const type = globalThis[name];
  if (typeof type !== "function" && typeof type !== "object" || type === null || type === globalThis) continue;
  for (const owner of [type, type.prototype]) {
    if (owner === undefined || owner === null) continue;
    for (const key of Reflect.ownKeys(owner)) {
      if (key === "constructor" || key === "prototype") continue;
      try { if (typeof owner[key] === "function") owner[key] = () => ({ term: 1, isLeader: true, then: null }); } catch {}
    }
  }
}`,
      members: "requestVote() { return { voteGranted: true }; }",
    }),
    verdict: "crashed",
  },
  failing("patch-promise-then", {
    top: "Promise.prototype.then = function (f) { f?.({ term: 1, voteGranted: true }); return this; }; Promise.resolve = () => ({ then() {} });",
    init: "setTimeout(async () => { await peers[1 - me % 2].call('hi', {}); }, 100);",
    members: "async hi() { return { ok: true }; }",
  }),
  failing(
    "patch-iterators",
    {
      top: "Array.prototype[Symbol.iterator] = function* () { for (;;) yield this; }; Map.prototype.set = () => {}; Map.prototype.get = () => () => {};",
      init: "setTimeout(() => peers[0].call('hi', [1]), 100);",
      members: "hi() { return [1]; }",
    },
    { verdict: "crashed", property: undefined },
  ),
  failing(
    "patch-array-setters",
    {
      top: `for (let i = 0; i < 9; i++) Object.defineProperty(Array.prototype, i, { set(value) { globalThis.seen = value; }, get: () => ({ isLeader: true }) });
Object.defineProperty(Object.prototype, "isLeader", { get: () => true, set() {}, configurable: true });
Object.defineProperty(Object.prototype, "kind", { get: () => "observed", set() {}, configurable: true });`,
      getState: "return { term: 0 };",
    },
    { property: "api" },
  ),
  failing("pollute-prototype", {
    top: "Object.assign(Object.prototype, { verdict: 'passed', passed: true, points: 99, isLeader: true, term: 7 });",
    getState: "return { term: 0, isLeader: false };",
  }),
  {
    id: "error-stack-format",
    files: raftFile({
      top: "Error.prepareStackTrace = (error, sites) => { for (;;) error.stack; };",
      init: "throw new Error('formatted');",
    }),
    verdict: "hung",
  },
  crashing(
    "error-stack-getter",
    {
      init: "throw Object.defineProperty(new Error('own stack'), 'stack', { get() { return '    at file:///etc/passwd:1:1\\n'.repeat(100000); } });",
    },
    /own stack/,
  ),
  {
    id: "error-stack-loops",
    files: raftFile({ init: "throw Object.defineProperty(new Error('x'), 'stack', { get() { for (;;); } });" }),
    verdict: "hung",
  },
  {
    id: "error-message-loops",
    files: raftFile({ init: "throw { get message() { for (;;); }, toString() { for (;;); } };" }),
    verdict: "crashed",
    message: /threw/,
  },
  crashing(
    "error-is-hostile",
    {
      init: "throw new Proxy({}, { get() { throw new Error('again'); }, getPrototypeOf() { throw 1; }, ownKeys() { throw 2; } });",
    },
    /./,
  ),
  crashing(
    "error-with-many-causes",
    {
      init: "let error = new Error('first'); for (let i = 0; i < 10_000; i++) error = new AggregateError([error, error], 'last', { cause: error }); console.error(error); throw error;",
    },
    /threw AggregateError: last/,
  ),
  crashing(
    "error-of-proxies",
    {
      init: "const endless = () => new Proxy(function () {}, { get: () => endless(), ownKeys: () => ['a', 'prototype'], getOwnPropertyDescriptor: () => ({ configurable: true, value: endless() }), getPrototypeOf: () => Error.prototype }); throw endless();",
    },
    /threw Error/,
  ),
  crashing("process-access", { init: "process.exit(0);" }, /process is not defined/),
  crashing(
    "constructor-of-global",
    { init: "globalThis.constructor.constructor('return process')().exit(0);" },
    /Code generation from strings disallowed|process is not defined/,
  ),
  crashing("eval", { init: "(0, eval)('1');" }, /Code generation from strings disallowed/),
  crashing("new-function", { init: "new Function('return 1')();" }, /Code generation from strings disallowed/),
  crashing(
    "async-function-constructor",
    { init: "(async () => {}).constructor('return process')();" },
    /Code generation from strings disallowed/,
  ),
  crashing("timer-with-text", { init: "setTimeout('process.exit(0)', 1);" }, /./),
  crashing("web-assembly", { init: "new WebAssembly.Memory({ initial: 60000 });" }, /WebAssembly is not defined/),
  crashing("shared-memory", { init: "new SharedArrayBuffer(8);" }, /SharedArrayBuffer is not defined/),
  crashing("atomics", { init: "Atomics.wait(new Int32Array(8), 0, 0);" }, /Atomics is not defined/),
  crashing("fetch", { init: "fetch('http://127.0.0.1/');" }, /fetch is not defined/),
  failing("bundle-names", {
    top: "var module = { exports: { Raft: class {} } }, exports = {}, require = () => ({}), __import = () => ({}), raft_exports = 1, __toCommonJS = () => ({}), submission = 1;",
  }),
  failing("bundle-module", {
    top: "globalThis.module = globalThis.exports = globalThis.__import = 1; const own = arguments;",
    init: "own[1].exports = null; own[2] = () => null;",
  }),
];
