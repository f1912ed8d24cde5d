import { matchesPattern } from "../batch/index.ts";
import type { Omission } from "./omission.ts";

/** A text for students, and where it spoke of what they shall not see. */
export interface StudentText {
  readonly text: string;
  /** Lines of the original, counted from 1, in which a name was taken out: whoever publishes the text should read them again. */
  readonly edited: readonly number[];
}

/**
 * A handout as students have it. Rows of tables that tell of a scenario that is left out are left out too; elsewhere its id,
 * its title and its name in a code span become `…`. Commands ask no registry, whatever is installed.
 */
export function studentText(text: string, omission: Omission): StudentText {
  const names = namesOf(omission);
  const edited: number[] = [];
  const lines = text.split("\n").flatMap((line, at) => {
    const cell = /^\| `([^`]+)` \|/.exec(line)?.[1];
    if (cell !== undefined && omission.hidden.has(cell)) return [];
    let shown = line;
    for (const name of names) shown = shown.replaceAll(name, blanked(name));
    if (shown !== line) edited.push(at + 1);
    return [shown];
  });
  return { text: withSafeCommands(lines.join("\n")), edited };
}

/** `npx` alone would fetch a package of that name from the registry, wherever this one is not installed. */
export function withSafeCommands(text: string): string {
  return text.replaceAll("npx grade", "npx --no grade");
}

/** What names a scenario that is left out, and nothing that stays, the longest first. */
function namesOf({ hidden, scenarios, points }: Omission): string[] {
  const staying = [...points.keys()].map((id) => scenarios.get(id));
  const names = [...hidden].flatMap((id) => {
    const name = id.slice(id.indexOf("/") + 1);
    const { title = "" } = scenarios.get(id) ?? {};
    const isShared = staying.some((other) => other?.title === title);
    // One word may mean anything else: `count`, `kill`.
    const isTelling = name.includes("-") && ![...points.keys()].some((other) => matchesPattern(`*/${name}`, other));
    return [id, ...(isShared ? [] : [title]), ...(isTelling ? [`\`${name}\``] : [])];
  });
  return names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
}

/** The stage stays: which one it is, the text around says anyway. */
function blanked(name: string): string {
  if (name.startsWith("`")) return "`…`";
  const slash = name.indexOf("/");
  return slash > 0 && !name.includes(" ") ? `${name.slice(0, slash)}/…` : "…";
}
