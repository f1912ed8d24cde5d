import type { Scenario } from "../../harness/scenario.ts";
import type { Verdicts } from "../input/last-grading.ts";

/** Which scenarios are played at each save. */
export type Choice =
  | { readonly kind: "all" }
  /** What did not pass when it was played last. */
  | { readonly kind: "failed" }
  /** One that fails. */
  | { readonly kind: "one"; readonly id: string }
  /** Those whose ids contain a text. */
  | { readonly kind: "named"; readonly text: string };

/** The scenarios of a choice, in their order; none where it means none. */
export function chosenOf(choice: Choice, all: readonly Scenario[], last: Verdicts): readonly Scenario[] {
  switch (choice.kind) {
    case "all":
      return all;
    case "failed":
      return all.filter(({ id }) => last.has(id) && last.get(id) !== "passed");
    case "one":
      return all.filter(({ id }) => id === choice.id);
    case "named":
      return all.filter(({ id }) => id.includes(choice.text));
  }
}

/** In words, for a heading. */
export function choiceText(choice: Choice): string {
  switch (choice.kind) {
    case "all":
      return "all scenarios";
    case "failed":
      return "what did not pass";
    case "one":
      return `only ${choice.id}`;
    case "named":
      return `only names with "${choice.text}"`;
  }
}

/** The scenario that fails after the one that is chosen, in a circle; null when none fails. */
export function nextFailing(choice: Choice, all: readonly Scenario[], last: Verdicts): string | null {
  const at = choice.kind === "one" ? all.findIndex(({ id }) => id === choice.id) : -1;
  const circle = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return circle.find(({ id }) => isFailure(last, id))?.id ?? null;
}

/** Whether it was played and did not pass; what was skipped was not played. */
export function isFailure(last: Verdicts, id: string): boolean {
  const verdict = last.get(id);
  return verdict !== undefined && verdict !== "passed" && verdict !== "skipped";
}
