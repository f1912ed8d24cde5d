import type { HeldMessage } from "../sim/calls.ts";
import type { ActiveRule, Rule } from "../sim/network.ts";
import type { Simulation } from "../sim/simulation.ts";

/** A rule for messages, in force until it is removed. */
export interface RuleHandle {
  /** The rule ends; what it holds stays held until released. */
  remove(): void;
  /** Delivers what it holds, in the order in which it was sent. */
  release(): void;
  /** How many messages it holds. */
  held(): number;
  /** What it holds, in the order in which it was sent. */
  list(): HeldMessage[];
  /** Delivers one of them; false when it does not hold it any more. */
  releaseOne(id: number): boolean;
  /** Loses one of them, as if the rule had dropped it at this moment; false when it does not hold it any more. */
  dropOne(id: number): boolean;
}

/** Puts a rule in force, behind those that are. */
export function addRule({ network, calls }: Simulation, decide: Rule): RuleHandle {
  const active: ActiveRule = { decide };
  network.rules.push(active);
  return {
    remove: () => {
      const at = network.rules.indexOf(active);
      if (at >= 0) network.rules.splice(at, 1);
    },
    release: () => calls.release(active),
    held: () => calls.held(active),
    list: () => calls.listHeld(active),
    releaseOne: (id) => calls.releaseOne(active, id),
    dropOne: (id) => calls.dropOne(active, id),
  };
}
