import { encode } from "../../../labs/api/codec.ts";
import type { Finding, Rule } from "../../check/failure.ts";
import { listed } from "../expectations.ts";
import type { LogCluster, Started } from "./cluster.ts";
import { show } from "./messages.ts";

/**
 * What is judged of a log behind a leader, as data: at once, or waited for so long. Whatever scenarios wait for and must come
 * about is one of these, so that somebody else can ask for the same of another run.
 */
export type LogExpect =
  /** A connected peer leads whose term no connected peer has gone beyond; gives it. */
  | { readonly is: "leader"; readonly withinMs: number }
  /** One of a group that only reaches itself leads, in a term beyond `newerThan`; gives it. */
  | {
      readonly is: "leader-among";
      readonly among: readonly number[];
      readonly newerThan: number;
      readonly withinMs: number;
    }
  /** Right now no connected peer says that it leads. */
  | { readonly is: "no-leader" }
  /** All connected peers report one term; gives it. */
  | { readonly is: "terms-agree"; readonly withinMs: number }
  /** For so long nobody challenges the term of the one leader, in one of so many attempts. */
  | { readonly is: "calm"; readonly forMs: number; readonly attempts: number }
  /** The command, started with whoever leads, is applied by so many; gives its index. `retry`: also in a second attempt. */
  | {
      readonly is: "agree";
      readonly command: unknown;
      readonly by: number;
      readonly withinMs: number;
      readonly retry: boolean;
    }
  /** The same of a group that only reaches itself, by all of it. */
  | {
      readonly is: "agree-among";
      readonly command: unknown;
      readonly among: readonly number[];
      readonly withinMs: number;
    }
  /** So many have applied the index; gives whether they have, as the wait ends with a term beyond `startTerm`. */
  | {
      readonly is: "applied";
      readonly index: number;
      readonly by: number;
      readonly startTerm: number;
      readonly withinMs: number;
    }
  /** These peers have applied all up to the index; what it is to be called when they have not is the scenario's to say. */
  | {
      readonly is: "caught-up";
      readonly peers: readonly number[];
      readonly index: number;
      readonly withinMs: number;
      readonly otherwise: Otherwise;
    }
  /** Of requests or bytes no more than that was spent since the moment from which on it is judged. */
  | {
      readonly is: "spent";
      readonly of: "rpcs" | "bytes";
      readonly amount: number;
      readonly atMost: number;
      readonly otherwise: Otherwise;
    }
  /** That command was never applied by anybody. */
  | { readonly is: "not-applied"; readonly command: unknown; readonly why: string };

/** What a scenario finds when its expectation does not come about, but for what was seen. */
export type Otherwise = Rule & Pick<Finding, "property" | "check" | "expected" | "peers">;

type Kind = LogExpect["is"];
type ExpectOf<K extends Kind> = Extract<LogExpect, { readonly is: K }>;

/** What whoever asked is given, when it came about. */
interface Outcomes extends Record<Kind, unknown> {
  readonly leader: number;
  readonly "leader-among": number;
  readonly "no-leader": undefined;
  readonly "terms-agree": number;
  readonly calm: undefined;
  readonly agree: number;
  readonly "agree-among": undefined;
  readonly applied: boolean;
  readonly "caught-up": undefined;
  readonly spent: undefined;
  readonly "not-applied": undefined;
}

/** The names of what is found when it did not. */
export const EXPECT_CHECKS = [
  "elects",
  "elects-among",
  "no-leader-of-few",
  "terms-agree",
  "calm",
  "accepts",
  "agrees",
  "agrees-among",
  "applies",
  "not-applied",
] as const;

/** Waits for what is expected, if it is to be waited for; ends the run with a finding when it does not come about. */
export function judge<K extends Kind>(c: LogCluster, expect: ExpectOf<K>): Outcomes[K] {
  return JUDGES[expect.is as K](c, expect);
}

