import type { KvCluster } from "../../../grader/harness/kv/cluster.ts";
import { isOpen } from "../../../grader/harness/kv/operations.ts";
import type { RuleHandle } from "../../../grader/harness/message-rules.ts";
import { countOf, type Draft, draft, longQuiet, twoClerks } from "./support.ts";

/** More operations than anybody may forget an earlier one after. */
const LONG_AFTER = 25;
/** As many operations as give a clerk's numbers another digit. */
const HUNDRED = 100;
/** A request is larger that has a value of so many bytes in it, and no other is. */
const LARGE_BYTES = 2_000;
/** A request that was let go is done by then, and nobody has asked again. */
const DONE_MS = 20;

/** The network keeps a clerk's first request to the leader from now on. */
function keepFirst(c: KvCluster, clerk: number): RuleHandle {
  let isFirst = true;
  return c.rule(({ kind, from, to }) => {
    if (kind !== "request" || from !== clerk || !isFirst || c.leader() !== to) return "pass";
    isFirst = false;
    return "hold";
  });
}

/**
 * Two operations of a clerk are asked for at one moment, and both requests are late. One is done by another try, and so is what the clerk asks
 * for next; the other one, which is large, is not asked for again before its request arrives. What that says of answers is old by then: the
 * first one was answered since, and its late request, which comes last, changes nothing.
 */
function lateBesideOpen(c: KvCluster): void {
  const [other, clerk] = twoClerks(c);
  c.leaderWithin();
  c.ended([c.get(clerk, "k"), c.get(other, "k")]);
  let isFirst = true;
  const large = c.rule(({ kind, from, to, sizeBytes }) => {
    if (kind !== "request" || from !== clerk || sizeBytes < LARGE_BYTES) return "pass";
    if (!isFirst || c.leader() !== to) return "drop";
    isFirst = false;
    return "hold";
  });
  const small = keepFirst(c, clerk);
  const done = c.append(clerk, "k");
  const open = c.begin(clerk, { kind: "append", key: "long", value: c.token() + "-".repeat(LARGE_BYTES) });
  c.ended([done]);
  // A clerk that does one after the other has not begun it.
  const next = c.append(clerk, "k");
  c.until(DONE_MS, () => !isOpen(next), 1);
  for (const rule of [large, small]) {
    rule.remove();
    rule.release();
    c.sleep(DONE_MS);
  }
  c.ended([open, next, c.get(other, "k")]);
  c.check();
}

/**
 * Requests of two operations are late, each of which was done by another try, and come one after the other when nobody has asked for anything for
 * long; other operations are asked for at the same moment.
 */
function twoLate(c: KvCluster): void {
  const [other, clerk] = twoClerks(c);
  const keys = ["k", "others", "none"];
  const leader = c.leaderWithin();
  c.ended([c.get(clerk, "k"), c.get(other, "k")]);
  const keeping = [0, 1].map(() => {
    const rule = keepFirst(c, clerk);
    c.ended([c.append(clerk, "k")]);
    rule.remove();
    return rule;
  });
  c.ended([c.append(clerk, "k")]);
  // A table of so many clerks has forgotten this one.
  c.ended(c.clerks.filter((each) => each !== clerk).map((each) => c.get(each, "others")));
  longQuiet(c);
  c.ended([c.get(other, "k")]);
  // Others may have asked for votes when they went on; the clerk finds the server that the late requests are for.
  c.helpToLead(leader);
  c.ended([c.get(other, "k")]);
  for (const rule of keeping) rule.release();
  c.ended(keys.map((key) => c.get(other, key)));
  c.ended([c.get(other, "k")]);
  c.check();
}

/** Requests and answers that arrive when much else was done. */
export const LATE: readonly Draft[] = [
  draft({
    id: "lab3a/late-request",
    title: "a request arrives long after its operation was done by another try",
    servers: 3,
    clerks: 18,
    about:
      "First clerk 11 does its only operation, which nobody may take for operation 11 of clerk 1. The network keeps a clerk's request back until another try of the same operation was done, and other operations after it: a few, or many of that clerk, or many of another one. Then it arrives, and nothing may be done again. Two requests that were sent at one moment are late, too, and one of them is of an operation that is not done yet. In the end requests of two operations are late, many clerks have done something since, and they arrive when nobody has asked for anything for more than a minute, in which servers stood still.",
    run: (c) => {
      const [other, clerk] = twoClerks(c);
      // Number 11 and its operation 1 are no other name than number 1 and its operation 11, where nothing stands between.
      c.ended([c.get(c.clerks[11] as number, "k")]);
      for (let round = 0; round < 4; round++) {
        c.leaderWithin();
        const keeping = keepFirst(c, clerk);
        // What is done twice stands there again, though somebody has put another value since.
        if (round === 3) c.ended([c.put(clerk, "k")]);
        c.ended([c.append(clerk, "k")]);
        c.ended([c.put(other, "k"), c.append(clerk, "k")]);
        // Long after, by the clerk's own count, or by that of all.
        for (let i = 0; round === 1 && i < LONG_AFTER; i++) c.ended([c.append(clerk, "k")]);
        for (let i = 0; round === 2 && i < HUNDRED; i++) c.ended([c.put(other, "others")]);
        keeping.release();
        keeping.remove();
        c.sleep(100);
        // Number 101 of the one and number 1 of the next are no other name, where numbers of clerks are hundreds.
        while (round === 2 && countOf(c, other) < countOf(c, clerk) + HUNDRED) c.ended([c.put(other, "others")]);
        if (round === 2) c.ended([c.append(other, "k"), c.append(clerk, "k")]);
        c.ended([c.get(other, "k")]);
        c.check();
      }
      for (let round = 0; round < 2; round++) lateBesideOpen(c);
      twoLate(c);
      c.settle();
    },
  }),
  draft({
    id: "lab3a/late-answer",
    title: "an answer arrives when its operation has been tried again",
    servers: 3,
    clerks: 2,
    about:
      "A cas finds another value than it expects, and its answer is kept back. Then somebody puts what it expects, and the clerk tries again. It was done, at its first try: the answer that comes at last is true, and the later tries write nothing. In the last round it is a put, which another clerk has read and overwritten: its value does not come back.",
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
];
