import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import type { Recorded } from "../../../grader/harness/kv/operations.ts";
import { isOpen } from "../../../grader/harness/kv/operations.ts";
import { RELEASED_WITHIN_MS } from "../limits.ts";
import { betweenServers, cutOffWithClerk, type Draft, draft, first, last, others, twoClerks } from "./support.ts";

/** More operations than anybody may forget an earlier one after. */
const LONG_AFTER = 25;
/** So long a cut-off clerk waits in vain. */
const CUT_OFF_MS = 2_000;

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
  const ahead = () => {
    const countOf = (client: number) => c.all.filter((each) => each.client === client).length;
    return countOf(other) - countOf(clerk) - 1;
  };
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
  draft({
    id: "lab3a/late-request",
    title: "a request arrives long after its operation was done by another try",
    servers: 3,
    clerks: 12,
    about:
      "A clerk does one operation, and no more. The network keeps another one's request back until the operation was done by another one of its tries, and others after it, of that clerk or of a third one. Then it arrives, perhaps at the leader.",
    run: (c) => {
      const [other, clerk] = twoClerks(c);
      // Number 11 and its operation 1 are no other name than number 1 and its operation 11, where nothing stands between.
      c.ended([c.get(last(c.clerks), "k")]);
      for (let round = 0; round < 4; round++) {
        c.leaderWithin();
        let isFirst = true;
        const keeping = c.rule(({ kind, from, to }) => {
          if (kind !== "request" || from !== clerk || !isFirst || c.leader() !== to) return "pass";
          isFirst = false;
          return "hold";
        });
        // What is done twice stands there again, though somebody has put another value since.
        if (round === 3) c.ended([c.put(clerk, "k")]);
        c.ended([c.append(clerk, "k")]);
        c.ended([c.put(other, "k"), c.append(clerk, "k")]);
        // Long after, by the clerk's own count, or by that of all.
        for (let i = 0; round === 1 && i < LONG_AFTER; i++) c.ended([c.append(clerk, "k")]);
        for (let i = 0; round === 2 && i < 4 * LONG_AFTER; i++) c.ended([c.put(other, "others")]);
        keeping.release();
        keeping.remove();
        c.sleep(100);
        c.ended([c.get(other, "k")]);
        c.check();
      }
      c.settle();
    },
  }),
  draft({
    id: "lab3a/late-answer",
    title: "an answer arrives when its operation has been tried again",
    servers: 3,
    clerks: 2,
    about:
      "A cas finds another value than it expects, and its answer is kept back. Then somebody puts what it expects, and the clerk tries again. It was done, at its first try: the answer that comes at last is true, and the later tries write nothing. In the last round it is a put, which others have seen, and overwritten.",
    run: (c) => {
      const [clerk, other] = twoClerks(c);
      for (let round = 0; round < 4; round++) {
        c.ended([c.put(other, "k")]);
        c.ended([c.get(clerk, "warm")]);
        const leader = c.leaderWithin();
        let isFirst = true;
        const early = c.rule((m) => {
          if (m.kind !== "reply" || m.from !== leader || m.to !== clerk || !isFirst) return "pass";
          isFirst = false;
          return "hold";
        });
        const later = c.rule((m) => (m.kind === "reply" && m.from === leader && m.to === clerk ? "hold" : "pass"));
        const expected = c.token();
        const waiting = round < 3 ? c.cas(clerk, "k", expected) : c.put(clerk, "k");
        c.until(2_000, () => early.held() > 0 || !isOpen(waiting), 5);
        c.ended([c.get(other, "k")]);
        c.ended([c.begin(other, { kind: "put", key: "k", value: expected })]);
        c.until(9_000, () => later.held() > 0 || !isOpen(waiting), 5);
        c.sleep(20);
        for (const answers of [early, later]) {
          answers.remove();
          answers.release();
          c.sleep(20);
        }
        c.ended([waiting, c.get(other, "k")]);
        c.check();
      }
      c.settle();
    },
  }),
  draft({
    id: "lab3a/pending-in-log",
    title: "a retry finds its operation in the log, but not done yet",
    servers: 3,
    clerks: 1,
    about:
      "The leader has an operation in its log and hears from no other server, so that it is not done. The clerk asks again. When the others are heard, it is done once.",
    run: (c) => {
      const clerk = first(c.clerks);
      for (let round = 0; round < 3; round++) {
        const leader = c.leaderWithin();
        c.ended([c.append(clerk, "k")]);
        const isBetween = betweenServers(c, leader);
        const asked = { count: 0 };
        const waiting = c.rule((m) => {
          if (m.kind === "request" && m.from === clerk && m.to === leader) asked.count++;
          return m.kind === "reply" && m.to === leader && isBetween(m) ? "hold" : "pass";
        });
        const operation = c.append(clerk, "k");
        c.until(9_000, () => asked.count >= 2 || !isOpen(operation), 5);
        c.sleep(5);
        waiting.release();
        waiting.remove();
        c.ended([operation, c.get(clerk, "k")]);
        c.check();
      }
      c.settle();
    },
  }),
  draft({
    id: "lab3a/usurped-index",
    title: "another operation takes the place in the log",
    servers: 5,
    clerks: 2,
    about:
      "A leader that is cut off has a clerk's operation in its log. Meanwhile the others agree on other operations, also at its place, where another clerk's stands that has the same number. When all are together again, the clerk may be told of its own only when that is done.",
    run: (c) => {
      for (let round = 0; round < 3; round++) {
        alignNumbers(c);
        const { leader, clerk, rest, away } = cutOffWithClerk(c);
        const lost = c.append(clerk, "k");
        c.sleep(20);
        c.leaderWithin(rest);
        for (let i = 0; i < 4; i++) c.ended(away.map((each) => c.append(each, "k")));
        c.expectOpen([lost]);
        c.heal();
        // What it hears first is the entries, and not that it leads no more.
        const isBetween = betweenServers(c, leader);
        const silent = c.rule((m) => (m.kind === "request" && m.from === leader && isBetween(m) ? "drop" : "pass"));
        c.sleep(300);
        silent.remove();
        c.ended([lost]);
        c.ended([c.get(first(away), "k")]);
        c.check();
      }
      c.settle();
    },
  }),
  draft({
    id: "lab3a/stale-leader-read",
    title: "a clerk asks a leader that was deposed",
    servers: 5,
    clerks: 2,
    about:
      "A leader is cut off, and does not know it; the others have another one, and a new value. A clerk that reaches only the old leader must not be told the old value.",
    run: (c) => {
      for (let round = 0; round < 2; round++) {
        c.ended([c.put(first(c.clerks), "k")]);
        const { clerk, rest, away } = cutOffWithClerk(c);
        c.leaderWithin(rest);
        c.ended([c.put(first(away), "k")]);
        const stale = c.get(clerk, "k");
        c.sleep(CUT_OFF_MS);
        c.expectOpen([stale]);
        c.heal();
        c.ended([stale]);
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
      "Three servers of five go on without the two others. Operations of a clerk that reaches only those stay open, and end soon after all are together again; what they did is seen then.",
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
      c.expectOpen(waiting);
      stop();
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
      "A clerk waits for an operation at a leader that is cut off. All are together again, and nobody else asks for anything: the operation ends within ten seconds, also when the deposed one leads again. Then the same of a clerk that crashes meanwhile, so that it asks for nothing again: its request is answered all the same.",
    run: (c) => {
      const { clerk, rest } = cutOffWithClerk(c);
      const waiting = c.append(clerk, "k");
      c.leaderWithin(rest);
      c.heal();
      c.ended([waiting], RELEASED_WITHIN_MS);
      leadAgain(c);
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
