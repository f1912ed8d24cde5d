import { at, listed, named, peersText } from "../../../grader/explain/words.ts";
import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { Attempt, Handled, Knowledge } from "./knowledge.ts";
import { type Answer, ballotText, compareBallots, isHigher, type Report } from "./messages.ts";
import { sameBytes, valueText } from "./values.ts";

/** What a peer did against a rule; null when nothing. Each is told of what happens before it is taken into what is known. */
export interface Found {
  readonly rule: string;
  readonly cite: string;
  readonly text: string;
}

const SYNOD = "Paxos Made Simple, section 2.2";
const ACCEPTORS = `${SYNOD}, P1a: an acceptor accepts a ballot if it has promised no higher one`;
const SAVED = "Paxos Made Simple, section 2.5: what an acceptor answers must be in stable storage before it does";

/** An acceptor says yes. */
export function answersYes(
  peer: Knowledge,
  handled: Handled,
  { report }: Answer & { readonly report?: Report | null },
): Found | null {
  const { method, slot: number, ballot, timeUs: gotUs } = handled;
  const slot = peer.slot(number);
  const who = named(peer.id, peer.boot);
  const before = slot.highestGiven(gotUs);
  if (before !== null && isHigher(before.ballot, ballot)) {
    const did = before.value === null ? "promised" : "accepted";
    const lost = before.boot < peer.boot ? `, before it crashed: that was not kept` : "";
    return {
      rule: method === "accept" ? "accepts-below-promise" : "promises-below-promise",
      cite: ACCEPTORS,
      text: `${who} ${method === "accept" ? "accepted" : "promised"} ballot ${ballotText(ballot)} in slot ${number} after having ${did} ballot ${ballotText(before.ballot)} at ${at(before.timeUs)}${lost}`,
    };
  }
  const accepted = slot.highestGiven(gotUs, true);
  if (method === "prepare" && report !== undefined && accepted !== null) {
    const isLess = report === null || isHigher(accepted.ballot, report.ballot);
    if (isLess) {
      const lost = accepted.boot < peer.boot ? `, before it crashed` : "";
      const what = report === null ? "nothing" : `ballot ${ballotText(report.ballot)}`;
      return {
        rule: "reports-less-than-accepted",
        cite: `${SYNOD}: a promise comes with the proposal of the highest number that the acceptor has accepted`,
        text: `${who} promises ballot ${ballotText(ballot)} in slot ${number} and reports ${what}; it had accepted ${valueText(accepted.value)} under ballot ${ballotText(accepted.ballot)} at ${at(accepted.timeUs)}${lost}`,
      };
    }
  }
  // To accept is to promise: where the request of phase 2 overtook that of phase 1, there is nothing left to be saved.
  const isNews = !slot.given.some(
    (one) => (compareBallots(one.ballot, ballot) ?? -1) === 0 && (method === "prepare" || one.value !== null),
  );
  if (isNews && peer.saves === handled.saves && !slot.isTold && slot.decided === null)
    return {
      rule: "answers-before-saving",
      cite: SAVED,
      text: `${who} ${method === "accept" ? "says that it accepted" : "promises"} ballot ${ballotText(ballot)} in slot ${number}, and has saved nothing since it was asked`,
    };
  return null;
}

/** A proposer asks another peer to accept. */
export function asksToAccept(
  peer: Knowledge,
  number: number,
  attempt: Attempt,
  value: Uint8Array,
  majority: number,
): Found | null {
  const { ballot } = attempt;
  if (attempt.value !== null && !sameBytes(attempt.value, value))
    return {
      rule: "one-value-a-ballot",
      cite: `${SYNOD}: a ballot is used for one proposal`,
      text: `peer ${peer.id} proposes ${valueText(value)} under ballot ${ballotText(ballot)} in slot ${number}, and had proposed ${valueText(attempt.value)} under it`,
    };
  if (attempt.value !== null || !attempt.prepared || attempt.isUnclear) return null;
  if (attempt.promises.size + 1 < majority)
    return {
      rule: "accept-without-majority",
      cite: `${SYNOD}, phase 2: after promises of that ballot by a majority`,
      text: `peer ${peer.id} asks to accept ballot ${ballotText(ballot)} in slot ${number} with promises of it by ${peersText([peer.id, ...attempt.promises.keys()])} at most, and a majority is ${majority}`,
    };
  return notHighest(peer, number, attempt, value, majority);
}

