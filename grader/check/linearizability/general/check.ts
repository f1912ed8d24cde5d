import type { Operation } from "../history.ts";
import { Cast, type Counterexample, type Judgement } from "../judgement.ts";
import type { Model } from "./model.ts";
import { type Limits, Search } from "./search.ts";
import { shrink } from "./shrink.ts";
import { IMPOSSIBLE, Transitions } from "./transitions.ts";

/** What a search may take unless it is told otherwise: far more than what labs need, some seconds and 128 MB. */
export const LIMITS: Limits = { steps: 20_000_000, memory: 32_000_000 };

/** The first try of each part; what it does not decide is tried again with so many times more, once all had their turn. */
const FIRST_STEPS = 20_000;
const GROWTH = 8;

/** Operations on one object, by a name of it. */
export type Part<O extends Operation> = readonly [name: string, operations: readonly O[]];

/**
 * Whether each part of a history is linearizable, for any model. Parts are objects that know nothing of each other, so that the
 * history is linearizable if they all are (Herlihy and Wing 1990; Horn and Kroening, "Faster linearizability checking via
 * P-compositionality", 2015). One of them may be hard and another one plainly wrong: so all are tried for a short
 * while before any is for a long one.
 */
export function checkGeneral<S, O extends Operation>(
  model: Model<S, O>,
  parts: Iterable<Part<O>>,
  limits: Limits = LIMITS,
): Judgement<O> {
  let open = [...parts];
  let left = limits.steps;
  for (let steps = FIRST_STEPS; ; steps *= GROWTH) {
    const undecided: Part<O>[] = [];
    for (const part of open) {
      const [name, operations] = part;
      const transitions = new Transitions(model, operations);
      const found = new Search(transitions, operations, { ...limits, steps: Math.min(steps, left) }).run();
      left = Math.max(0, left - found.steps);
      if (found.is === "none") {
        return { is: "violated", part: name, counterexample: () => explain(transitions, name, operations) };
      }
      if (found.is === "undecided") undecided.push(part);
    }
    const [first] = undecided;
    if (first === undefined) return { is: "linearizable" };
    if (left === 0 || steps >= limits.steps) return { is: "undecided", part: first[0], steps: limits.steps - left };
    open = undecided;
  }
}

function explain<S, O extends Operation>(
  transitions: Transitions<S, O>,
  part: string,
  operations: readonly O[],
): Counterexample<O> {
  const { needed, optional, found } = shrink(transitions, operations);
  const tried = [...needed, ...optional];
  const some = new Set(optional);
  const longest = withoutIdle(
    transitions,
    found.longest.map((i) => tried[i] as O),
    some,
  );
  const context = longest.filter((operation) => some.has(operation));
  const cast = new Cast([...needed, ...context]);
  const places = (list: readonly O[]) => list.map((operation) => cast.placeOf(operation));
  return {
    part,
    operations: cast.operations,
    context: places(context),
    orders: cast.timeOrders(needed),
    why: {
      kind: "no-order",
      longest: places(longest),
      state: stateAfter(transitions.model, longest),
      stuck: places(needed.filter((operation) => operation.returned !== null && !longest.includes(operation))),
    },
  };
}

/** In words; an order that was found, so that each of its steps can be. */
function stateAfter<S, O extends Operation>(model: Model<S, O>, order: readonly O[]): string {
  let state = model.initial;
  for (const operation of order) {
    const next = model.step(state, operation);
    if (next !== undefined) state = next;
  }
  return model.say(state);
}

/** An order without those of `optional` that it does without: the others still return the same, and it ends in the same state. */
function withoutIdle<S, O extends Operation>(
  transitions: Transitions<S, O>,
  order: readonly O[],
  optional: ReadonlySet<O>,
): readonly O[] {
  const endOf = (list: readonly O[]) =>
    list.reduce((state, one) => (state === IMPOSSIBLE ? state : transitions.next(transitions.classOf(one), state)), 0);
  const end = endOf(order);
  return order.reduce((kept, one) => {
    const without = kept.filter((other) => other !== one);
    return optional.has(one) && endOf(without) === end ? without : kept;
  }, order);
}
