import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../../cli/run-cli.ts";
import type { Attack, Files } from "../attack.ts";

const sources = (...names: readonly string[]): Files =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(ROOT, "reference/kv", name), "utf8")]));
const SERVER = sources("server.ts", "store.ts", "operations.ts");
const CLERK = sources("clerk.ts", "operations.ts");
const KINDS = ["get", "put", "append", "cas"];

/** A clerk whose operations all do the same, over the servers of the reference. */
const clerk = (id: string, operation: string, more: Partial<Record<"top" | "init", string>> & Told): Attack =>
  attack(id, more, {
    ...SERVER,
    "clerk.js": `import { encode, part } from "consensus-labs/kv";
${more.top ?? ""}
export class Clerk {
  constructor(servers, me) {
    Object.assign(this, { servers, me, data: new Map() });
    ${more.init ?? ""}
  }
  ${KINDS.map((kind) => `${kind}(key, a, b) { const kind = "${kind}"; ${operation} }`).join("\n  ")}
}
`,
  });

/** A server that does something from its beginning on, under the clerk of the reference. */
const server = (
  id: string,
  init: string,
  more: Partial<Record<"top" | "members" | "getState", string>> & Told,
): Attack =>
  attack(id, more, {
    ...CLERK,
    "server.js": `import { decode, encode, part } from "consensus-labs/kv";
import { Raft } from "consensus-labs/raft";
${more.top ?? ""}
export class KvServer {
  constructor(peers, me, persister) {
    Object.assign(this, { peers, me, persister });
    ${init}
  }
  ${more.members ?? "submit() { return null; }"}
  getState() { ${more.getState ?? "return { term: 0, isLeader: false };"} }
  kill() {}
}
`,
  });

type Told = Pick<Attack, "verdict"> & Partial<Pick<Attack, "property" | "message">>;
const attack = (id: string, { verdict, property, message }: Told, files: Files): Attack => ({
  id,
  files,
  verdict,
  ...(property !== undefined && { property }),
  ...(message !== undefined && { message }),
});

const NEVER = "return new Promise(() => {});";
/** A store in a map, and what it answers: of a clerk's own, or of one server for all. */
const STORE = `
  const before = data.get(key) ?? "";
  const swapped = kind === "cas" && before === a;
  const after = kind === "put" ? a : kind === "append" ? before + a : swapped ? b : before;
  data.set(key, after);`;
const ANSWER = 'return kind === "get" ? after : kind === "cas" ? { swapped, value: after } : undefined;';
/** What one server knows by itself: restored after a restart, and never told to another. */
const ALONE = `
  submit({ clerk, serial, operation: { kind, key, value, expected } }) {
    if (this.me !== 0) return { kind: "not-leader" };
    const { data, done } = this;
    const id = \`\${clerk} \${serial}\`;
    if (done.has(id)) return done.get(id);
    const [a, b] = kind === "cas" ? [expected, value] : [value];
    ${STORE}
    const answer = { kind: "done", result: { value: after, swapped } };
    done.set(id, answer);
    this.persister.save(encode([[...data], [...done]]));
    return answer;
  }`;
const LEADS = "return { term: 1, isLeader: this.me === 0 };";
const RESTORED = "const [data, done] = persister.readState().length > 0 ? decode(persister.readState()) : [];";
/** Saves what the given Raft might, many times in each millisecond, and a snapshot with it. */
const saving = (command: string, snapshot: string, times: number) => `
  let next = 1;
  setInterval(() => {
    for (let i = 0; i < ${times}; i++) {
      const entries = encode([{ term: 1, command: ${command} }]);
      persister.save(encode({ lastIncludedIndex: 0, entries }), ${snapshot});
    }
  }, 1);`;

