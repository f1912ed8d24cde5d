import type { ScenarioResult } from "../../run/result.ts";
import type { Verdicts } from "../input/last-grading.ts";

/** Scenarios named in one line; there may be dozens more. */
const NAMED = 3;

/** What is different from the last time, in one line; of scenarios that were not played then, nothing is. */
export function changesText(before: Verdicts, scenarios: readonly ScenarioResult[]): string {
  const known = scenarios.filter(({ id }) => before.has(id));
  const is = (verdict: string | undefined) => (verdict === "passed" || verdict === "skipped" ? verdict : "failed");
  const went = (to: string) => known.filter(({ id, verdict }) => is(verdict) === to && is(before.get(id)) !== to);
  const parts = [
    part(went("passed"), ["newly passes", "newly pass"]),
    part(went("failed"), ["newly fails", "newly fail"]),
    part(went("skipped"), ["is skipped now", "are skipped now"]),
  ].filter((text) => text !== "");
  if (parts.length > 0) return parts.join(", ");
  if (known.length === 0) return "";
  const failing = known.filter(({ verdict }) => is(verdict) === "failed").length;
  if (failing > 0) return `nothing changed: ${failing} ${failing === 1 ? "fails" : "fail"} as before`;
  return "nothing changed: nothing fails, as before";
}

function part(scenarios: readonly ScenarioResult[], [one, several]: readonly [string, string]): string {
  if (scenarios.length === 0) return "";
  const ids = scenarios.slice(0, NAMED).map(({ id }) => id);
  const rest = scenarios.length - ids.length;
  const names = `${ids.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
  return `${scenarios.length} ${scenarios.length === 1 ? one : several} (${names})`;
}
