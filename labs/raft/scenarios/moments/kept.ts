import type { RuleHandle } from "../../../../grader/harness/message-rules.ts";
import type { ElectionCluster } from "../support.ts";
import type { Message } from "./learn.ts";

/** Messages that are kept one by one, to be let go one by one. */
export interface Kept {
  /** How many there are. */
  count(): number;
  /** Lets the one go that was sent first; false when there is none. */
  letOneGo(): boolean;
  /** Lets all go that are kept, and keeps no more. */
  letAllGo(): void;
  /** Keeps no more. What is kept stays so. */
  remove(): void;
}

/**
 * Keeps each message that fits, unless another rule decides about it. After the first one its rule stands behind all
 * others, so that those must let pass what it is to keep.
 */
export function keepOneByOne(c: ElectionCluster, fits: (m: Message) => boolean): Kept {
  const kept: RuleHandle[] = [];
  // Each rule keeps one message, and ends with it.
  const next = (): RuleHandle => {
    const rule = c.rule((m) => {
      if (!fits(m)) return "pass";
      rule.remove();
      kept.push(rule);
      active = next();
      return "hold";
    });
    return rule;
  };
  let active = next();
  return {
    count: () => kept.length,
    letOneGo() {
      const first = kept.shift();
      first?.release();
      return first !== undefined;
    },
    letAllGo() {
      active.remove();
      for (const rule of kept.splice(0)) rule.release();
    },
    remove: () => active.remove(),
  };
}