/** Of the key/value store, in the scenario that all others need: hostile clerks, hostile servers, and stores that are none. */
export const STORES: readonly Attack[] = [
  clerk("clerk-alone", `const { data } = this; ${STORE} ${ANSWER}`, {
    verdict: "failed",
    property: "linearizability",
    message: /its clerk had got nothing from any server/,
  }),
  clerk("clerk-never-answers", NEVER, { verdict: "failed", property: "liveness" }),
  clerk("clerk-of-long-answers", 'return kind === "cas" ? { swapped: true, value: b } : "x".repeat(100_000);', {
    verdict: "failed",
    property: "linearizability",
  }),
  clerk("clerk-of-nested-answers", "return Array.from({ length: 100_000 }, () => []);", {
    verdict: "failed",
    property: "api",
  }),
  clerk(
    "clerk-of-cycles",
    "const p = new Proxy([], { get: (_, name) => (name === 'length' ? 1e9 : name === 'then' ? undefined : p) }); return p;",
    {
      verdict: "failed",
      property: "api",
    },
  ),
  clerk("clerk-whose-answer-throws", "return { get swapped() { throw new Error('mine'); } };", { verdict: "crashed" }),
  clerk("clerk-of-thenables", "const make = () => ({ then(done) { done(make()); } }); return make();", {
    verdict: "hung",
  }),
  clerk("clerk-that-calls-for-ever", "for (;;) this.servers[0].call('submit', { kind, key });", {
    verdict: "output-limit",
  }),
  clerk("clerk-of-many-calls", NEVER, {
    init: "setInterval(() => { for (let i = 0; i < 9; i++) for (const s of servers) s.call('submit', 1); }, 1);",
    verdict: "failed",
    property: "efficiency",
  }),
  clerk(
    "clerk-of-inherited-names",
    "for (const name of ['__proto__', 'constructor', 'then']) this.servers[0].call(name, 1);",
    {
      verdict: "failed",
      property: "api",
      message: /has no method "__proto__"/,
    },
  ),
  clerk("clerk-of-inherited-parts", "for (const end of part(this.servers, '__proto__')) end.call('start', 1);", {
    verdict: "failed",
    property: "api",
  }),
  clerk(
    "clerk-of-hostile-errors",
    "return Promise.reject(new Proxy({}, { get() { throw this; }, getPrototypeOf() { throw 1; } }));",
    {
      verdict: "crashed",
      message: /it cannot be described/,
    },
  ),
  clerk(
    "clerk-of-endless-stacks",
    "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e;",
    {
      verdict: "hung",
    },
  ),
  server("server-alone", `${RESTORED} this.data = new Map(data); this.done = new Map(done);`, {
    members: ALONE,
    getState: LEADS,
    verdict: "failed",
    property: "linearizability",
    message: /none of 5 servers had got anything from another one/,
  }),
  server(
    "server-of-many-tokens",
    saving("Array.from({ length: 30_000 }, () => 'v' + next++ + ';').join('')", "encode('x')", 9),
    {
      verdict: "hung",
    },
  ),
  server(
    "server-whose-snapshot-grows",
    "let s = 1; setInterval(() => persister.save(new Uint8Array(1), new Uint8Array((s *= 2))), 10);",
    {
      verdict: "output-limit",
    },
  ),
  server(
    "server-that-calls-inside-apply",
    `this.raft = new Raft(part(peers, "raft"), me, persister, (m) => {
      for (const peer of peers) peer.call("submit", m);
    });`,
    {
      members: "submit(request) { this.raft.start(request); return new Promise(() => {}); }",
      getState: "return this.raft.getState();",
      verdict: "output-limit",
    },
  ),
  server(
    "server-in-place-of-its-raft",
    'this.raft = this; for (const end of part(peers, "raft")) end.call("submit", 1);',
    {
      members: 'submit() { for (const end of part(this.peers, "raft")) end.call("submit", 1); return 1; }',
      verdict: "output-limit",
    },
  ),
  server(
    "server-whose-raft-loops",
    'this.raft = new Proxy({}, { get() { for (;;); } }); part(peers, "raft")[1].call("requestVote", 1);',
    {
      verdict: "failed",
      property: "api",
    },
  ),
  server("server-that-is-asked-too-much", "", {
    getState: "for (const peer of this.peers) peer.call('submit', 1); return { term: 0, isLeader: false };",
    verdict: "failed",
    property: "api",
  }),
];