const JUDGES: { readonly [K in Kind]: (c: LogCluster, expect: ExpectOf<K>) => Outcomes[K] } = {
  leader(c, { withinMs }) {
    let leader: number | null = null;
    const settled = (): boolean => {
      leader = c.leader();
      return leader !== null && c.connected().every((peer) => c.term(peer) <= c.term(leader as number));
    };
    if (!c.until(withinMs, settled, 50)) leader = c.leader();
    if (leader !== null) return leader;
    return c.fail({
      property: "liveness",
      check: "elects",
      expected: `one of the connected ${listed(c.connected())} to become leader within ${withinMs / 1000} s`,
      seen: `none says that it leads; terms are ${c
        .connected()
        .map((peer) => `${c.term(peer)} at peer ${peer}`)
        .join(", ")}`,
      peers: c.connected(),
    });
  },

  "leader-among"(c, { among, newerThan, withinMs }) {
    const found = (): number | null => {
      const leader = c.leaderAmong(among);
      return leader !== null && c.term(leader) > newerThan ? leader : null;
    };
    if (c.until(withinMs, () => found() !== null, 10)) return found() as number;
    return c.fail({
      property: "liveness",
      check: "elects-among",
      expected: `one of the peers ${among.join(", ")} to become leader within ${withinMs / 1000} s: they reach each other, and are a majority`,
      seen: `none of them leads; their terms are ${among.map((peer) => c.term(peer)).join(", ")}`,
      peers: among,
    });
  },

  "no-leader"(c) {
    const leader = c.leader();
    if (leader === null) return;
    c.fail({
      property: "election-safety",
      check: "no-leader-of-few",
      expected: `no leader, as only ${c.connected().length} of ${c.size} peers are connected`,
      seen: `peer ${leader} says that it leads term ${c.term(leader)}`,
      peers: [leader],
      where: { term: c.term(leader) },
    });
  },

  "terms-agree"(c, { withinMs }) {
    const terms = (): number[] => [...new Set(c.connected().map((peer) => c.term(peer)))];
    if (c.until(withinMs, () => terms().length <= 1)) return terms()[0] ?? 0;
    return c.fail({
      property: "liveness",
      check: "terms-agree",
      expected: `all connected peers to agree on the term within ${withinMs / 1000} s`,
      seen: c
        .connected()
        .map((peer) => `term ${c.term(peer)} at peer ${peer}`)
        .join(", "),
      peers: c.connected(),
    });
  },

  calm(c, { forMs, attempts }) {
    c.checkOneLeader();
    let seen = "";
    const calm = (): boolean => {
      const term = c.checkTerms();
      c.sleep(forMs);
      const newest = Math.max(...c.connected().map((peer) => c.term(peer)));
      seen =
        newest > term
          ? `the last time the term went from ${term} to ${newest}`
          : `the last time nobody led at the end, though the term stayed ${term}`;
      return c.connected().every((peer) => c.term(peer) === term) && c.leader() !== null;
    };
    c.expect(Array.from({ length: attempts }).some(calm), () => ({
      property: "liveness",
      check: "calm",
      expected: `${forMs / 1000} quiet seconds under one leader, within ${attempts} attempts, once the network is without faults`,
      seen,
    }));
    c.checkOneLeader();
  },

  agree(c, { command, by, withinMs, retry }) {
    const endUs = c.nowUs + Math.round(withinMs * 1000);
    const bytes = encode(command);
    let started: Started | null = null;
    let next = 0;
    while (c.nowUs < endUs) {
      const fromUs = c.nowUs;
      started = null;
      for (let tries = 0; tries < c.size && started === null; tries++) {
        const peer = next++ % c.size;
        if (c.isConnected(peer) && c.claimsLeadership(peer)) started = c.start(peer, command);
      }
      if (started === null) {
        c.sleep(20);
        continue;
      }
      const { index } = started;
      // Long enough for two rounds at the slowest legal pace; then another leader may have taken over.
      const patienceMs = Math.min((endUs - fromUs) / 1000, retry ? 5_000 : withinMs);
      const there = (): boolean => c.applied(index).count >= by;
      const replaced = (): boolean => c.isReplaced(index, bytes);
      if (c.until(patienceMs, () => there() || replaced()) && !replaced()) return index;
      if (!retry) break;
      // Whoever answers at once with an index that is taken must not stop the clock.
      if (c.nowUs === fromUs) c.sleep(20);
    }
    return notAgreed(c, command, by, withinMs, started);
  },

  "agree-among"(c, { command, among, withinMs }) {
    const endMs = c.nowMs() + withinMs;
    while (c.nowMs() < endMs) {
      const leader = c.leaderAmong(among);
      const started = leader === null ? null : c.start(leader, command);
      if (started === null) {
        c.sleep(20);
        continue;
      }
      const stands = (): boolean => c.applied(started.index).command === command;
      const replaced = (): boolean => c.applied(started.index).kind !== "none" && !stands();
      const everywhere = (): boolean => among.every((peer) => c.appliedIndex(peer) >= started.index);
      if (c.until(5_000, () => replaced() || everywhere()) && stands()) return;
      // Whoever answers at once with an index that is taken must not stop the clock.
      c.sleep(20);
    }
    c.fail({
      property: "liveness",
      check: "agrees-among",
      expected: `the peers ${among.join(", ")}, a majority that reach each other, to apply a new command within ${withinMs / 1000} s`,
      seen: `they have applied up to the indices ${among.map((peer) => c.appliedIndex(peer)).join(", ")}`,
      peers: among,
    });
  },

  applied(c, { index, by, startTerm, withinMs }) {
    const moved = (): boolean => c.peers.some((peer) => c.term(peer) > startTerm);
    if (c.until(withinMs, () => c.applied(index).count >= by || moved(), 10)) return c.applied(index).count >= by;
    return c.fail({
      property: "liveness",
      check: "applies",
      expected: `index ${index} to be applied by ${by} of ${c.size} peers within ${withinMs / 1000} s`,
      seen: `applied by ${listed(c.applied(index).peers)}`,
      peers: c.connected(),
      where: { index },
    });
  },

  "caught-up"(c, { peers, index, withinMs, otherwise }) {
    const behind = (): number[] => peers.filter((peer) => c.appliedIndex(peer) < index);
    if (c.until(withinMs, () => behind().length === 0)) return;
    c.fail({
      ...otherwise,
      seen: behind()
        .map((peer) => `peer ${peer} is at index ${c.appliedIndex(peer)}`)
        .join(", "),
      peers: behind(),
      where: { index: Math.min(...behind().map((peer) => c.appliedIndex(peer))) },
    });
  },

  spent(c, { of, amount, atMost, otherwise }) {
    c.expect(amount <= atMost, { ...otherwise, seen: `${amount} ${of === "rpcs" ? "RPCs" : "bytes"}` });
  },

  "not-applied"(c, { command, why }) {
    const index = c.indexOf(command);
    if (index === undefined) return;
    c.fail({
      property: "state-machine-safety",
      check: "not-applied",
      expected: `${show(command)} not to be applied: ${why}`,
      seen: `it was applied at index ${index} by ${listed(c.applied(index).peers)}`,
      peers: c.applied(index).peers,
      where: { index },
    });
  },
};

function notAgreed(c: LogCluster, command: unknown, by: number, withinMs: number, started: Started | null): never {
  return c.fail({
    property: "liveness",
    check: started === null ? "accepts" : "agrees",
    expected: `the command ${show(command)} to be applied by ${by} of ${c.size} peers within ${withinMs / 1000} s`,
    seen:
      started === null
        ? "no connected peer that says it leads accepted it"
        : `started at index ${started.index} in term ${started.term}, applied by ${listed(c.applied(started.index).peers)}`,
    peers: c.connected(),
    ...(started !== null && { where: { term: started.term, index: started.index } }),
  });
}
