import type { Verdict } from "../../run/result.ts";
import type { BatchIdentity } from "../model/identity.ts";
import type { Row } from "./rows.ts";
import { pointsText, several } from "./text.ts";

/** The batch on one page. */
export function summaryText(rows: readonly Row[], identity: BatchIdentity): string {
  const graded = rows.filter(({ points }) => points.raw !== null);
  const handedIn = rows.filter(({ status }) => status !== "not-handed-in");
  const lines = [
    `${identity.lab}${identity.only === "" ? "" : `, scenarios with "${identity.only}" only`}: ${several(handedIn.length, "submission")}, ${graded.length} with a verdict`,
    ...countLines(rows),
    "",
    ...pointsLines(graded.filter(({ points }) => points.final !== null)),
    "",
    ...scenarioLines(rows),
    "",
    ...sandboxLines(rows),
    `Graded by ${identity.grader.slice(0, 12)} on Node ${identity.node}, base seed ${identity.seed.slice(0, 12)}, policy ${identity.policy.slice(0, 12)}, lateness ${identity.late.slice(0, 12)}.`,
  ];
  return `${lines.join("\n")}\n`;
}

function countLines(rows: readonly Row[]): string[] {
  const count = (status: Row["status"]) => rows.filter((row) => row.status === status).length;
  const late = rows.filter((row) => (row.late?.days ?? 0) > 0).length;
  const capped = rows.filter(({ points }) => points.safetyCap !== undefined).length;
  return [
    ...line(count("ungradable"), "could not be graded and have 0 points; anomalies.txt says why"),
    ...line(count("internal-error"), "have no points, since the grader went wrong; see attention.txt"),
    ...line(
      rows.filter(({ question }) => question !== undefined).length,
      "have no points until staff has answered a question; see attention.txt",
    ),
    ...line(count("not-handed-in"), "handed nothing in, have no points, and count in no figure below"),
    ...line(late, "were late"),
    ...line(capped, "have fewer points than their scenarios earned, since safety was violated; gradebook.csv says why"),
  ];
}

function line(count: number, what: string): string[] {
  return count === 0 ? [] : [`${String(count).padStart(6)} ${what}`];
}

function pointsLines(rows: readonly Row[]): string[] {
  const finals = rows.map(({ points }) => points.final ?? 0).sort((a, b) => a - b);
  if (finals.length === 0) return ["No points yet."];
  const max = rows[0]?.points.max ?? 0;
  const mean = finals.reduce((sum, points) => sum + points, 0) / finals.length;
  const at = (share: number) => finals[Math.min(finals.length - 1, Math.floor(share * finals.length))] ?? 0;
  const figures = [
    ["mean", mean],
    ["lowest", at(0)],
    ["quarter", at(0.25)],
    ["median", at(0.5)],
    ["three quarters", at(0.75)],
    ["highest", at(1)],
  ] as const;
  return [
    `Points of ${pointsText(max)}: ${figures.map(([word, value]) => `${word} ${pointsText(value)}`).join(", ")}`,
    `All points: ${several(finals.filter((points) => points >= max).length, "submission")}`,
  ];
}

/** Passes of each scenario, and what else came of it. */
function scenarioLines(rows: readonly Row[]): string[] {
  const counts = new Map<string, Map<Verdict, number>>();
  for (const { verdicts } of rows) {
    for (const [id, verdict] of verdicts) {
      const of = counts.get(id) ?? new Map<Verdict, number>();
      counts.set(id, of.set(verdict, (of.get(verdict) ?? 0) + 1));
    }
  }
  const width = Math.max(0, ...[...counts.keys()].map((id) => id.length));
  return [...counts].map(([id, of]) => {
    const total = [...of.values()].reduce((sum, count) => sum + count, 0);
    const others = [...of].filter(([verdict]) => verdict !== "passed").sort(([a], [b]) => (a < b ? -1 : 1));
    const rest = others.map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    return `${id.padEnd(width)}  ${`${of.get("passed") ?? 0}/${total}`.padStart(9)} passed  ${rest}`.trimEnd();
  });
}

/** At the head of every report, when there are such; else nothing. */
export function notSandboxedLine(rows: readonly Row[]): string {
  const count = rows.filter(({ sandbox }) => sandbox === "plain").length;
  return count === 0 ? "" : `${notSandboxed(count)}\n\n`;
}

function notSandboxed(count: number): string {
  return `NOT SANDBOXED: ${several(count, "submission")} ran as plain processes of the user who graded.`;
}

function sandboxLines(rows: readonly Row[]): string[] {
  const tiers = new Map<string, number>();
  for (const { sandbox } of rows) tiers.set(sandbox, (tiers.get(sandbox) ?? 0) + 1);
  return [...tiers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tier, count]) =>
      tier === "plain" ? notSandboxed(count) : `Sandbox: ${tier} (${several(count, "submission")}).`,
    );
}