/** The value is none that any majority of its promises allows. Its own acceptor's report is not seen; what it may be is allowed. */
function notHighest(
  peer: Knowledge,
  number: number,
  attempt: Attempt,
  value: Uint8Array,
  majority: number,
): Found | null {
  const promises = [...attempt.promises];
  let highest: { readonly peer: number; readonly report: Report } | null = null;
  for (const [i, [from, report]] of promises.entries()) {
    if (report === undefined) return null;
    if (report !== null && (highest === null || isHigher(report.ballot, highest.report.ballot)))
      highest = { peer: from, report };
    if (i + 2 < majority) continue;
    // So many promises are enough: with these it may propose that.
    if (highest === null || sameBytes(highest.report.value, value)) return null;
  }
  if (highest === null) return null;
  const { report } = highest;
  const slot = peer.slot(number);
  const own = [
    ...slot.given.flatMap((one) => (one.value === null ? [] : [{ ballot: one.ballot, value: one.value }])),
    ...[...slot.attempts.values()].flatMap((one) =>
      one.value === null ? [] : [{ ballot: one.ballot, value: one.value }],
    ),
  ];
  if (own.some((one) => sameBytes(one.value, value) && !isHigher(report.ballot, one.ballot))) return null;
  const reports = promises.flatMap(([from, one]) =>
    one == null ? [] : [`${valueText(one.value)} of ballot ${ballotText(one.ballot)} by peer ${from}`],
  );
  return {
    rule: "proposes-another-value",
    cite: `${SYNOD}, P2c: the value of the highest-numbered proposal that the promises report`,
    text: `peer ${peer.id} proposes ${valueText(value)} under ballot ${ballotText(attempt.ballot)} in slot ${number}, though its promises reported ${listed(reports)}`,
  };
}

/** A peer decides. */
export function decides(peer: Knowledge, number: number, value: Uint8Array, majority: number): Found | null {
  const slot = peer.slot(number);
  if (slot.isTold || slot.decided !== null || peer.heardUnknown) return null;
  const attempts = [...slot.attempts.values()].filter((one) => one.value !== null);
  if (attempts.some((one) => one.isUnclear || one.acceptors.size + 1 >= majority)) return null;
  const best = attempts.reduce<Attempt | null>(
    (most, one) => (most === null || one.acceptors.size > most.acceptors.size ? one : most),
    null,
  );
  // What it is asked just now it may answer after this.
  const asked = [...slot.given, ...[...peer.handling.values()].filter((one) => one.slot === number)];
  const accepted = asked.filter((one) => one.value !== null).at(-1);
  const why =
    best !== null
      ? `: its ballot ${ballotText(best.ballot)} was accepted by ${peersText([peer.id, ...best.acceptors])} at most, and a majority is ${majority}`
      : accepted === undefined
        ? ": it proposed nothing there, and nobody told it of a decision"
        : `: nobody told it of a decision, it was only asked to accept ballot ${ballotText(accepted.ballot)}`;
  return {
    rule: "decides-without-majority",
    cite: "Paxos Made Simple, section 2.3: a value is chosen when a majority has accepted one ballot",
    text: `${named(peer.id, peer.boot)} decides ${valueText(value)} for slot ${number}${why}`,
  };
}

/** A peer uses a ballot that another one has used in that slot. */
export function sharesBallot(
  peer: Knowledge,
  number: number,
  ballot: readonly number[],
  others: readonly Knowledge[],
): Found | null {
  const name = ballotText(ballot);
  const other = others.find((one) => one.id !== peer.id && one.slots.get(number)?.attempts.has(name));
  if (other === undefined) return null;
  return {
    rule: "ballots-differ",
    cite: "Paxos Made Simple, section 2.5: different proposers choose their numbers from disjoint sets",
    text: `peer ${peer.id} uses ballot ${name} in slot ${number}, which peer ${other.id} had used there`,
  };
}

/** A departure that was found, with who, where and when. */
export interface Departed extends Found {
  readonly peer: number;
  readonly slot: number;
  readonly timeUs: Micros;
}
