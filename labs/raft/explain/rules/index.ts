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
const NONE: readonly Rule[] = [];

/** Watches a run for departures: of each rule the first by each peer. */
export function watchRules(): { readonly look: Onlooker; readonly departures: readonly Departure[] } {
  const departures: Departure[] = [];
  /** Of each rule the peers that it has spoken of. */
  const seen = new Map(RULES.map(({ id }) => [id, new Set<number>()]));
  const look: Onlooker = (event) => {
    const peer = event.peer.id;
    for (const { id, cite, check } of BY_KIND.get(event.kind) ?? NONE) {
      const peers = seen.get(id);
      if (peers?.has(peer)) continue;
      const text = check(event as never);
      if (text === null) continue;
      peers?.add(peer);
      departures.push({
        rule: id,
        peer,
        timeUs: event.timeUs,
        text: cutText(text, EXPLANATION_LIMITS.textChars),
        cite,
      });
    }
  };
  return { look, departures };
}
