import type { Facts } from "../check/failure.ts";
import type { SimulationEvents } from "../sim/entries.ts";
import type { Simulation } from "../sim/simulation.ts";

/** What happens in a run as far as checkers follow it; what ends a run by itself goes past them. */
type Followed = Omit<SimulationEvents, "log" | "exception" | "misuse">;

/**
 * Follows what happens in a run of one kind of cluster and feeds it to the checkers; throws a `Violation` at the moment at
 * which one finds something.
 */
export interface Monitor extends Followed {
  /** The simulation whose events come here; it is made after its monitor. */
  attach(sim: Simulation): void;
  /** What is known of a process now, under the names that its lab has columns for. */
  facts(process: number): Facts;
}
