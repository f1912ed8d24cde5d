import { type Departure, EXPLANATION_LIMITS } from "../../../../grader/explain/types.ts";
import { cutText } from "../../../../grader/text/cut.ts";
import type { Onlooker, RaftEvent } from "../events.ts";
import { COMMIT } from "./commit.ts";
import { LOG } from "./log.ts";
import type { Rule } from "./rule.ts";
import { SAVING } from "./saving.ts";
import { TERMS } from "./terms.ts";
import { VOTES } from "./votes.ts";

/** Every rule. Each is silent on all that is right: `test/explain` plays right submissions and lets none speak. */
export const RULES: readonly Rule[] = [
  ...VOTES,
  ...TERMS,
  ...LOG,
  ...COMMIT,
  ...SAVING,
] as readonly unknown[] as Rule[];

const BY_KIND = new Map<RaftEvent["kind"], Rule[]>();
for (const one of RULES) BY_KIND.set(one.on, [...(BY_KIND.get(one.on) ?? []), one]);

/** Watches a run for departures: of each rule the first by each peer. */
export function watchRules(): { readonly look: Onlooker; readonly departures: readonly Departure[] } {
  const departures: Departure[] = [];
  const seen = new Set<string>();
  const look: Onlooker = (event) => {
    for (const { id, cite, check } of BY_KIND.get(event.kind) ?? []) {
      const key = `${id} ${event.peer.id}`;
      if (seen.has(key)) continue;
      const text = check(event as never);
      if (text === null) continue;
      seen.add(key);
      departures.push({
        rule: id,
        peer: event.peer.id,
        timeUs: event.timeUs,
        text: cutText(text, EXPLANATION_LIMITS.textChars),
        cite,
      });
    }
  };
  return { look, departures };
}
