import { ELECTED_WITHIN_MS } from "../../../grader/harness/log/cluster.ts";
import type { Draft, ReplicatingCluster } from "./support.ts";
import { agreeAmong, LARGE_BYTES, leaderWithin, NEEDS_AGREEMENT, others, startMany } from "./support.ts";

/** A caller learns of a lost message after 7 s at the latest. */
const PAST_ANY_LOSS_MS = 7_500;

/** Stage 2B: messages that are lost one by one, and not whole links. */
export const LOST_MESSAGES: readonly Draft<ReplicatingCluster>[] = [
  {
    id: "lab2b/lost-answers",
    title: "entries arrive, and the answers are lost",
    peers: 3,
    about:
      "A follower gets the entries, and its answers are lost. Nothing more is started: what it has must be found out and committed all the same.",
    dependsOn: NEEDS_AGREEMENT,
    asks: { "committed-while-led": { needs: ["peer"], ask: (c, [leader]) => checkCommitted(c, leader as number) } },
    run: lostAnswers,
  },
  {
    id: "lab2b/heartbeats-only",
    title: "heartbeats arrive, and the entries are lost",
    peers: 5,
    about:
      "A peer with entries of its own, or with those of an earlier leader, hears of commits by heartbeats, and gets none of the entries that were committed. It may apply only what it knows to be the leader's.",
    dependsOn: NEEDS_AGREEMENT,
    run: heartbeatsOnly,
  },
  {
    id: "lab2b/lost-entries",
    title: "the first entries are lost, and later ones refused",
    peers: 3,
    about:
      "Of several requests with entries only one of the later ones arrives, at a peer with entries of its own, which refuses it. What a refusal says of where the logs may agree is a guess, and commits nothing.",
    dependsOn: NEEDS_AGREEMENT,
    run: lostEntries,
  },
];

function lostAnswers(c: ReplicatingCluster): void {
  for (let round = 0; round < 3; round++) {
    c.one(c.command(), 3);
    const leader = c.checkOneLeader();
    const [follower, away] = c.shuffle("who is away", others(c, leader)) as [number, number];
    c.disconnect(away);
    const answers = c.rule((m) => (m.kind === "reply" && m.from === follower && m.to === leader ? "drop" : "pass"));
    const last = startMany(c, leader, c.int("entries", 1, round === 0 ? 4 : 12)).at(-1);
    // Not as long as a leader without answers may want to go on.
    c.sleep(c.int("answers are lost", 5, 60));
    answers.remove();
    if (last !== undefined) c.asked("committed-while-led", [leader], () => checkCommitted(c, leader));
    c.connect(away);
  }
  c.settle();
}

/** As long as its leader leads, what that accepted last is committed soon, though nothing comes after it. */
function checkCommitted(c: ReplicatingCluster, leader: number): void {
  const accepted = c.lastAccepted(leader);
  if (accepted === null) return;
  const { index, term } = accepted;
  const isCommitted = (): boolean => c.applied(index).count >= 2;
  const isOver = (): boolean => !c.claimsLeadership(leader) || c.term(leader) !== term;
  c.until(ELECTED_WITHIN_MS, () => isCommitted() || isOver());
  c.expect(isCommitted() || isOver(), {
    property: "liveness",
    check: "committed-while-led",
    expected: `index ${index} to be committed within ${ELECTED_WITHIN_MS / 1000} s: two of three peers have it, and its leader still leads`,
    seen: `applied by ${c.applied(index).count} peers`,
    cite: "Raft paper, section 5.3: the leader retries AppendEntries until all followers store all entries",
    where: { term, index },
    peers: [leader],
    hint: "What does a leader conclude from the success of a request whose entries the follower had already?",
  });
}

function heartbeatsOnly(c: ReplicatingCluster): void {
  for (let round = 0; round < 4; round++) {
    c.one(c.command(), 5);
    const old = c.checkOneLeader();
    // What it has is its own, or what its leader sent it, which it has compared with that one's log.
    const late = round % 2 === 0 ? old : (others(c, old)[0] as number);
    const rest = others(c, old, late);
    c.partition(rest, [...new Set([old, late])]);
    startMany(c, old, c.int("entries of its own", 4, 8), LARGE_BYTES);
    leaderWithin(c, rest, c.term(old));
    const small = c.rule((m) => (m.kind === "request" && m.to === late && m.sizeBytes > LARGE_BYTES ? "drop" : "pass"));
    c.partition([...rest, late]);
    agreeAmong(c, rest, 4, LARGE_BYTES);
    c.sleep(PAST_ANY_LOSS_MS);
    small.remove();
    c.heal();
  }
  c.settle();
}

function lostEntries(c: ReplicatingCluster): void {
  for (let round = 0; round < 3; round++) {
    c.one(c.command(), 3);
    const old = c.checkOneLeader();
    const rest = others(c, old);
    c.partition(rest);
    startMany(c, old, c.int("entries of its own", 2, 6));
    const leader = leaderWithin(c, rest, c.term(old));
    const third = others(c, old, leader)[0] as number;
    c.partition([leader, old]);
    c.sleep(c.int("heartbeats before", 0, 300));
    let requests = 0;
    const arriving = c.int("which one arrives", 3, 4);
    const one = c.rule((m) =>
      m.kind === "request" && m.from === leader && m.to === old && ++requests !== arriving ? "drop" : "pass",
    );
    startMany(c, leader, c.int("new entries", 4, 6));
    c.sleep(c.pick("until the leader is gone", [20, 150]));
    c.partition([old, third]);
    agreeAmong(c, [old, third]);
    // Some find out what is committed only when there is something new.
    startMany(c, leader, 1);
    one.remove();
    c.heal();
  }
  c.settle();
}
