import { type Attack, type Parts, raftFile } from "../attack.ts";

const failing = (id: string, property: string, parts: Parts, message?: RegExp): Attack => ({
  id,
  files: raftFile(parts),
  verdict: "failed",
  property,
  ...(message !== undefined && { message }),
});
/** Calls a method of its own with this, on all, since one of them may be cut off. */
const sends = (value: string, reply = "{}"): Parts => ({
  init: `setTimeout(() => { for (const peer of peers) peer.call("hi", ${value}); }, 50);`,
  members: `hi(args) { return ${reply}; }`,
});

/** What is sent, answered and observed. */
export const DATA: readonly Attack[] = [
  { id: "getter-without-end", files: raftFile(sends("{ get x() { for (;;); } }")), verdict: "hung" },
  failing(
    "getters-that-grow",
    "api",
    { top: "const deep = () => ({ get next() { return deep(); } });", ...sends("deep()") },
    /nested deeper than 200/,
  ),
  failing(
    "proxy-that-grows",
    "api",
    {
      top: "const deep = () => new Proxy({}, { ownKeys: () => ['a'], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: () => deep() });",
      ...sends("deep()"),
    },
    /nested deeper than 200/,
  ),
  failing(
    "proxy-with-many-keys",
    "api",
    {
      top: "const wide = () => new Proxy({}, { ownKeys: () => Array.from({ length: 100 }, (_, i) => 'k' + i), getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }), get: () => wide() });",
      ...sends("wide()"),
    },
    /nested deeper than 200/,
  ),
  {
    id: "array-without-end",
    files: raftFile(sends("new Proxy([], { get: (target, key) => key === 'length' ? 4294967295 : 1 })")),
    // What is encoded of it grows until there is no memory left.
    verdict: "out-of-memory",
  },
  failing("sparse-array", "api", sends("Object.assign([], { length: 4294967295 })")),
  failing("cycle", "api", { top: "const loop = []; loop.push({ loop });", ...sends("loop") }, /a cycle back to args/),
  failing("deep-nesting", "api", sends("JSON.parse('['.repeat(5000) + ']'.repeat(5000))"), /nested deeper than 200/),
  failing(
    "to-json",
    "api",
    sends("{ toJSON: () => ({ isLeader: true }), valueOf: () => 1, [Symbol.toPrimitive]: () => 1 }"),
    /args\.toJSON is a function/,
  ),
  failing("always-equal", "api", {
    getState:
      "return { asymmetricMatch: () => true, $$typeof: Symbol.for('jest.asymmetricMatcher'), term: 1, isLeader: true };",
  }),
  failing("always-equal-figures", "api", {
    getState:
      "const x = { valueOf: () => 1, toString: () => '1', [Symbol.toPrimitive]: () => 1 }; return { term: x, isLeader: x };",
  }),
  failing("pollution-by-data", "liveness", {
    init: `
      const own = JSON.parse('{"__proto__":{"isLeader":true,"verdict":"passed","polluted":1},"constructor":{"prototype":{"isLeader":true}}}');
      setInterval(() => { for (const peer of peers) peer.call("hi", own); }, 50);
      persister.save(encode(own)); decode(persister.readState());`,
    members:
      "hi(args) { if ({}.polluted !== undefined || args.polluted !== undefined) throw new Error('polluted'); return args; }",
  }),
  failing(
    "method-names",
    "api",
    {
      init: "setTimeout(() => { for (const name of ['constructor', '__proto__', 'hasOwnProperty', 'getState', 'kill', 'x\\n::error::y']) peers[0].call(name, {}); }, 50);",
    },
    /peers\[0\]\.call/,
  ),
  {
    id: "peer-out-of-range",
    files: raftFile({
      init: 'setTimeout(() => new peers[0].constructor(99).call("hi", {}), 50);',
      members: "hi() { return 1; }",
    }),
    verdict: "crashed",
    message: /broke the protocol/,
  },
  {
    id: "get-state-throws",
    files: raftFile({ getState: "return { get term() { throw new Error('look away'); }, isLeader: true };" }),
    verdict: "crashed",
    message: /look away/,
  },
  failing(
    "get-state-proxy",
    "api",
    { getState: "return new Proxy({ term: 1, isLeader: true }, { get: () => NaN });" },
    /NaN/,
  ),
  failing("get-state-promise", "api", { getState: "return Promise.resolve({ term: 1, isLeader: true });" }, /Promise/),
  failing("get-state-changes", "election-safety", {
    init: "this.term = 9; setInterval(() => {}, 50);",
    getState: "return { term: this.term--, isLeader: false };",
  }),
  failing("get-state-flips", "election-safety", { getState: "return { term: 1, isLeader: true };" }),
  failing("get-state-huge-term", "api", { getState: "return { term: 2 ** 60, isLeader: this.me === 0 };" }),
  failing("get-state-many-words", "api", {
    getState: "return { term: 1, isLeader: 'yes', verdict: 'passed', points: 99 };",
  }),
  failing(
    "method-behind-a-field",
    "api",
    { ...sends("1"), init: `this.hi = null; ${sends("1").init}` },
    /hides its method hi behind a field of that name, which is null/,
  ),
  {
    id: "bytes-that-grow-meanwhile",
    files: raftFile({
      init: `setTimeout(() => {
        const buffer = new ArrayBuffer(8, { maxByteLength: 1e8 });
        const bytes = new Uint8Array(buffer);
        for (const peer of peers) peer.call("hi", { get a() { buffer.resize(9e7); return bytes; }, get b() { buffer.resize(1); return bytes; } });
      }, 50);`,
      members: "hi() { return 1; }",
    }),
    verdict: "output-limit",
    message: /a message of \d+\.\d MB is larger than 4 MB/,
  },
  {
    id: "reply-whose-then-throws",
    files: raftFile(sends("1", "{ get then() { throw new Error('not yet'); } }")),
    verdict: "crashed",
    message: /not yet \(handler hi/,
  },
  failing(
    "reply-that-settles-twice",
    "liveness",
    sends("1", "{ then(done, fail) { done(1); done(2); fail(3); throw 4; } }"),
  ),
  failing("null-reply", "api", sends("{}", "null"), /must return its reply/),
  failing("forged-snapshot", "state-machine-safety", {
    init: "setTimeout(() => apply({ kind: 'snapshot', index: 5, term: 1, snapshot: new Uint8Array([1, 2, 3]) }), 50);",
  }),
  failing("forged-command", "state-machine-safety", {
    init: "setTimeout(() => apply({ kind: 'command', index: 1, command: 'never started' }), 50);",
  }),
  failing("huge-index", "state-machine-safety", {
    init: "setTimeout(() => apply({ kind: 'noop', index: 2 ** 52 }), 50);",
  }),
  failing("apply-of-nothing", "api", {
    init: "setTimeout(() => { apply(undefined); apply({ kind: 'verdict', verdict: 'passed' }); }, 50);",
  }),
  failing("save-of-nothing", "api", { init: "persister.save({ length: 1e9, 0: 1 });" }),
];
