import type { Finding, Rule } from "../../check/failure.ts";
import { listed } from "../expectations.ts";
import type { DecideCluster } from "./cluster.ts";

/** What is judged of peers that decide slots, as data: at once, or waited for so long. */
export type DecideExpect =
  /** All of these peers decide the slot: since they last started it, or at any time if they did not since they booted. */
  | { readonly is: "decided"; readonly slot: number; readonly peers: readonly number[]; readonly withinMs: number }
  /** So many peers decide the slot, whichever. */
  | { readonly is: "decided-by"; readonly slot: number; readonly count: number; readonly withinMs: number }
  /** Nobody has decided the slot so far. */
  | { readonly is: "undecided"; readonly slot: number; readonly why: string }
  /** These peers say that they have forgotten all below, and nothing beyond. */
  | { readonly is: "forgotten"; readonly peers: readonly number[]; readonly min: number; readonly withinMs: number }
  /** These peers know of that slot as the highest one. */
  | { readonly is: "max"; readonly peers: readonly number[]; readonly max: number; readonly withinMs: number }
  /** The saved state of these peers is no longer than that. */
  | {
      readonly is: "saved";
      readonly peers: readonly number[];
      readonly atMostBytes: number;
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
    };

/** What a scenario finds when its expectation does not come about, but for what was seen. */
export type Otherwise = Rule & Pick<Finding, "property" | "check" | "expected">;

type Kind = DecideExpect["is"];
type ExpectOf<K extends Kind> = Extract<DecideExpect, { readonly is: K }>;

/** The names of what is found when it did not. */
export const EXPECT_CHECKS = ["decides", "undecided", "forgets", "knows-of"] as const;

/** Waits for what is expected, if it is to be waited for; ends the run with a finding when it does not come about. */
export function judge(c: DecideCluster, expect: DecideExpect): void {
  (JUDGES[expect.is] as (c: DecideCluster, expect: DecideExpect) => void)(c, expect);
}

const JUDGES: { readonly [K in Kind]: (c: DecideCluster, expect: ExpectOf<K>) => void } = {
  decided(c, { slot, peers, withinMs }) {
    const late = (): number[] => peers.filter((peer) => !c.hasDecided(peer, slot));
    if (c.until(withinMs, () => late().length === 0, 5)) return;
    c.fail({
      property: "liveness",
      check: "decides",
      expected: `${listed(peers)} to decide slot ${slot} within ${withinMs / 1000} s`,
      seen: `${listed(late())} did not; it was decided by ${listed(c.decidedBy(slot))}`,
      peers: late(),
      where: { slot },
    });
  },

  "decided-by"(c, { slot, count, withinMs }) {
    if (c.until(withinMs, () => c.decidedBy(slot).length >= count, 5)) return;
    c.fail({
      property: "liveness",
      check: "decides",
      expected: `slot ${slot} to be decided by ${count} of ${c.size} peers within ${withinMs / 1000} s`,
      seen: `it was decided by ${listed(c.decidedBy(slot))}`,
      peers: c.peers.filter((peer) => !c.hasDecided(peer, slot)),
      where: { slot },
    });
  },

  undecided(c, { slot, why }) {
    const peers = c.decidedBy(slot);
    if (peers.length === 0) return;
    c.fail({
      property: "agreement",
      check: "undecided",
      expected: `slot ${slot} not to be decided: ${why}`,
      seen: `it was decided by ${listed(peers)}`,
      peers,
      where: { slot },
    });
  },

  forgotten(c, { peers, min, withinMs }) {
    const off = (): number[] => peers.filter((peer) => c.min(peer) !== min);
    if (c.until(withinMs, () => off().length === 0)) return;
    c.fail({
      property: "liveness",
      check: "forgets",
      expected: `min to be ${min} at ${listed(peers)} within ${withinMs / 1000} s`,
      seen: off()
        .map((peer) => `it is ${c.min(peer)} at peer ${peer}`)
        .join(", "),
      peers: off(),
    });
  },

  max(c, { peers, max, withinMs }) {
    const off = (): number[] => peers.filter((peer) => c.max(peer) !== max);
    if (c.until(withinMs, () => off().length === 0)) return;
    c.fail({
      property: "integrity",
      check: "knows-of",
      expected: `max to be ${max} at ${listed(peers)} within ${withinMs / 1000} s`,
      seen: off()
        .map((peer) => `it is ${c.max(peer)} at peer ${peer}`)
        .join(", "),
      peers: off(),
    });
  },

  saved(c, { peers, atMostBytes, withinMs, otherwise }) {
    const large = (): number[] => peers.filter((peer) => c.stateSize(peer) > atMostBytes);
    if (c.until(withinMs, () => large().length === 0)) return;
    c.fail({
      ...otherwise,
      seen: large()
        .map((peer) => `${c.stateSize(peer)} bytes at peer ${peer}`)
        .join(", "),
      peers: large(),
    });
  },

  spent(c, { of, amount, atMost, otherwise }) {
    c.expect(amount <= atMost, { ...otherwise, seen: `${amount} ${of === "rpcs" ? "RPCs" : "bytes"}` });
  },
};
