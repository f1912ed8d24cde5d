import { type Attack, ESCAPE } from "../attack.ts";

type Parts = Partial<Record<"top" | "init" | "members" | "start" | "getState", string>>;

const peer = (
  id: string,
  { top = "", init = "", members = "", start = "", getState = "return { max: -1, min: 0 };" }: Parts,
  told: Pick<Attack, "verdict"> & Partial<Pick<Attack, "property" | "message">>,
): Attack => ({
  id,
  files: {
    "paxos.js": `import { encode } from "consensus-labs/paxos";
${top}
export class Paxos {
  constructor(peers, me, persister, decide) {
    Object.assign(this, { peers, me, persister, decide });
    ${init}
  }
  ${members}
  start(slot, value) { ${start} }
  done(slot) {}
  getState() { ${getState} }
  kill() {}
}
`,
  },
  ...told,
});

/** Of Paxos, in a scenario of two proposers. */
export const DECIDERS: readonly Attack[] = [
  peer(
    "decides-alone",
    { start: "this.decide({ slot, value });", getState: "return { max: 0, min: 0 };" },
    { verdict: "failed", property: "agreement" },
  ),
  peer(
    "decides-by-shared-memory",
    {
      top: ESCAPE,
      init: "this.ours = escape().ours ??= new Map(); this.told = new Set(); setInterval(() => this.tell(), 10);",
      members: `tell() {
    for (const [slot, value] of this.ours) if (!this.told.has(slot)) {
      this.told.add(slot);
      this.decide({ slot, value });
    }
  }`,
      start: "if (!this.ours.has(slot)) this.ours.set(slot, value); this.tell();",
      getState: "return { max: Math.max(-1, ...this.told), min: 0 };",
    },
    { verdict: "failed", property: "agreement", message: /no message of another peer had reached anybody/ },
  ),
  peer(
    "decides-everything",
    { init: "for (let slot = 0; slot < 1e6; slot++) decide({ slot, value: slot });" },
    { verdict: "output-limit" },
  ),
  peer(
    "decides-twice",
    { start: "this.decide({ slot, value, pad: 'x'.repeat(3_900_000) }); this.decide({ slot, value });" },
    { verdict: "failed", property: "integrity" },
  ),
  peer(
    "decides-inherited",
    { start: `this.decide(JSON.parse('{"__proto__":{"slot":0,"value":1}}'));` },
    { verdict: "failed", property: "api" },
  ),
  peer("decides-a-loop", { start: "this.decide({ get slot() { for (;;); }, value });" }, { verdict: "hung" }),
  peer(
    "decides-what-throws",
    { start: "this.decide(new Proxy({}, { ownKeys() { throw 1; } }));" },
    { verdict: "crashed" },
  ),
  peer(
    "decides-when-looked-at",
    {
      start: "this.value = value;",
      getState: "if (this.value !== undefined) this.decide({ slot: 0, value: this.value }); return { max: 0, min: 0 };",
    },
    { verdict: "failed", property: "agreement" },
  ),
  peer("forgets-ahead", { getState: "return { max: 1e15, min: 1e15 };" }, { verdict: "failed", property: "integrity" }),
  peer("knows-of-infinity", { getState: "return { max: 1e308, min: 0 };" }, { verdict: "failed", property: "api" }),
  peer(
    "answers-by-more-questions",
    { members: "echo(x) { for (const p of this.peers) p.call('echo', x); return 1; }", start: "this.echo(value);" },
    { verdict: "output-limit" },
  ),
  peer(
    "doubles-what-it-says",
    {
      members: "echo(x) { for (const p of this.peers) p.call('echo', x + x); return x; }",
      start: "this.echo('x'.repeat(1000));",
    },
    { verdict: "output-limit" },
  ),
  peer(
    "asks-for-inherited-names",
    {
      members: "a() { return 1; }",
      start: "for (const name of ['__proto__', 'constructor']) this.peers[0].call(name, value);",
    },
    { verdict: "failed", property: "api" },
  ),
  peer(
    "answers-with-a-function",
    { members: "a() { return () => 1; }", start: "for (const p of this.peers) p.call('a', 1);" },
    { verdict: "failed", property: "api" },
  ),
  peer(
    "saves-twice-as-much",
    { init: "let size = 1; setInterval(() => persister.save(new Uint8Array((size *= 2))), 5);" },
    { verdict: "output-limit" },
  ),
  peer("sorts-for-ever", { start: "[3, 2, 1].sort(() => { for (;;); });" }, { verdict: "hung" }),
  peer("awaits-for-ever", { members: "async go() { for (;;) await this; }", start: "this.go();" }, { verdict: "hung" }),
  peer("throws-a-circle", { start: "const e = new Error('x'); e.cause = e; throw e;" }, { verdict: "crashed" }),
  peer(
    "throws-blank-lines",
    {
      start: `const e = new Error("\\n".repeat(1e6)); e.stack = ("    at " + " ".repeat(15_000) + "(").repeat(20); throw e;`,
    },
    { verdict: "crashed" },
  ),
];
