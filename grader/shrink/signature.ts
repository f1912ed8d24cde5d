import type { PlayResult } from "../harness/run-scenario.ts";

/** By what two failures are the same: verdict, property, and which check found it. Runs that passed have none. */
export function signatureOf({
  verdict,
  failure,
  crash,
}: Pick<PlayResult, "verdict" | "failure" | "crash">): string | null {
  if (verdict === "failed" && failure !== undefined) return `${failure.property}, ${failure.check}`;
  if (verdict === "crashed" && crash !== undefined) return `crashed, ${crash.name}: ${withoutFigures(crash.message)}`;
  return verdict === "passed" ? null : verdict;
}

/** What somebody else's code says, without what differs from run to run. */
function withoutFigures(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[0-9]+/g, "#")
    .replace(/\s/g, " ");
}
