import { headline } from "../../../report/failure-text.ts";
import { cutText } from "../../../text/cut.ts";
import { oneLine } from "../../../text/printable.ts";
import type { UntimedResult } from "../../model/untimed.ts";

type Scenario = UntimedResult["scenarios"][number];

/** Failures with the same facts, but for numbers. */
export interface Cause {
  /** `failed: liveness`. */
  readonly headline: string;
  /** What was expected and seen, with `#` for numbers; the first message of the kind. */
  readonly text: string;
  /** Ids of scenarios, those in which it came most often first. */
  readonly scenarios: readonly string[];
  /** How many submissions it came to. */
  readonly submissions: number;
}

/** A sentence that says more than this says no more. */
const MAX_LETTERS = 240;
const SHOWN_SCENARIOS = 6;

interface Gathered {
  readonly headline: string;
  readonly text: string;
  readonly scenarios: Map<string, number>;
  readonly submissions: Set<string>;
}

/** Gathers the causes of a class. */
export class CauseTable {
  private readonly places = new Map<string, number>();
  private readonly gathered: Gathered[] = [];

  /** Gives the number of its cause, in the order in which they were met. */
  add(scenario: Scenario, submission: string): number {
    const run = scenario.runs.find(({ verdict }) => verdict !== "passed");
    const head = headline(run ?? scenario);
    const failure = run?.failure;
    const said =
      failure === undefined
        ? (run?.message ?? scenario.message ?? "")
        : `expected ${failure.expected}; saw ${failure.seen}`;
    const text = oneLine(cutText(said, MAX_LETTERS)).replace(/\d+/g, "#").replaceAll("#.#", "#");
    const key = `${head}\n${text}`;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.gathered.push({ headline: head, text, scenarios: new Map(), submissions: new Set() }) - 1;
      this.places.set(key, place);
    }
    const { scenarios, submissions } = this.gathered[place] as Gathered;
    scenarios.set(scenario.id, (scenarios.get(scenario.id) ?? 0) + 1);
    submissions.add(submission);
    return place;
  }

  /** The commonest first, and where each number has gone. */
  ranked(): { readonly causes: readonly Cause[]; readonly places: readonly number[] } {
    const order = this.gathered.map((one, at) => ({ at, count: one.submissions.size }));
    order.sort((a, b) => b.count - a.count || a.at - b.at);
    const places: number[] = [];
    order.forEach(({ at }, rank) => {
      places[at] = rank;
    });
    return {
      places,
      causes: order.map(({ at }) => {
        const { headline: head, text, scenarios, submissions } = this.gathered[at] as Gathered;
        const names = [...scenarios].sort(([, a], [, b]) => b - a).map(([id]) => id);
        return { headline: head, text, scenarios: names.slice(0, SHOWN_SCENARIOS), submissions: submissions.size };
      }),
    };
  }
}
