import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import type { Recorded } from "../../../grader/harness/kv/operations.ts";
import { isOpen } from "../../../grader/harness/kv/operations.ts";
import type { RuleHandle } from "../../../grader/harness/message-rules.ts";
import { RELEASED_WITHIN_MS } from "../limits.ts";
import { LATE } from "./late.ts";
import {
  betweenServers,
  countOf,
  cutOffWithClerk,
  type Draft,
  draft,
  first,
  longQuiet,
  others,
  twoClerks,
} from "./support.ts";

/** So long a cut-off clerk waits in vain. */
const CUT_OFF_MS = 2_000;
/** A clerk that is not answered has asked the others by then. */
const TRIED_AGAIN_MS = 1_500;

/** The leader crashes just before its answer to a clerk leaves; the operation is done by then. */
function loseReply(c: KvCluster, begin: () => Recorded): void {
  const leader = c.leaderWithin();
  const crash = c.crashOnEffect({ peers: [leader], effect: "reply", when: "before", voters: c.servers });
  const operation = begin();
  c.until(4_000, () => crash.crashes() > 0 || !isOpen(operation), 5);
  crash.remove();
  c.sleep(c.int("down", 50, 600));
  if (!c.isUp(leader)) c.restart(leader);
  c.ended([operation]);
}

/** The other clerk has done one operation more: when this one is cut off after one more, the next of both have one number, and one place. */
function alignNumbers(c: KvCluster): void {
  const [clerk, other] = twoClerks(c);
  const ahead = () => countOf(c, other) - countOf(c, clerk) - 1;
  while (ahead() !== 0) c.ended([c.get(ahead() < 0 ? other : clerk, "warm")]);
}

/** A deposed leader, at which a clerk waited, leads again before that clerk has reached anybody else: it takes the operation anew. */
function leadAgain(c: KvCluster): void {
  const { leader, clerk, rest } = cutOffWithClerk(c);
  const waiting = c.append(clerk, "k");
  c.sleep(20);
  c.leaderWithin(rest);
  c.heal();
  const here = c.rule((m) => (m.kind === "request" && m.from === clerk && m.to !== leader ? "drop" : "pass"));
  c.sleep(500);
  c.helpToLead(leader);
  here.remove();
  c.ended([waiting]);
}

/** A clerk's operation is in the log twice before it is done; if it is a put, with somebody's cas between, which swaps what was put. */
function pendingInLog(c: KvCluster, isPut: boolean): void {
  const [clerk, other] = twoClerks(c);
  const leader = c.leaderWithin();
  c.ended([c.append(clerk, "k"), c.get(other, "k")]);
  const isBetween = betweenServers(c, leader);
  const asked = { count: 0 };
  const waiting = c.rule((m) => {
    if (m.kind === "request" && m.from === clerk && m.to === leader) asked.count++;
    return m.kind === "reply" && m.to === leader && isBetween(m) ? "hold" : "pass";
  });
  const value = c.token();
  const operation = c.begin(clerk, { kind: isPut ? "put" : "append", key: "k", value });
  c.sleep(5);
  const operations = isPut ? [operation, c.cas(other, "k", value)] : [operation];
  c.sleep(5);
  // It asks once.
  const silent = c.rule((m) => (m.kind === "request" && m.from === other ? "drop" : "pass"));
  c.until(9_000, () => asked.count >= 2 || !isOpen(operation), 5);
  c.sleep(5);
  waiting.release();
  waiting.remove();
  c.sleep(5);
  silent.remove();
  c.ended([...operations, c.get(clerk, "k")]);
  c.check();
}

/** Both sides of a partition are together again, and what a deposed leader hears first is the entries, and not that it leads no more. */
function healSilently(c: KvCluster, leader: number): RuleHandle {
  c.heal();
  const isBetween = betweenServers(c, leader);
  return c.rule((m) => (m.kind === "request" && m.from === leader && isBetween(m) ? "drop" : "pass"));
}

/**
 * A clerk's operations are in the log of a leader that is cut off, and its later tries in that of the next one, some places on: where one of its
 * gets was, its append is. What the next one answers is lost.
 */
function usurpedByItsOwn(c: KvCluster): void {
  const { leader, clerk, rest, away } = cutOffWithClerk(c);
  const waiting = [c.append(clerk, "k"), ...["k", "k", "k"].map((key) => c.get(clerk, key))];
  c.sleep(20);
  c.leaderWithin(rest);
  c.ended([c.append(first(away), "k")]);
  c.partition([leader], [...rest, ...c.clerks]);
  const unheard = () =>
    c.rule((m) => (m.kind === "reply" && m.to === clerk && rest.includes(m.from) ? "drop" : "pass"));
  unheard();
  c.sleep(TRIED_AGAIN_MS);
  const rules = [healSilently(c, leader), unheard()];
  c.sleep(300);
  for (const rule of rules) rule.remove();
  c.ended([...waiting, c.get(first(away), "k")]);
  c.check();
}

/** A request reaches a leader, and half a millisecond later it hears that it was deposed: whatever it has begun to do for it, it answers. */
function deposedMeanwhile(c: KvCluster): void {
  const { leader, clerk, rest } = cutOffWithClerk(c);
  c.leaderWithin(rest);
  c.heal();
  const news = c.rule((m) => (m.to === leader && rest.includes(m.from) ? "hold" : "pass"));
  c.until(2_000, () => news.held() > 0, 1);
  const waiting = c.append(clerk, "k");
  c.sleep(0.5);
  news.remove();
  news.release();
  c.ended([waiting]);
}

