import type { Played, Player, PlayOrder } from "../../grader/run/player.ts";

/** A run that passed, with what a test wants different. */
export function played(changes: Partial<Played> = {}): Played {
  return {
    verdict: "passed",
    virtualMs: 1000,
    rpcs: 10,
    bytes: 100,
    traceHash: "a",
    peers: [],
    console: [],
    trace: [],
    choices: new Map(),
    wallMs: 1,
    ...changes,
  };
}

export function failed(changes: Partial<Played> = {}): Played {
  const found = { property: "liveness", check: "elects", expected: "a leader", seen: "none", timeUs: 5 } as const;
  const failure = { ...found, cite: "section 5.2" };
  return played({ verdict: "failed", failure, ...changes });
}

/** Plays nothing: every run comes out as the table says, after as many turns of the event loop as `delay` gives. */
export class FakePlayer implements Player {
  readonly orders: PlayOrder[] = [];

  constructor(
    private readonly outcome: (order: PlayOrder, nth: number) => Played,
    private readonly delay: (order: PlayOrder) => number = () => 0,
  ) {}

  async play(order: PlayOrder): Promise<Played> {
    const nth = this.orders.filter(
      ({ scenarioId, seed }) => scenarioId === order.scenarioId && seed === order.seed,
    ).length;
    this.orders.push(order);
    for (let turns = this.delay(order); turns >= 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    return this.outcome(order, nth);
  }
}
