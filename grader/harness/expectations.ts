import { type Expect, type Judging, type OwnFinding, Violation } from "../check/failure.ts";
import type { Micros } from "../sim/peer-host.ts";
import type { Simulation } from "../sim/simulation.ts";

/** What a scenario finds at the present moment. */
export type FoundNow = Omit<OwnFinding, "timeUs">;

/** What a lab or scenario has a name for, and asks for by a function of its own. */
export interface NamedExpect extends Expect {
  readonly is: "named";
  readonly name: string;
  readonly args: readonly unknown[];
}

/** Somebody without patience would not wait to the end: nothing is known of how the run would have come out. */
export class GivenUp extends Error {}

/**
 * What is waited for comes within 5.4 s in runs of right Rafts and Paxoses, and a little later in those of a store whose clerk is
 * patient. What comes later than this, or than a quarter of what it may take where that is more, mostly never does.
 */
const PATIENCE_MS = 10_000;
const PATIENCE_SHARE = 0.25;

/** What a scenario says, and what it asks for. */
export class Expectations {
  protected readonly sim: Simulation;
  /** Gives up instead of waiting for what hardly comes any more. */
  isImpatient = false;
  #phase: string | undefined;
  #judging: Judging | undefined;
  /** When there is no patience left for what is judged. */
  #patienceEndsUs: Micros = Number.POSITIVE_INFINITY;

  constructor(sim: Simulation) {
    this.sim = sim;
  }

  /** Ends the run with this finding unless the condition holds. */
  expect(ok: boolean, finding: FoundNow | (() => FoundNow)): void {
    if (!ok) this.fail(typeof finding === "function" ? finding() : finding);
  }

  fail(finding: FoundNow): never {
    throw new Violation({ ...finding, timeUs: this.sim.nowUs }, this.#judging);
  }

  /** A sentence for the reader of a trace. */
  note(text: string): void {
    this.sim.trace.add(this.sim.nowUs, "note", -1, -1, -1, text);
  }

  /** Says what the scenario is about from here on, for whoever reads a failure. It is no part of the trace. */
  phase(what: string): void {
    this.#phase = what;
  }

  /** What the scenario said last that it is about. */
  get currentPhase(): string | undefined {
    return this.#phase;
  }

  /**
   * Asks for what the lab has under that name, of these arguments; scripts can ask for the same, where the name stands among
   * the lab's expectations or the scenario's own (`asks`). `sinceUs`: where it is judged later, or over again, the moment that
   * it is about.
   */
  asked<Outcome>(name: string, args: readonly unknown[], judge: () => Outcome, sinceUs?: Micros): Outcome {
    const expect: NamedExpect = { is: "named", name, args };
    return this.judging(expect, judge, sinceUs);
  }

  /**
   * Judges what is expected: a failure meanwhile, unless a check finds it, is known to be of that expectation. `sinceUs`: from
   * when on what happens matters to it.
   */
  protected judging<Outcome>(expect: Expect, judge: () => Outcome, sinceUs: Micros = this.sim.nowUs): Outcome {
    const [outer, outerEndsUs] = [this.#judging, this.#patienceEndsUs];
    this.#judging = { expect, sinceUs, ...(outer && { outer }) };
    this.#patienceEndsUs = Math.min(outerEndsUs, this.#endOfPatience(expect));
    const outcome = judge();
    this.#judging = outer;
    this.#patienceEndsUs = outerEndsUs;
    return outcome;
  }

  /** Throws `GivenUp` when there is no patience left. */
  protected goOnWaiting(): void {
    if (this.sim.nowUs > this.#patienceEndsUs) throw new GivenUp();
  }

  #endOfPatience({ withinMs }: Expect): Micros {
    if (!this.isImpatient || withinMs === undefined) return Number.POSITIVE_INFINITY;
    return this.sim.nowUs + 1000 * Math.max(PATIENCE_MS, PATIENCE_SHARE * withinMs);
  }
}

/** "nobody", "peer 2", "peers 0, 2". */
export function listed(peers: readonly number[]): string {
  return peers.length === 0 ? "nobody" : peers.length === 1 ? `peer ${peers[0]}` : `peers ${peers.join(", ")}`;
}