/** Moments at which a mistake of one kind shows. */
export const MOMENTS: readonly Draft[] = [
  draft({
    id: "lab3a/lost-reply",
    title: "the leader crashes before its answer leaves",
    servers: 3,
    clerks: 2,
    about:
      "An append is in the log for good when the leader crashes, just before it answers. The clerk asks the next leader again: the text stands there once.",
    run: (c) => {
      const [one, other] = twoClerks(c);
      for (let round = 0; round < 4; round++) {
        c.ended([c.append(one, "k")]);
        loseReply(c, () => c.append(one, "k"));
        c.ended([c.append(other, "k"), c.get(other, "k")]);
        const [value = ""] = c.ended([c.get(other, "c")]);
        loseReply(c, () => c.cas(one, "c", value));
        c.ended([c.get(other, "c")]);
        c.check();
      }
      c.settle();
    },
  }),
  ...LATE,
  draft({
    id: "lab3a/pending-in-log",
    title: "a retry finds its operation in the log, but not done yet",
    servers: 3,
    clerks: 2,
    about:
      "The leader has an operation in its log and hears from no other server, so that it is not done. The clerk asks again. When the others are heard, it is done once. In the last rounds it is a put, and between its two tries in the log stands another clerk's cas that swaps what it put: the second try does not bring it back.",
    run: (c) => {
      for (let round = 0; round < 5; round++) pendingInLog(c, round > 2);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/usurped-index",
    title: "another operation takes the place in the log",
    servers: 5,
    clerks: 2,
    about:
      "A leader that is cut off has a clerk's operation in its log. Meanwhile the others agree on other operations, and at its place on one of another clerk, which is that clerk's operation of the same number. In the last rounds it is another operation of the same clerk. When all are together again, the clerk may be told of its own operation only when that is done.",
    run: (c) => {
      for (let round = 0; round < 3; round++) {
        alignNumbers(c);
        const { leader, clerk, rest, away } = cutOffWithClerk(c);
        const lost = c.append(clerk, "k");
        c.sleep(20);
        c.leaderWithin(rest);
        for (let i = 0; i < 4; i++) c.ended(away.map((each) => c.append(each, "k")));
        c.expectOpen([lost]);
        const silent = healSilently(c, leader);
        c.sleep(300);
        silent.remove();
        c.ended([lost]);
        c.ended([c.get(first(away), "k")]);
        c.check();
      }
      for (let round = 0; round < 2; round++) usurpedByItsOwn(c);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/stale-leader-read",
    title: "a clerk asks a leader that was deposed",
    servers: 5,
    clerks: 2,
    about:
      "A leader is cut off, and does not know it; the others elect another one, and agree on a new value. A clerk that reaches only the old leader is told nothing until all are together again, not even where it asked before there was another one: the old leader reaches no majority.",
    run: (c) => {
      for (let round = 0; round < 2; round++) {
        c.ended([c.put(first(c.clerks), "k")]);
        const { clerk, rest, away } = cutOffWithClerk(c);
        // At once it may be right by chance, and comes from one server all the same.
        const early = round === 1 ? [c.get(clerk, "k")] : [];
        c.leaderWithin(rest);
        c.ended([c.put(first(away), "k")]);
        const stale = [...early, c.get(clerk, "k")];
        c.sleep(CUT_OFF_MS);
        c.expectOpen(stale);
        c.heal();
        c.ended(stale);
        c.check();
      }
      c.settle();
    },
  }),
  draft({
    id: "lab3a/one-partition",
    title: "the majority goes on, the minority waits",
    servers: 5,
    clerks: 3,
    about:
      "Three servers of five go on without the two others. Operations of a clerk that reaches only those stay open, for more than a minute, in most of which servers stand still, and end soon after all are together again; what they did is seen then.",
    run: (c) => {
      const leader = c.leaderWithin();
      const [alone = 0, ...away] = c.clerks;
      c.ended([c.put(alone, "k")]);
      const minority = [leader, first(others(c, leader))];
      const rest = others(c, ...minority);
      c.partition([...minority, alone], [...rest, ...away]);
      c.leaderWithin(rest);
      const waiting = [c.put(alone, "k"), c.get(alone, "k")];
      const stop = c.load({ clerks: away, keys: ["k", "other"], limit: 30 });
      c.sleep(CUT_OFF_MS);
      stop();
      longQuiet(c);
      c.expectOpen(waiting);
      c.heal();
      c.ended(waiting);
      c.ended([c.get(first(away), "k")]);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/released",
    title: "who waits at a deposed leader gets through elsewhere",
    servers: 3,
    clerks: 2,
    about:
      "A clerk waits for an operation at a leader that is cut off. All are together again, and nobody else asks for anything: the operation ends within ten seconds. Another one ends, too, where the deposed leader leads again and the clerk reaches no other; and so does one that the deposed leader was asked for just before it heard of the new one. In the end a clerk crashes meanwhile, so that it asks for nothing again: its request is answered all the same.",
    run: (c) => {
      const { clerk, rest } = cutOffWithClerk(c);
      const waiting = c.append(clerk, "k");
      c.leaderWithin(rest);
      c.heal();
      c.ended([waiting], RELEASED_WITHIN_MS);
      leadAgain(c);
      for (let round = 0; round < 2; round++) deposedMeanwhile(c);
      const again = cutOffWithClerk(c);
      c.append(again.clerk, "k");
      c.sleep(20);
      c.crash(again.clerk);
      c.leaderWithin(again.rest);
      c.heal();
      c.expectAnswers();
      c.settle();
    },
  }),
];
