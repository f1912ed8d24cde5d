import type { ToldFact } from "../../../grader/explain/types.ts";
import { at, peersText } from "../../../grader/explain/words.ts";
import type { Attempt, Knowledge } from "./knowledge.ts";
import { ballotText, compareBallots } from "./messages.ts";
import { valueText } from "./values.ts";

const BALLOTS_SHOWN = 12;

/** How values came to be decided for a slot: its ballots that came to phase 2, from the lowest on, and who decided. */
export function disputedFacts(peers: readonly Knowledge[], number: number): ToldFact[] {
  const proposed = attemptsOf(peers, number)
    .filter(({ attempt }) => attempt.value !== null)
    .sort((a, b) => compareBallots(a.attempt.ballot, b.attempt.ballot) ?? 0);
  const ballots = proposed.slice(-BALLOTS_SHOWN).map(({ proposer, attempt }): ToldFact => {
    const { ballot, startedUs, promises, value, acceptors } = attempt;
    const name = ballotText(ballot);
    // Its own acceptor it may ask without a message: of that one nothing is told.
    const accepted = peers.filter(
      ({ id, slots }) =>
        id !== proposer &&
        slots.get(number)?.given.some((one) => one.value !== null && ballotText(one.ballot) === name),
    );
    const promised = promises.size === 0 ? "" : `; promised to it by ${peersText(promises.keys())}`;
    const unheard = accepted.filter(({ id }) => !acceptors.has(id));
    const missed = unheard.length === 0 ? "" : ` (it did not hear so of ${peersText(unheard.map(({ id }) => id))})`;
    return {
      label: "ballot",
      text: `${name} of peer ${proposer}, at ${at(startedUs)}${promised}; ${valueText(value)}, accepted by ${peersText(accepted.map(({ id }) => id))} beside itself${missed}`,
    };
  });
  const decided = peers.flatMap((peer): ToldFact[] => {
    const decision = peer.slots.get(number)?.decided;
    return decision == null
      ? []
      : [{ label: "decided", text: `${valueText(decision.value)} by peer ${peer.id} at ${at(decision.timeUs)}` }];
  });
  return [...ballots, ...decided];
}

function attemptsOf(
  peers: readonly Knowledge[],
  number: number,
): { readonly proposer: number; readonly attempt: Attempt }[] {
  return peers.flatMap((peer) =>
    [...(peer.slots.get(number)?.attempts.values() ?? [])].map((attempt) => ({ proposer: peer.id, attempt })),
  );
}
