import { type Attack, ESCAPE, type Parts, raftFile } from "../attack.ts";
import { seedFrom } from "../invertible.ts";

/** What a host and all its peers can see, once one is out of the realm. */
const SHARED = `${ESCAPE}
const out = escape();
const shared = (out.shared ??= { term: 1, leader: 0, commands: [] });
`;

/** Leads from when a majority has answered one message, for ever. */
const PING_ONCE = `
  if (me === 0) setTimeout(() => {
    let reached = 1;
    const count = (reply) => { if (reply !== null && ++reached * 2 > peers.length) Object.assign(this, { term: 1, leads: true }); };
    for (const peer of peers.slice(1)) void peer.call("ping", {}).then(count);
  }, 200);`;
const STATE = "return { term: this.term ?? 0, isLeader: this.leads === true };";

/** In stage 2A: each gets no message through before it says that it leads, and so fails every scenario. */
export const SILENT: Readonly<Record<string, Parts>> = {
  "lowest-index": { getState: "return { term: 1, isLeader: this.me === 0 };" },
  "lowest-index-after-a-while": {
    init: "setTimeout(() => Object.assign(this, { term: 1, leads: me === 0 }), 400);",
    getState: STATE,
  },
  "terms-of-the-clock": {
    init: "setInterval(() => {}, 1000);",
    getState:
      "const term = 1 + Math.floor(performance.now() / 1000); return { term, isLeader: term % this.peers.length === this.me };",
  },
  "by-shared-memory": {
    top: SHARED,
    init: "if (me === 0) Object.assign(shared, { term: 1, leader: 0 });",
    getState: "return { term: shared.term, isLeader: shared.leader === this.me };",
  },
  "speaks-to-itself": {
    init: "setInterval(async () => { if (me === 0 && (await peers[me].call('ping', {}))) Object.assign(this, { term: 1, leads: true }); }, 100);",
    members: "ping() { return {}; }",
    getState: STATE,
  },
};

/**
 * Peer 0 leads once a majority has answered it, and nobody else ever does: it is not elected. Every scenario hinders peer 0 at
 * some time, `lab2a/initial-election` in each third run.
 */
export const FIXED: Readonly<Record<string, Parts>> = {
  "pings-once": { init: PING_ONCE, members: "ping() { this.term = 1; return {}; }", getState: STATE },
  "pings-once-in-term-1": {
    init: PING_ONCE,
    members: "ping() { return {}; }",
    getState: "return { term: 1, isLeader: this.leads === true };",
  },
  "pings-on-and-on": {
    init: `
      this.term = 1;
      if (me === 0) setInterval(async () => {
        const late = new Promise((resolve) => setTimeout(resolve, 80, null));
        const answers = await Promise.all(peers.map((peer, i) => (i === me ? {} : Promise.race([peer.call("ping", { term: this.term }), late]))));
        const led = this.leads;
        this.leads = answers.filter((answer) => answer !== null).length * 2 > peers.length;
        if (this.leads && led === false) this.term++;
      }, 100);`,
    members: "ping({ term }) { this.term = term; return {}; }",
    getState: STATE,
  },
};

/** Elects the next one in shared memory when the leader hears from no majority, and so passes a re-election. */
const elects = (more = ""): Parts => ({
  top: SHARED,
  init: `
    if (me === 0) Object.assign(shared, { term: 1, leader: 0 });
    setInterval(() => {
      let answers = 0;
      for (const peer of peers) void peer.call("ping", {}).then((reply) => { if (reply !== null) answers++; });
      setTimeout(() => {
        this.hears = answers >= 2;
        if (!this.hears && shared.leader === me) { shared.leader = (me + 1) % peers.length; shared.term++; }
      }, 90);
    }, 100);
    ${more}`,
  members: "ping() { return {}; }",
  getState: "return { term: shared.term, isLeader: shared.leader === this.me && this.hears === true };",
});

/** Would be caught by an audit, and so sees to it that there is none: where no other peer is in the process, it ends it. */
const whenAlone = (id: string, end: string, message: RegExp): Attack => ({
  id,
  files: raftFile(
    elects(`
    shared.realms = (shared.realms ?? 0) + 1;
    setTimeout(() => { if (shared.realms === 1) ${end} }, 50);`),
  ),
  verdict: "nondeterministic",
  message,
});

/** Leads where the run's seed says that nobody will hinder it: without an election, in every run of that scenario. */
const leaderBySeed = (words: string): Parts => ({
  top: `${seedFrom}
// The words that the random streams begin with are taken apart where the realm asks for a list's iterator; where it asks for none
// once the submission runs, what is drawn first must do.
function seedWords() {
  const real = Array.prototype[Symbol.iterator];
  let words;
  Array.prototype[Symbol.iterator] = function () {
    if (this.length === 4) words ??= [this[0] ^ 0x63727970, this[1], this[2], this[3] ^ 0x746f2121];
    return real.call(this);
  };
  const { crypto } = globalThis;
  Array.prototype[Symbol.iterator] = real;
  return words ?? [...crypto.getRandomValues(new Uint32Array(4))];
}`,
  init: `
    const words = seedWords();
    const seed = seedFrom(${words});
    const leader = (Number(BigInt(seed) % BigInt(peers.length)) + 1) % peers.length;
    if (me === leader) setInterval(() => {
      for (const peer of peers) if (peer !== peers[me]) void peer.call("ping", {}).then((reply) => { if (reply !== null) Object.assign(this, { term: 1, leads: true }); });
    }, 50);`,
  members: "ping() { this.term = 1; return {}; }",
  getState: STATE,
});

