import { decode, encode, part } from "consensus-labs/kv";
import { Raft } from "consensus-labs/raft";

/** Entries of the log are texts: `{"id": "0/3", "op": "put", "args": ["key", "value"], "answered": ["0/2"]}`. */
export class KvServer {
  constructor(peers, me, persister, options) {
    this.persister = persister;
    this.limit = options.maxStateBytes;
    this.values = {};
    // Where each request was done first, and what came of the entries at those places.
    this.places = {};
    this.results = {};
    this.applied = 0;
    this.waiting = [];
    const saved = persister.readSnapshot();
    if (saved.length > 0) this.restore(saved);
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => this.onMessage(msg));
    this.clock = setInterval(() => this.look(), 40);
  }

  getState() {
    return this.raft.getState();
  }

  kill() {
    clearInterval(this.clock);
    this.isDead = true;
    this.look();
    this.raft.kill();
  }

  run(text) {
    const { id } = JSON.parse(text);
    const place = this.places[id];
    if (place >= 0) return { result: this.results[place] };
    // Its clerk has had the answer.
    if (place === -1) return { tryElsewhere: true };
    const started = this.isDead ? { isLeader: false } : this.raft.start(text);
    if (!started.isLeader) return { tryElsewhere: true };
    return new Promise((answer) => {
      this.waiting.push({ id, index: started.index, term: started.term, answer });
    });
  }

  onMessage(msg) {
    if (msg.kind === "snapshot") this.restore(msg.snapshot);
    if (msg.kind === "command") this.perform(msg.index, JSON.parse(msg.command));
    this.applied = msg.index;
    this.look();
    if (this.limit !== null && this.persister.stateSize() > this.limit) {
      queueMicrotask(() => {
        if (!this.isDead) this.raft.snapshot(this.applied, this.snapshot());
      });
    }
  }

  perform(index, { id, op, args, answered }) {
    // What was answered is asked for no more: a place of -1 says that it was done, and nothing else.
    for (const old of answered) {
      delete this.results[this.places[old]];
      this.places[old] = -1;
    }
    const known = this.places[id];
    if (known !== undefined) return;
    this.places[id] = index;
    const key = `=${args[0]}`;
    const before = this.values[key] ?? "";
    if (op === "get") this.results[index] = before;
    else if (op === "put") this.write(index, key, args[1], "");
    else if (op === "append") this.write(index, key, before + args[1], "");
    else if (before === args[1]) this.write(index, key, args[2], { swapped: true, value: args[2] });
    else this.results[index] = { swapped: false, value: before };
  }

  write(index, key, value, result) {
    this.values[key] = value;
    this.results[index] = result;
  }

  /** Answers whoever waits for an entry that was applied, or for one that may never be. */
  look() {
    if (this.waiting.length === 0) return;
    const { term, isLeader } = this.raft.getState();
    const still = [];
    for (const one of this.waiting) {
      const place = this.places[one.id];
      if (one.index <= this.applied && place !== undefined && place >= 0) one.answer({ result: this.results[place] });
      else if (this.isDead || one.index <= this.applied || !isLeader || one.term !== term)
        one.answer({ tryElsewhere: true });
      else still.push(one);
    }
    this.waiting = still;
  }

  snapshot() {
    const { values, places, results } = this;
    // Of what was answered only the last of a clerk's in a row need be known.
    return encode(JSON.stringify({ values, places: shortened(places), results }));
  }

  restore(bytes) {
    const { values, places, results } = JSON.parse(decode(bytes));
    this.values = values;
    this.results = results;
    this.places = lengthened(places);
  }
}

/** `{"0/1": -1, "0/2": -1, "0/3": 9}` as `[["0", 2], {"0/3": 9}]`: up to which serial each clerk has had its answers. */
function shortened(places) {
  const upTo = {};
  const rest = {};
  const serials = Object.keys(places).map((id) => [id, ...id.split("/")]);
  serials.sort((a, b) => Number(a[2]) - Number(b[2]));
  for (const [id, clerk, serial] of serials) {
    if (places[id] === -1 && Number(serial) === (upTo[clerk] ?? 0) + 1) upTo[clerk] = Number(serial);
    else rest[id] = places[id];
  }
  return [upTo, rest];
}

function lengthened([upTo, rest]) {
  const places = {};
  for (const clerk of Object.keys(upTo)) for (let i = 1; i <= upTo[clerk]; i++) places[`${clerk}/${i}`] = -1;
  return { ...places, ...rest };
}
