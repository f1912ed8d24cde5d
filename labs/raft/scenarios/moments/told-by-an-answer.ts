import { HEARTBEAT_MAX_MS, PAST_ANY_TIMEOUT_MS } from "../../limits.ts";
import { LARGE_BYTES, others, type PersistentCluster, startMany } from "../support.ts";
import type { Message } from "./learn.ts";

/**
 * A leader that hears no requests learns of a newer term from an answer, and nothing else tells it. In that term it answers
 * the new leader, that its log is the same, and crashes. Then comes an entry of a term in between, which it must refuse: it
 * would replace one that the new leader takes for stored.
 */
export function toldByAnAnswer(c: PersistentCluster): void {
  c.one(c.command(), 5);
  const old = c.checkOneLeader();
  const [next, between, ...rest] = c.shuffle("who is who", others(c, old)) as [number, number, number, number];
  c.phase(
    `peer ${old} hears from an answer only that peer ${next} leads a newer term, answers it, and crashes; then an entry of peer ${between} arrives, which led in between`,
  );
  const isRequest = (m: Message, from: number, to: number): boolean =>
    m.kind === "request" && m.from === from && m.to === to;
  // The old leader's last entry reaches the next one only, and that of the one in between reaches nobody yet.
  const late = c.rule((m) => {
    if (isRequest(m, between, old)) return "hold";
    const isKept = m.kind === "request" && m.sizeBytes > LARGE_BYTES && !isRequest(m, old, next);
    return isKept && [old, between].includes(m.from) ? "drop" : "pass";
  });
  startMany(c, old, 1, LARGE_BYTES);
  standForElection(c, between);
  const unheard = c.rule((m) => (m.from === old || (m.kind === "reply" && m.to === old) ? "drop" : "pass"));
  const deaf = c.rule((m) => (m.kind === "request" && m.to === old && m.from !== between ? "drop" : "pass"));
  c.resume(between);
  c.sleep(HEARTBEAT_MAX_MS);
  startMany(c, between, 1, LARGE_BYTES);
  standForElection(c, next);
  c.partition([next, old, ...rest]);
  c.resume(next);
  c.sleep(HEARTBEAT_MAX_MS);
  unheard.remove();
  c.until(PAST_ANY_TIMEOUT_MS, () => c.term(old) >= c.term(next), 1);
  deaf.remove();
  c.sleep(2 * HEARTBEAT_MAX_MS);
  const onlyLate = c.rule((m) => (m.kind === "request" && m.to === old ? "drop" : "pass"));
  c.restart(old);
  late.release();
  c.sleep(5);
  for (const rule of [late, onlyLate]) rule.remove();
  c.heal();
  c.one(c.command(), 5);
}

/** A peer that stands still until it campaigns as soon as it goes on; all others hear their leader meanwhile. */
function standForElection(c: PersistentCluster, peer: number): void {
  c.sleep(5);
  c.pause(peer);
  c.sleep(PAST_ANY_TIMEOUT_MS);
}