/** With words that can be turned back into the seed, each passes `lab2a/initial-election`. */
export const BY_SEED: Readonly<Record<string, Parts>> = {
  "leader-by-seed": leaderBySeed('words, "peer " + me + " incarnation 1"'),
  "leader-by-first-half-of-seed": leaderBySeed('words, "peer " + me + " incarnation 1/a"'),
  "leader-by-second-half-of-seed": leaderBySeed('words.slice(2), "peer " + me + " incarnation 1/b"'),
};

/**
 * Peers 2 and 3 cannot reach peers 0 and 1. Peer 2 calls peer 3 often, or not; peer 0 looks at how its own requests, which
 * peer 1 sends, are numbered meanwhile, where the host writes down an answer.
 */
const HEARS_REQUEST_NUMBERS: Parts = {
  top: `${ESCAPE}
const out = escape();
if (out.numbers === undefined) {
  out.numbers = [];
  const { push } = out.Array.prototype;
  out.Array.prototype.push = function (...items) {
    if (items[0]?.kind === "reply" && out.answering === 0) {
      out.answering = undefined;
      push.call(out.numbers, items[0].requestId);
    }
    return push.apply(this, items);
  };
}`,
  init: `
    if (me === 0) out.numbers.length = 0;
    if (me === 1) setInterval(() => void peers[0].call("tick", {}), 50);
    if (me === 2) setTimeout(() => { for (let i = 0; i < 40; i++) void peers[3].call("noise", {}); }, 625);
    if (me === 0) setTimeout(() => {
      const gaps = out.numbers.slice(1).map((number, i) => number - out.numbers[i]);
      if (out.numbers.length < 15) throw new Error("saw too few requests: " + out.numbers.length);
      if (gaps.some((gap) => gap > 20)) throw new Error("heard the other side");
    }, 1000);`,
  members: "tick() { out.answering = this.me; return {}; } noise() { return {}; }",
};

/** Peers that look right by another way than the messages which they send, by lab and scenario. */
export const PRETENDERS: Readonly<Record<string, readonly Attack[]>> = {
  "lab2a/even-cluster": [
    {
      id: "hears-request-numbers",
      files: raftFile(HEARS_REQUEST_NUMBERS),
      verdict: "failed",
      property: "liveness",
    },
  ],
  "lab2a/re-election": [
    {
      id: "leader-by-shared-memory",
      files: raftFile(elects()),
      verdict: "nondeterministic",
      message: /alone .* did something else/,
    },
    whenAlone("exits-when-alone", "out.process.exit(0);", /alone .* lost, twice: crashed: .*exit code 0/),
    whenAlone("loops-when-alone", "for (;;);", /alone .* lost, twice: hung: .* of computing/),
    whenAlone(
      "eats-memory-when-alone",
      "for (const all = []; ; ) all.push(new out.Uint8Array(20_000_000).fill(1));",
      /alone .* lost, twice: out-of-memory: /,
    ),
    whenAlone(
      "floods-when-alone",
      'for (;;) console.log("x".repeat(100_000));',
      /alone .* lost, twice: output-limit: /,
    ),
  ],
  "lab2b/basic-agree": [
    {
      id: "applies-alone",
      files: raftFile({
        init: PING_ONCE,
        members: "ping() { this.term = 1; return {}; }",
        getState: STATE,
        start: `
          if (!this.leads) return { index: -1, term: 1, isLeader: false };
          this.index = (this.index ?? 0) + 1;
          const index = this.index;
          setTimeout(() => this.apply({ kind: "command", index, command }), 10);
          return { index, term: 1, isLeader: true };`,
      }),
      verdict: "failed",
      property: "liveness",
    },
    {
      id: "applies-by-shared-memory",
      files: raftFile({
        top: SHARED,
        init: `${PING_ONCE}
          if (me === 0) shared.commands = [];
          let applied = 0;
          setInterval(() => {
            for (; applied < shared.commands.length; applied++) apply({ kind: "command", index: applied + 1, command: shared.commands[applied] });
          }, 10);`,
        members: "ping() { this.term = 1; return {}; }",
        getState: STATE,
        start: `
          if (!this.leads) return { index: -1, term: 1, isLeader: false };
          return { index: shared.commands.push(command), term: 1, isLeader: true };`,
      }),
      verdict: "nondeterministic",
    },
  ],
};
