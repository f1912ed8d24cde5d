import type { Micros } from "../sim/peer-host.ts";
import { cutText } from "../text/cut.ts";

/** What became of calls of one kind on one link. */
interface Exchange {
  readonly from: number;
  readonly to: number;
  readonly method: string;
  calls: number;
  /** How many of them were marked by who counts. */
  marked: number;
  bytes: number;
  firstUs: Micros;
  lastUs: Micros;
  readonly details: Map<string, number>;
  readonly answers: Map<string, number>;
}

/** Methods are names of a submission: so many links and methods are told apart. */
const EXCHANGES_MAX = 2_000;
const DETAILS_MAX = 40;
/** Methods are told apart by so many letters, and shown so long. */
const METHOD_CHARS = 60;

/** Counts what passes between the peers, by link and method, with what it says and what is answered. */
export class Exchanges {
  readonly #all = new Map<string, Exchange>();

  /** A call was made. `detail`: what it says, in a few words, the same for calls that say the same. */
  called(
    from: number,
    to: number,
    method: string,
    detail: string,
    bytes: number,
    timeUs: Micros,
    isMarked = false,
  ): void {
    const one = this.#of(from, to, method, timeUs);
    if (one === null) return;
    one.calls++;
    if (isMarked) one.marked++;
    one.bytes += bytes;
    one.lastUs = timeUs;
    count(one.details, detail);
  }

  /** A call came to its end; `outcome` in a word: `refused`, `lost`. */
  answered(from: number, to: number, method: string, outcome: string, bytes: number, timeUs: Micros): void {
    const one = this.#of(from, to, method, timeUs);
    if (one === null) return;
    one.bytes += bytes;
    count(one.answers, outcome);
  }

  get all(): readonly Exchange[] {
    return [...this.#all.values()];
  }

  /** The busiest first. */
  busiest(most: number): readonly Exchange[] {
    return this.all
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => b.calls - a.calls || a.from - b.from || a.to - b.to)
      .slice(0, most);
  }

  /** Calls and bytes by method, most bytes first. */
  byMethod(): readonly { readonly method: string; readonly calls: number; readonly bytes: number }[] {
    const sums = new Map<string, { method: string; calls: number; bytes: number }>();
    for (const { method, calls, bytes } of this.all) {
      const sum = sums.get(method) ?? { method, calls: 0, bytes: 0 };
      sums.set(method, { method, calls: sum.calls + calls, bytes: sum.bytes + bytes });
    }
    return [...sums.values()].sort((a, b) => b.bytes - a.bytes);
  }

  #of(from: number, to: number, method: string, timeUs: Micros): Exchange | null {
    const key = `${from}>${to} ${method.slice(0, METHOD_CHARS)}`;
    const known = this.#all.get(key);
    if (known !== undefined) return known;
    if (this.#all.size >= EXCHANGES_MAX) return null;
    const made: Exchange = {
      from,
      to,
      method: cutText(method, METHOD_CHARS),
      calls: 0,
      marked: 0,
      bytes: 0,
      firstUs: timeUs,
      lastUs: timeUs,
      details: new Map(),
      answers: new Map(),
    };
    this.#all.set(key, made);
    return made;
  }
}

function count(counts: Map<string, number>, what: string): void {
  const known = counts.get(what);
  if (known !== undefined || counts.size < DETAILS_MAX) counts.set(what, (known ?? 0) + 1);
}

/** "refused ×83, lost ×1, no answer yet ×2". */
export function outcomesText({ answers, calls }: Exchange): string {
  const all = [...answers].sort(([, a], [, b]) => b - a);
  const open = calls - all.reduce((sum, [, times]) => sum + times, 0);
  if (all.length === 0) return "no answer";
  return [...all, ...(open > 0 ? [["no answer yet", open] as const] : [])]
    .map(([outcome, times]) => `${outcome} ×${times}`)
    .join(", ");
}

/** "peer 2 → 0  appendEntries ×83, term 1, prevLogIndex 10". */
export function exchangeText(one: Exchange): string {
  const [first = ["", 0], ...others] = [...one.details].sort(([, a], [, b]) => b - a);
  const rest = others.length === 0 ? "" : ` ×${first[1]}, others ×${one.calls - first[1]}`;
  const detail = first[0] === "" ? "" : `, ${first[0]}${rest}`;
  return `peer ${one.from} → ${one.to}  ${one.method} ×${one.calls}${detail}`;
}
