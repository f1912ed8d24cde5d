import type { EventOf, RaftEvent } from "../events.ts";

/** A rule of the paper, as something that one peer can be seen to break by what reached it and what it did. */
export interface Rule<K extends RaftEvent["kind"] = RaftEvent["kind"]> {
  readonly id: string;
  readonly cite: string;
  readonly on: K;
  /** It goes by what is near: it may speak also where a run is too long for its beginning to be kept. */
  readonly isLocal?: true;
  /** What was done against the rule, a sentence without a final full stop; null when nothing was. */
  readonly check: (event: EventOf<K>) => string | null;
}

/** Keeps the kind of event that a rule is about. */
export function rule<K extends RaftEvent["kind"]>(made: Rule<K>): Rule<K> {
  return made;
}
