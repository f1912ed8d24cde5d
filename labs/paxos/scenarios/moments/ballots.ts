import { type Draft, NEEDS_BASIC, roles } from "../support.ts";
import { decideAmong, decidesSoon, holdAccepts, letGo, onlyReach, soon } from "./staged.ts";
import { rounds } from "./values.ts";

const ROUNDS = 3;
/** So long a proposer gets answers from one peer only, again and again. */
const ALONE_WITH_ONE_MS = 3_000;
/** Longer than most proposers wait before they ask again. */
const ANSWER_LATE_MS = 400;

/** Messages of a ballot that is over, or was never heard of. */
export const BALLOTS: readonly Draft[] = [
  {
    id: "paxos-a/old-ballot-returns",
    title: "a request to accept arrives after a promise to a higher ballot",
    peers: 3,
    about:
      "A proposer's request to accept is held up. Meanwhile its receiver promises a higher ballot to another proposer; then the old request arrives, and after it the one of the higher ballot.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS, (phases, slot) => {
        const [p, q, r] = roles(c);
        const old = holdAccepts(c, phases, p, [r]);
        const first = onlyReach(c, phases, { from: p, prepare: [r], accept: [r] });
        c.start(p, slot);
        const isHeld = soon(c, () => old.held() > 0);
        old.remove();
        first.remove();
        if (!isHeld) return;
        const higher = holdAccepts(c, phases, q, [r]);
        onlyReach(c, phases, { from: q, prepare: [r], accept: [r] }, { from: p, prepare: [], accept: [] });
        c.start(q, slot);
        if (!soon(c, () => higher.held() > 0)) return;
        letGo(c, old);
        letGo(c, higher);
      }),
  },
  {
    id: "paxos-a/missed-prepare",
    title: "an acceptor hears of a ballot only when it is asked to accept",
    peers: 5,
    about:
      "An acceptor misses the request to prepare of a ballot, and accepts its value all the same, as it may. After that it must not accept a lower ballot, though it promised that one before.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, ROUNDS, (phases, slot) => {
        const [p, q, r, s, t] = roles(c);
        const lower = holdAccepts(c, phases, p, [r]);
        const first = onlyReach(c, phases, { from: p, prepare: [r, s], accept: [r] });
        c.start(p, slot);
        const isHeld = soon(c, () => lower.held() > 0);
        lower.remove();
        first.remove();
        if (!isHeld) return;
        const second = onlyReach(
          c,
          phases,
          { from: q, prepare: [s, t], accept: [r, s] },
          { from: p, prepare: [], accept: [] },
        );
        c.start(q, slot);
        const isDecided = decidesSoon(c, q, slot);
        letGo(c, lower);
        second.remove();
        if (isDecided) decideAmong(c, [p, r, t], c.pick("third proposer", [r, t]), slot);
      }),
  },
  {
    id: "paxos-a/doubled-promises",
    title: "a majority is made of different peers",
    peers: 5,
    about:
      "A value is decided by three of five. A proposer among the other two reaches only one peer, whose answers are late, so that it is asked again, and again: its promises are those of one peer, and of different ballots.",
    dependsOn: NEEDS_BASIC,
    run: (c) =>
      rounds(c, 2, (phases, slot) => {
        const [p, a, q, r, s] = roles(c);
        const first = onlyReach(c, phases, { from: q, prepare: [r, s], accept: [r, s] });
        c.start(q, slot);
        const isDecided = decidesSoon(c, q, slot);
        first.remove();
        if (!isDecided) return;
        c.partition([p, a], [q, r, s]);
        const late = c.rule(({ kind, from }) =>
          kind === "reply" && from === a ? { delayMs: ANSWER_LATE_MS } : "pass",
        );
        c.start(p, slot);
        c.sleep(ALONE_WITH_ONE_MS);
        late.remove();
      }),
  },
];
