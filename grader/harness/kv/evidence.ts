import type { Micros } from "../../sim/peer-host.ts";
import { savedLog } from "./given-log.ts";
import { tokensIn } from "./tokens.ts";

/** What is known of a write beside what clerks saw: it explains a failure, and decides none. */
export interface Evidence {
  /** Where requests of its clerk with what it writes arrived, in that order. */
  readonly requests: readonly { readonly server: number; readonly timeUs: Micros }[];
  /** Where it stands in the logs that servers saved last; what a snapshot covers is not there any more. */
  readonly entries: readonly { readonly index: number; readonly term: number; readonly servers: readonly number[] }[];
}

interface Arrival {
  readonly clerk: number;
  readonly server: number;
  readonly timeUs: Micros;
  readonly args: Uint8Array;
}

/** So many requests are remembered, and none that is longer: a store of a scenario has no such. */
const ARRIVALS_MAX = 10_000;
const ARGS_BYTES_MAX = 2_000;

/** Remembers which requests of clerks arrived where. */
export class Arrivals {
  readonly #all: Arrival[] = [];

  add(clerk: number, server: number, timeUs: Micros, args: Uint8Array): void {
    if (this.#all.length >= ARRIVALS_MAX || args.length > ARGS_BYTES_MAX) return;
    this.#all.push({ clerk, server, timeUs, args: args.slice() });
  }

  /** Of one clerk's write. A later one may name its value too, as what it expects. */
  of(clerk: number, token: string): Evidence["requests"] {
    const its = this.#all.filter((one) => one.clerk === clerk && latestOf(tokensIn(one.args)) === token);
    return its.map(({ server, timeUs }) => ({ server, timeUs }));
  }
}

/** Where what writes a value stands in the saved states of servers. */
export function entriesOf(token: string, states: ReadonlyMap<number, Uint8Array>): Evidence["entries"] {
  const found = new Map<string, { index: number; term: number; servers: number[] }>();
  for (const [server, state] of states) {
    for (const { index, term, command } of savedLog(state)?.entries ?? []) {
      if (latestOf(tokensIn(command)) !== token) continue;
      const place = found.get(`${index} ${term}`) ?? { index, term, servers: [] };
      place.servers.push(server);
      found.set(`${index} ${term}`, place);
    }
  }
  return [...found.values()].sort((a, b) => a.index - b.index || a.term - b.term);
}

/** A request or an entry is of the write whose value it bears; other values in it are older ones that it expects. */
function latestOf(tokens: readonly string[]): string | undefined {
  const numberOf = (token: string) => Number(token.slice(1, -1));
  return tokens.reduce<string | undefined>((best, token) => {
    return best === undefined || numberOf(token) > numberOf(best) ? token : best;
  }, undefined);
}
