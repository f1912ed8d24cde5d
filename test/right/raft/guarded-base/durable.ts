import { decode, encode, type Persister } from "consensus-labs";
import { Log } from "./log.ts";
import type { Entry } from "./types.ts";

type Saved = [term: number, votedFor: number | null, baseIndex: number, baseTerm: number, entries: Uint8Array[]];

/** What a peer must not forget. Whoever changes it saves it before anybody hears of the change. */
export class Durable {
  term = 0;
  votedFor: number | null = null;
  readonly log: Log;

  constructor(private readonly persister: Persister) {
    const bytes = persister.readState();
    if (bytes.length === 0) {
      this.log = new Log();
      return;
    }
    const [term, votedFor, index, baseTerm, entries] = decode(bytes) as Saved;
    this.term = term;
    this.votedFor = votedFor;
    this.log = new Log(
      { index, term: baseTerm },
      entries.map((entry) => decode(entry) as Entry),
    );
  }

  get snapshot(): Uint8Array {
    return this.persister.readSnapshot();
  }

  enter(term: number, votedFor: number | null): void {
    this.term = term;
    this.votedFor = votedFor;
    this.save();
  }

  save(snapshot?: Uint8Array): void {
    const { term, votedFor, log } = this;
    const saved: Saved = [term, votedFor, log.base.index, log.base.term, log.bytes];
    this.persister.save(encode(saved), snapshot);
  }
}
