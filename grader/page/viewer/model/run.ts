import type { FactColumn, PageData, Tree } from "../../types.ts";

/** What became of one call: the events that belong to it, as far as they are there. */
export interface Exchange {
  readonly number: number;
  call: number;
  readonly requests: number[];
  readonly replies: number[];
  readonly answers: number[];
  readonly lost: number[];
  readonly held: number[];
}

/** The events of a run, unpacked for quick access by their numbers. */
export class Run {
  readonly size: number;
  readonly peers: number;
  readonly timeUs: Float64Array;
  readonly peer: Int16Array;
  readonly other: Int16Array;
  readonly value: Int32Array;
  /** Of what is sent: where it arrives first; of what arrives: where it was sent. -1: nowhere that is known. */
  readonly mate: Int32Array;
  readonly exchanges = new Map<number, Exchange>();
  /** Where what was called returned, by the event that called it. */
  readonly returns = new Map<number, number>();
  readonly columns: readonly FactColumn[];
  #saves: Map<number, number> | null = null;

  constructor(readonly data: PageData) {
    const { timeUs, peer, other, value } = data.events;
    this.size = timeUs.length;
    this.peers = data.names.length;
    this.timeUs = new Float64Array(this.size);
    let lastUs = 0;
    for (let i = 0; i < this.size; i++) {
      lastUs += timeUs[i] as number;
      this.timeUs[i] = lastUs;
    }
    this.peer = Int16Array.from(peer);
    this.other = Int16Array.from(other);
    this.value = Int32Array.from(value);
    this.mate = new Int32Array(this.size).fill(-1);
    this.#link();
    this.#pair();
    this.columns = columnsOf(this);
  }

  /** "peer 2", "clerk 0". */
  nameOf(peer: number): string {
    return this.data.names[peer] ?? `peer ${peer}`;
  }

  /** As short as it is clear: "2" where all are called `peer 2` and the like. */
  shortName(peer: number): string {
    const name = this.nameOf(peer);
    return name === `peer ${peer}` ? String(peer) : name;
  }

  kind(event: number): string {
    return this.data.kinds[this.data.events.kind[event] as number] ?? "";
  }

  text(event: number): string {
    return this.data.texts[this.data.events.text[event] as number] ?? "";
  }

  id(event: number): number {
    return this.data.events.id[event] as number;
  }

  /** Undefined: it has none. */
  tree(event: number): Tree | undefined {
    return this.data.values[this.value[event] as number];
  }

  exchangeOf(event: number): Exchange | undefined {
    return this.exchanges.get(this.data.events.call[event] as number);
  }

  /** Where its peer saved the same before; -1 for nowhere that is known. */
  savedBefore(event: number): number {
    if (this.#saves === null) {
      this.#saves = new Map();
      const last = new Map<string, number>();
      for (let i = 0; i < this.size; i++) {
        if (this.kind(i) !== "save") continue;
        const place = `${this.peer[i]} ${this.text(i)}`;
        this.#saves.set(i, last.get(place) ?? -1);
        last.set(place, i);
      }
    }
    return this.#saves.get(event) ?? -1;
  }

  /** Name of the method that a message is of. */
  method(event: number): string {
    const { call = -1, requests: [request = event] = [] } = this.exchangeOf(event) ?? {};
    return this.text(call >= 0 ? call : request);
  }

  #link(): void {
    for (let i = 0; i < this.size; i++) {
      const number = this.data.events.call[i] as number;
      if (number < 0) continue;
      const exchange = this.#exchange(number);
      switch (this.kind(i)) {
        case "call":
          exchange.call = i;
          break;
        case "deliver-request":
          exchange.requests.push(i);
          this.#join(exchange.call, i);
          break;
        case "reply":
          exchange.replies.push(i);
          break;
        case "deliver-reply":
          exchange.answers.push(i);
          if (this.value[i] !== -1)
            this.#join(exchange.replies.find((reply) => this.value[reply] === this.value[i]) ?? -1, i);
          break;
        case "lost":
          exchange.lost.push(i);
          break;
        case "held":
          exchange.held.push(i);
      }
    }
  }

  #pair(): void {
    const open = new Map<string, number>();
    for (let i = 0; i < this.size; i++) {
      const kind = this.kind(i);
      if (kind !== "invoke" && kind !== "result") continue;
      const key = `${this.peer[i]} ${this.id(i)}`;
      const call = open.get(key);
      if (kind === "invoke") open.set(key, i);
      else if (call !== undefined) {
        this.returns.set(call, i);
        open.delete(key);
      }
    }
  }

  #exchange(number: number): Exchange {
    const known = this.exchanges.get(number);
    if (known !== undefined) return known;
    const made = { number, call: -1, requests: [], replies: [], answers: [], lost: [], held: [] };
    this.exchanges.set(number, made);
    return made;
  }

  #join(from: number, to: number): void {
    if (from < 0) return;
    this.mate[to] = from;
    if (this.mate[from] === -1) this.mate[from] = to;
  }
}

/** Those that were given and are seen in what peers let observe; else the fields of what was seen first. */
function columnsOf(run: Run): readonly FactColumn[] {
  const given = run.data.columns;
  for (let i = 0; i < run.size; i++) {
    if (run.kind(i) !== "observed") continue;
    const tree = run.tree(i);
    if (!Array.isArray(tree) || (tree[0] as number) < 0) continue;
    const names = run.data.shapes[tree[0] as number]?.[0] ?? [];
    if (given.length > 0) return given.filter(({ fact }) => names.includes(fact));
    return names
      .slice(0, 6)
      .map((fact, at) => (typeof tree[at + 1] === "boolean" ? truth(fact) : { fact, title: fact }));
  }
  return [];
}

/** `isLeader` is told as "leader". */
function truth(fact: string): FactColumn {
  const word = /^is[A-Z]/.test(fact) ? fact.charAt(2).toLowerCase() + fact.slice(3) : fact;
  return { fact, title: word, whenTrue: word };
}
