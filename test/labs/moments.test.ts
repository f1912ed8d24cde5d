import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { keepOneByOne } from "../../labs/raft/scenarios/moments/kept.ts";
import { type Learnt, learn } from "../../labs/raft/scenarios/moments/learn.ts";
import { rivalsOf } from "../../labs/raft/scenarios/moments/rivals.ts";
import { ROOT } from "../cli/run-cli.ts";
import { logScenario } from "../harness/log-scenario.ts";
import { engineFor } from "../host/fixture.ts";

const stages = lab2.suites.map(({ id }) => id);
const corpus = loadCorpus({ wrong: [], right: [join(ROOT, "test", "right", lab2.home)] }, lab2.form.file, stages);
const ids = ["rich-base", "guarded-base", "pre-vote", "check-quorum", "pull", "mailbox", "light-heartbeats"];
const built = await buildCorpus(
  corpus.filter(({ id }) => ids.includes(id)),
  lab2.form,
);

/** Plays a body on one of the right submissions; it must come to its end. */
function play(id: string, run: (c: LogCluster) => void, seed = 1): void {
  const entry = built.find((one) => one.id === id);
  if (entry === undefined) throw new Error(`there is no ${id}`);
  const scenario = logScenario({ id: "lab2a/body", peers: 5, run });
  const { verdict, failure } = playScenario(scenario, seed, engineFor(entry.load.code));
  expect([id, verdict, failure]).toEqual([id, "passed", undefined]);
}

/** What is learnt of each method that is sent. */
function learntOf(id: string): { methods: Record<string, string>; learnt: Learnt } {
  const methods: Record<string, string> = {};
  let learnt: Learnt | undefined;
  play(id, (c) => {
    const known = learn(c);
    learnt = known;
    c.rule((m) => {
      if (m.kind !== "request") return "pass";
      const role = known.asksForVotes(m) ? "asks for votes" : known.asksToLead(m) ? "asks beforehand" : "";
      methods[m.method] = role + (known.isLeaders(m) ? "leads" : "");
      return "pass";
    });
    c.disconnect(c.checkOneLeader());
    c.checkOneLeader();
    c.sleep(300);
  });
  return { methods, learnt: learnt as Learnt };
}

describe("what a scenario learns of a submission's methods", () => {
  test.each([
    ["rich-base", { requestVote: "asks for votes", appendEntries: "leads" }],
    ["pre-vote", { preVote: "asks beforehand", requestVote: "asks for votes", appendEntries: "leads" }],
    ["light-heartbeats", { requestVote: "asks for votes", appendEntries: "leads", heartbeat: "leads" }],
    ["pull", { vote: "asks for votes", remind: "leads", fetch: "" }],
    ["mailbox", { post: "" }],
  ])("of %s", (id, expected) => {
    const { methods, learnt } = learntOf(id);
    expect(methods).toEqual(expected);
    expect(learnt.knowsAsking).toBe(id !== "mailbox");
    expect(learnt.asksBeforehand).toBe(id === "pre-vote");
  });
});

describe("rivals", () => {
  test.each(["rich-base", "guarded-base", "check-quorum", "pull"])(
    "are two candidates of one term that nobody has heard of, in %s",
    (id) => {
      let seen = 0;
      play(id, (c) => {
        const maker = rivalsOf(c, learn(c));
        expect(maker.leaderGivesUpAfterMs !== null).toBe(id === "guarded-base" || id === "check-quorum");
        for (let i = 0; i < 8 && seen < 2; i++) {
          const rivals = maker.bringAbout();
          if (rivals !== null) {
            seen++;
            const { early, late, old, voters, term } = rivals;
            expect([early, late, old, ...voters].sort()).toEqual(c.peers);
            expect([early, late].map((peer) => c.term(peer))).toEqual([term, term]);
            expect([old, ...voters].map((peer) => c.term(peer))).toEqual([term - 1, term - 1, term - 1]);
            expect(rivals.isOpen()).toBe(true);
            // One vote is missing until it is let through.
            rivals.letAsk(late, voters[0] as number);
            c.sleep(5);
            expect(c.claimsLeadership(late)).toBe(false);
            rivals.letAsk(late, voters[1] as number);
            c.sleep(5);
            expect(c.claimsLeadership(late)).toBe(true);
          }
          rivals?.end();
        }
      });
      expect(seen).toBe(2);
    },
  );

  test("are not looked for where nothing is known of who asks", () => {
    play("mailbox", (c) => expect(rivalsOf(c, learn(c)).bringAbout()).toBe(null));
  });
});

test("what is kept one by one is let go in the order in which it was sent, and only then arrives", () => {
  play("rich-base", (c) => {
    const leader = c.checkOneLeader();
    const [follower] = c.peers.filter((peer) => peer !== leader) as [number];
    const answered: number[] = [];
    const sent: number[] = [];
    const kept = keepOneByOne(c, (m) => {
      const fits = m.kind === "request" && m.from === leader && m.to === follower;
      if (fits) sent.push(m.nth);
      return fits;
    });
    c.rule((m) => {
      if (m.kind === "reply" && m.from === follower && m.to === leader) answered.push(m.nth);
      return "pass";
    });
    c.sleep(350);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    expect([kept.count(), answered]).toEqual([sent.length, []]);
    expect([kept.letOneGo(), kept.letOneGo()]).toEqual([true, true]);
    c.sleep(5);
    expect(answered).toEqual(sent.slice(0, 2));
    kept.letAllGo();
    c.sleep(5);
    expect([kept.count(), kept.letOneGo(), answered.slice(0, sent.length)]).toEqual([0, false, sent]);
  });
});
