import { PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import {
  acknowledgedLeader,
  checkCalm,
  checkSuccession,
  type Draft,
  type ElectionCluster,
  NEEDS_ELECTION,
  others,
} from "../support.ts";
import { type Learnt, learn } from "./learn.ts";

/** Stage 2A: a newer term is heard of while one's own candidacy is on its way. */
export const OVERTAKEN: readonly Draft<ElectionCluster>[] = [
  {
    id: "lab2a/overtaken-candidates",
    title: "a candidate hears of a newer term at once",
    peers: 3,
    about:
      "A peer becomes a candidate, and within a few milliseconds is asked for its vote in a newer term. What it does for its own election after that must not be taken for the newer term's.",
    dependsOn: NEEDS_ELECTION,
    run: overtakenCandidates,
  },
];

/** How long after a candidate's first step it is asked by the other one, in milliseconds; each a little later still. */
const LATER_MS = [0.2, 1.3, 2.5];
/** Asking beforehand (PreVote) takes a request and its answer. */
const ASKING_MS = 2;

function overtakenCandidates(c: ElectionCluster): void {
  const learnt = learn(c);
  for (const laterMs of c.shuffle("how much later", LATER_MS)) overtakenCandidate(c, learnt, laterMs);
  checkCalm(c);
  checkSuccession(c);
}

/**
 * The old leader stands still until it campaigns as soon as it goes on; another peer has begun newer terms meanwhile, and
 * its request comes just then. A third one has voted for nobody yet. Who asks beforehand (PreVote) begins a term only when
 * somebody would vote for it: there the third one is awake, and answers. Elsewhere it would campaign itself, and stands
 * still. Where a leader neither heeds a request for its vote nor gives up by itself, nothing comes of it.
 */
function overtakenCandidate(c: ElectionCluster, learnt: Learnt, laterMs: number): void {
  const overtaken = acknowledgedLeader(c);
  const [newer, third] = c.shuffle("who is who", others(c, overtaken)) as [number, number];
  c.phase(
    `peer ${overtaken} becomes a candidate, and within a few milliseconds peer ${newer} asks for its vote in a newer term`,
  );
  let goesOn = false;
  const late = c.rule((m) => {
    if (m.kind === "reply") return m.from === overtaken && m.to === newer && !goesOn ? "drop" : "pass";
    // It must not hear of the newer term from an answer, before it is asked.
    if (m.from === third || m.from === overtaken) return goesOn && m.to === third ? "pass" : "drop";
    if (learnt.asksForVotes(m)) return m.to === overtaken ? "hold" : "drop";
    return m.to === third && learnt.asksToLead(m) ? "pass" : "drop";
  });
  if (!learnt.asksBeforehand) c.pause(third);
  // The old leader follows because of that one's first request, or by itself, when nobody answers it (CheckQuorum).
  c.until(PAST_ANY_TIMEOUT_MS, () => late.held() > 0, 5);
  late.release();
  c.sleep(3);
  c.until(learnt.asksBeforehand ? PAST_ANY_TIMEOUT_MS : 0, () => !c.claimsLeadership(overtaken), 5);
  c.pause(overtaken);
  const standsStill = !c.claimsLeadership(overtaken);
  const isNewer = (): boolean => c.term(newer) > c.term(overtaken) + 1 && late.held() > 0;
  if (standsStill) {
    c.sleep(PAST_ANY_TIMEOUT_MS);
    c.until(PAST_ANY_TIMEOUT_MS, isNewer, 50);
  }
  goesOn = true;
  const arrivesMs = laterMs + c.int("later, in us", 0, 1_000) / 1_000 + (learnt.asksBeforehand ? ASKING_MS : 0);
  // A message takes a millisecond.
  if (arrivesMs < 1) {
    late.release();
    c.sleep(1 - arrivesMs);
  }
  for (const peer of [overtaken, third]) c.resume(peer);
  if (arrivesMs >= 1) {
    c.sleep(arrivesMs - 1);
    late.release();
  }
  c.sleep(25);
  late.remove();
}
