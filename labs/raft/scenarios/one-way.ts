import { ANSWERS_ENOUGH, PAST_ANY_TIMEOUT_MS } from "../limits.ts";
import type { Draft, ElectionCluster } from "./support.ts";
import { acknowledgedLeader, checkCalm, checkSuccession, NEEDS_ELECTION, others } from "./support.ts";

/** Stage 2A on links that work in one direction only. */
export const ONE_WAY: readonly Draft<ElectionCluster>[] = [
  {
    id: "lab2a/one-way-links",
    title: "links that work in one direction only",
    peers: 5,
    about:
      "Some peers can send but not hear, others hear but not send, and what they sent arrives late. Safety holds throughout; when links are mended there is one leader.",
    dependsOn: NEEDS_ELECTION,
    asks: { "newer-term-deposes": { needs: [], ask: answersInANewerTerm } },
    run: oneWayLinks,
  },
];

function oneWayLinks(c: ElectionCluster): void {
  for (let round = 0; round < 3; round++) {
    const leader = c.checkOneLeader();
    const deaf = c.pick("who is deaf", [leader, ...others(c, leader)]);
    const mute = c.pick("who is mute", others(c, deaf));
    const late = c.rule((m) => (m.to === deaf || m.from === mute ? "hold" : "pass"));
    for (const peer of c.peers) if (c.chance("another cut", 0.3)) c.cut(peer, (peer + 1) % c.size);
    c.sleep(c.int("how long", 500, 4_000));
    late.release();
    c.sleep(c.int("after the late messages", 0, 30));
    c.heal();
  }
  checkCalm(c);
  c.asked("newer-term-deposes", [], () => answersInANewerTerm(c));
}

/**
 * A peer that was alone has campaigned in vain, and its term has grown. Then it hears and answers again, and only what it
 * asks for is not heard: whoever leads must learn of the newer term from the answers. A peer that asks first whether it
 * could win (PreVote), or does not answer a leader of the past, is left alone.
 */
function answersInANewerTerm(c: ElectionCluster): void {
  const lone = c.pick("who was alone", others(c, acknowledgedLeader(c)));
  c.disconnect(lone);
  c.sleep(2 * PAST_ANY_TIMEOUT_MS);
  c.connect(lone);
  const answers = c.peers.map(() => 0);
  const oneWay = c.rule((m) => {
    if (m.from !== lone) return "pass";
    if (m.kind === "request") return "drop";
    if (c.claimsLeadership(m.to) && c.term(lone) > c.term(m.to)) answers[m.to] = (answers[m.to] as number) + 1;
    return "pass";
  });
  const unmoved = (): number | undefined =>
    c.peers.find(
      (peer) => (answers[peer] as number) > ANSWERS_ENOUGH && c.claimsLeadership(peer) && c.term(peer) < c.term(lone),
    );
  c.until(4_000, () => unmoved() !== undefined);
  const leader = unmoved();
  c.expect(leader === undefined, () => ({
    property: "liveness",
    check: "newer-term-deposes",
    expected: `peer ${leader} to give up its leadership of term ${c.term(leader as number)}, as peer ${lone} answers its requests and is in term ${c.term(lone)}`,
    seen: `${answers[leader as number]} answers of peer ${lone} later it still leads; what else peer ${lone} sends is not heard`,
    cite: "Raft paper, Figure 2, rules for all servers: a newer term in a request or in an answer makes a follower",
    where: { term: c.term(lone) },
    peers: [leader as number, lone],
    hint: "Look at one of these answers in the replay. Does it tell the newer term? If not, look at how its sender answers a request of an older term; if it does, at what the leader does with an answer that is newer than its own term.",
  }));
  oneWay.remove();
  checkCalm(c);
  checkSuccession(c);
}
