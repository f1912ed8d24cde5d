import { checkLinearizability } from "../../check/linearizability/index.ts";
import { Undecided } from "../../check/undecided.ts";
import { cutText, TEXT_LIMITS } from "../../text/cut.ts";
import { keyText } from "../../text/key-text.ts";
import type { FoundNow } from "../expectations.ts";
import type { KvCluster } from "./cluster.ts";
import { foundIn } from "./contradiction.ts";
import { isOpen, type Recorded } from "./operations.ts";

/**
 * What is judged of a store, as data: at once, or waited for so long. Whatever scenarios wait for and must come about is one of
 * these. Operations go by their numbers: the order in which clerks were told to do them.
 */
export type KvExpect =
  /** One of these servers leads, in a term that none of them has gone beyond; gives it. */
  | { readonly is: "leader"; readonly among: readonly number[]; readonly withinMs: number }
  /** These operations return; lost ones need not. */
  | { readonly is: "ended"; readonly operations: readonly number[]; readonly withinMs: number }
  /** None of these has returned: since they were called, their clerk reached no majority. */
  | { readonly is: "open"; readonly operations: readonly number[] }
  /** All operations so far have an order that explains what they returned. */
  | { readonly is: "one-order" }
  /** Every request of a clerk that is at a server now is answered by it. */
  | { readonly is: "requests-answered"; readonly withinMs: number }
  /** No more than that was spent, or is held; what it is called when it was more is the scenario's to say. */
  | { readonly is: "at-most"; readonly amount: number; readonly atMost: number; readonly otherwise: FoundNow };

type Kind = KvExpect["is"];
type ExpectOf<K extends Kind> = Extract<KvExpect, { readonly is: K }>;

/** What whoever asked is given, when it came about. */
interface Outcomes extends Record<Kind, unknown> {
  readonly leader: number;
  readonly ended: undefined;
  readonly open: undefined;
  readonly "one-order": undefined;
  readonly "requests-answered": undefined;
  readonly "at-most": undefined;
}

/** The names of what is found when it did not. */
export const EXPECT_CHECKS = [
  "a-server-leads",
  "operations-end",
  "minority-is-silent",
  "one-order",
  "one-order-of-overlapping",
  "first-answer",
  "done-once",
  "in-a-majority",
  "requests-answered",
] as const;

/** Waits for what is expected, if it is to be waited for; ends the run with a finding when it does not come about. */
export function judge<K extends Kind>(c: KvCluster, expect: ExpectOf<K>): Outcomes[K] {
  return JUDGES[expect.is as K](c, expect);
}

const JUDGES: { readonly [K in Kind]: (c: KvCluster, expect: ExpectOf<K>) => Outcomes[K] } = {
  leader(c, { among, withinMs }) {
    const settled = (): boolean => {
      const leader = c.leader(among);
      return leader !== null && among.every((id) => c.term(id) <= c.term(leader));
    };
    c.until(withinMs, settled, 20);
    const leader = c.leader(among);
    if (leader !== null) return leader;
    return c.fail({
      property: "liveness",
      check: "a-server-leads",
      expected: `one of ${c.names(among)} to lead within ${withinMs / 1000} s: they reach each other, and are a majority`,
      seen: `none says that it does; terms are ${among.map((id) => c.term(id)).join(", ")}`,
      peers: among,
    });
  },

  ended(c, { operations, withinMs }) {
    const late = (): Recorded[] => operations.map((number) => c.operation(number)).filter(isOpen);
    if (c.until(withinMs, () => late().length === 0, 5)) return;
    const [first] = late() as [Recorded];
    const { kind, key } = first.order;
    c.fail({
      property: "liveness",
      check: "operations-end",
      expected: `every operation to end within ${withinMs / 1000} s, as a majority is up and its clerk reaches it`,
      seen: `${kind} of ${keyText(key)} by ${c.names([first.client])} has not returned${othersText(late().length - 1)}`,
      peers: [first.client],
      member: { role: "clerk", method: kind },
    });
  },

  open(c, { operations }) {
    const early = operations.map((number) => c.operation(number)).find(({ returned }) => returned !== null);
    if (early === undefined) return;
    const { kind, key } = early.order;
    c.fail({
      property: "linearizability",
      check: "minority-is-silent",
      expected: `${kind} of ${keyText(key)} by ${c.names([early.client])} not to return: since it was called, its clerk reached servers without a majority only`,
      seen: "it returned",
      peers: [early.client],
    });
  },

  "one-order"(c) {
    const history = c.history();
    const judgement = checkLinearizability(history);
    if (judgement.is === "linearizable") {
      inAMajority(c);
      return;
    }
    if (judgement.is === "undecided") {
      throw new Undecided("linearizability", `key ${judgement.part} was not done after ${judgement.steps} steps`);
    }
    c.failAtOnce(foundIn(judgement.counterexample(), history, c));
  },

  "requests-answered"(c, { withinMs }) {
    const waiting = c.requestsAtServers();
    if (c.until(withinMs, () => !waiting.some(({ isThere }) => isThere()))) return;
    const left = () => waiting.filter(({ isThere }) => isThere());
    const [{ server, clerk, method }] = left() as [(typeof waiting)[number]];
    c.fail({
      property: "liveness",
      check: "requests-answered",
      expected: `every request of a clerk to be answered within ${withinMs / 1000} s, all faults being over: whoever waits for an entry that is gone must be told so`,
      seen: `${c.names([server])} has not answered a request of ${c.names([clerk])}, ${JSON.stringify(cutText(method, TEXT_LIMITS.name))}${othersText(left().length - 1)}`,
      peers: [server, clerk],
    });
  },

  "at-most"(c, { amount, atMost, otherwise }) {
    if (amount > atMost) c.fail(otherwise);
  },
};

function othersText(others: number): string {
  return others === 0 ? "" : `, and ${others === 1 ? "one other" : `${others} others`} neither`;
}

/**
 * Every operation is an entry that a majority of the servers has before it is answered. Where one server keeps the store, or a
 * clerk does, histories may be right all the same, until it is away.
 */
function inAMajority(c: KvCluster): void {
  const majority = Math.floor(c.servers.length / 2) + 1;
  const operation = c.answeredTooSoon(majority);
  // A server that is alone is a majority.
  if (majority === 1 || operation === null) return;
  const { order, client, reached } = operation;
  const heard = `${reached === 0 ? "none" : reached} of ${c.servers.length} servers had got anything from another one`;
  c.failAtOnce({
    property: "linearizability",
    check: "in-a-majority",
    expected: `${order.kind} of ${keyText(order.key)} by ${c.names([client])} to be in the logs of ${majority} servers before it returns`,
    seen: `it returned, and since it was called ${reached < 0 ? "its clerk had got nothing from any server" : heard}`,
    peers: [client],
    member: { role: "clerk", method: order.kind },
  });
}
