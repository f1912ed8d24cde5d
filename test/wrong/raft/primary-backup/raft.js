import { decode, encode } from "consensus-labs";

/**
 * No Raft: whoever finds a majority to answer leads, in a term that is nobody else's. Nobody votes, entries have no terms,
 * and followers overwrite what they have. Patches of it are further ways to look like a Raft.
 */
const OPTIONS = {
  /** A leader commits without anybody. */
  alone: false,
  /** A new leader sends its log from its commit index on, and not only what is new. */
  fromCommit: true,
  /** A new leader takes over the longest log of a majority first. */
  pull: false,
  /** The share of commands that start() refuses. */
  refused: 0,
};

const BEAT_MS = 100;
export class Raft {
  constructor(peers, me, persister, apply) {
    Object.assign(this, { peers, me, persister, apply, n: peers.length });
    this.term = 0;
    this.leads = false;
    this.killed = false;
    this.base = 0;
    this.baseTerm = 0;
    this.log = [];
    this.commit = 0;
    this.applied = 0;
    const bytes = persister.readState();
    if (bytes.length > 0) Object.assign(this, decode(bytes));
    this.snap = persister.readSnapshot();
    this.commit = this.applied = this.base;
    this.idle();
    setInterval(() => this.tick(), BEAT_MS);
  }
  get last() {
    return this.base + this.log.length;
  }
  get maj() {
    return Math.floor(this.n / 2) + 1;
  }
  idle() {
    this.heardMs = performance.now();
    this.patienceMs = 300 + 600 * Math.random();
  }
  save(snapshot) {
    this.persister.save(encode({ term: this.term, base: this.base, baseTerm: this.baseTerm, log: this.log }), snapshot);
  }
  tick() {
    if (this.killed) return;
    const now = performance.now();
    if (this.leads) {
      const alive = this.acked.filter((ms, i) => i !== this.me && now - ms < 600).length + 1;
      if (alive < this.maj) {
        this.leads = false;
        this.idle();
        return;
      }
      for (let i = 0; i < this.n; i++) if (i !== this.me) this.send(i, true);
    } else if (now - this.heardMs > this.patienceMs) this.ask();
  }
  // Nobody votes: whoever finds a majority to answer leads, in a term that is nobody else's (term mod n is its number).
  ask() {
    this.idle();
    let found = 1,
      max = this.term,
      best = null,
      done = false;
    const asked = this.term;
    for (let i = 0; i < this.n; i++) {
      if (i === this.me) continue;
      void this.peers[i].call("probe", { term: this.term }).then((r) => {
        if (r === null || this.killed || done || this.leads || this.term !== asked) return;
        max = Math.max(max, r.term);
        if (best === null || r.last > best.last) best = { ...r, from: i };
        if (++found < this.maj) return;
        done = true;
        if (OPTIONS.pull && best.last > this.last) this.pull(best.from, max, asked);
        else this.lead(max);
      });
    }
    if (this.n === 1) this.lead(max);
  }
  pull(from, max, asked) {
    void this.peers[from].call("whole", {}).then((r) => {
      if (r === null || this.killed || this.leads || this.term !== asked) return;
      if (r.base + r.log.length >= this.last) this.adopt(r);
      this.lead(Math.max(max, r.term));
    });
  }
  lead(max) {
    this.term = Math.max(max, this.term) + 1;
    while (this.term % this.n !== this.me) this.term++;
    this.leads = true;
    this.save();
    const now = performance.now();
    this.acked = this.peers.map(() => now);
    this.next = this.peers.map(() => (OPTIONS.fromCommit ? this.commit : this.last) + 1);
    this.match = this.peers.map(() => 0);
    this.sending = this.peers.map(() => 0);
    for (let i = 0; i < this.n; i++) if (i !== this.me) this.send(i, true);
  }
  probe() {
    if (this.killed) return new Promise(() => {});
    return { term: this.term, last: this.last };
  }
  whole() {
    if (this.killed) return new Promise(() => {});
    return { term: this.term, base: this.base, baseTerm: this.baseTerm, log: this.log, snap: this.snap };
  }
  adopt(r) {
    if (r.base > this.base) {
      this.base = r.base;
      this.baseTerm = r.baseTerm;
      this.snap = r.snap;
      this.log = r.log;
      this.save(r.snap);
      if (r.base > this.applied) {
        this.commit = this.applied = r.base;
        this.apply({ kind: "snapshot", index: r.base, term: r.baseTerm, snapshot: r.snap });
      }
    } else {
      this.log = [
        ...this.log.slice(0, Math.max(0, r.base - this.base)),
        ...r.log.slice(Math.max(0, this.base - r.base)),
      ];
      this.save();
    }
  }
  send(i, isBeat) {
    const now = performance.now();
    const term = this.term;
    if (this.next[i] <= this.base) {
      // by snapshot
      if (now - this.sending[i] < 500) {
        void this.peers[i].call("beat", { term, commit: 0 }).then((r) => this.heardFrom(i, term, r));
        return;
      }
      this.sending[i] = now;
      const args = {
        term,
        base: this.base,
        baseTerm: this.baseTerm,
        log: this.log,
        snap: this.snap,
        commit: this.commit,
      };
      const upTo = this.last;
      void this.peers[i].call("install", args).then((r) => {
        this.sending[i] = 0;
        if (this.heardFrom(i, term, r) && r.ok) this.got(i, upTo);
      });
      return;
    }
    const isBusy = now - this.sending[i] < 300;
    const entries = isBusy ? [] : this.log.slice(this.next[i] - 1 - this.base, this.next[i] - 1 - this.base + 200);
    if (entries.length === 0 && !isBeat) return;
    const from = this.next[i];
    if (entries.length === 0) {
      void this.peers[i]
        .call("beat", { term, commit: Math.min(this.commit, this.match[i]) })
        .then((r) => this.heardFrom(i, term, r));
      return;
    }
    this.sending[i] = now;
    void this.peers[i].call("put", { term, from, entries, commit: this.commit }).then((r) => {
      if (this.term === term && this.leads) this.sending[i] = 0;
      if (!this.heardFrom(i, term, r)) return;
      if (r.ok) this.got(i, from + entries.length - 1);
      else {
        this.next[i] = Math.max(1, r.last + 1);
        this.send(i, false);
      }
    });
  }
  heardFrom(i, term, r) {
    if (r === null || this.killed) return false;
    if (r.term > this.term) {
      this.term = r.term;
      this.leads = false;
      this.save();
      this.idle();
      return false;
    }
    if (!this.leads || this.term !== term) return false;
    this.acked[i] = performance.now();
    return true;
  }
  got(i, upTo) {
    this.match[i] = Math.max(this.match[i], upTo);
    this.next[i] = Math.max(this.next[i], upTo + 1);
    const sorted = this.match.map((m, p) => (p === this.me ? this.last : m)).sort((a, b) => b - a);
    if (!OPTIONS.alone) this.upTo(sorted[this.maj - 1]);
    this.send(i, false);
  }
  upTo(index) {
    index = Math.min(index, this.last);
    if (index <= this.commit) return;
    this.commit = index;
    while (this.applied < this.commit) {
      this.applied++;
      this.apply({ kind: "command", index: this.applied, command: this.log[this.applied - 1 - this.base] });
    }
  }
  follow(term) {
    if (term > this.term) {
      this.term = term;
      this.save();
    }
    this.leads = false;
    this.idle();
  }
  beat({ term, commit }) {
    if (this.killed) return new Promise(() => {});
    if (term < this.term) return { term: this.term, ok: false, last: this.last };
    this.follow(term);
    this.upTo(commit);
    return { term: this.term, ok: true, last: this.last };
  }
  put({ term, from, entries, commit }) {
    if (this.killed) return new Promise(() => {});
    if (term < this.term) return { term: this.term, ok: false, last: this.last };
    this.follow(term);
    if (from > this.last + 1) return { term: this.term, ok: false, last: this.last };
    const skip = Math.max(0, this.base + 1 - from);
    if (skip < entries.length) {
      this.log = [...this.log.slice(0, Math.max(0, from - 1 - this.base)), ...entries.slice(skip)];
      this.save();
    }
    this.upTo(Math.min(commit, from + entries.length - 1));
    return { term: this.term, ok: true, last: this.last };
  }
  install({ term, base, baseTerm, log, snap, commit }) {
    if (this.killed) return new Promise(() => {});
    if (term < this.term) return { term: this.term, ok: false };
    this.follow(term);
    this.adopt({ base, baseTerm, log, snap });
    this.upTo(commit);
    return { term: this.term, ok: true };
  }
  getState() {
    return { term: this.term, isLeader: this.leads };
  }
  start(command) {
    if (!this.leads || this.killed || Math.random() < OPTIONS.refused)
      return { index: -1, term: this.term, isLeader: false };
    this.log.push(command);
    this.save();
    const index = this.last;
    if (OPTIONS.alone) this.upTo(index);
    for (let i = 0; i < this.n; i++) if (i !== this.me) this.send(i, false);
    return { index, term: this.term, isLeader: true };
  }
  snapshot(index, snapshot) {
    if (this.killed || index <= this.base || index > this.applied) return;
    this.log = this.log.slice(index - this.base);
    this.base = index;
    this.baseTerm = this.term;
    this.snap = snapshot;
    this.save(snapshot);
  }
  kill() {
    this.killed = true;
    this.leads = false;
  }
}
