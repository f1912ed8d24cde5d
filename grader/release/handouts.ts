import { matchesPattern } from "../batch/index.ts";
import type { Omission } from "./omission.ts";

/** A text for students, and where it spoke of what they shall not see. */
export interface StudentText {
  readonly text: string;
  /** Lines of the original, counted from 1, that somebody should read again: a name was taken out, or one is left that the API has, too. */
  readonly edited: readonly number[];
}

/**
 * A handout as students have it. Rows of tables that tell of a scenario that is left out are left out too; elsewhere its id,
 * its title and its name in a code span become `…`. Lines that say so at their end are left out with a scenario, and else do not say it any more. A name that the student API has, too (`kill`), stays, as it means that.
 */
export function studentText(text: string, omission: Omission): StudentText {
  const names = namesOf(omission);
  const words = apiNamesOf(omission);
  const edited: number[] = [];
  const lines = text.split("\n").flatMap((line, at) => {
    if (isOfHidden(line, omission)) return [];
    const cell = /^\| `([^`]+)` \|/.exec(line)?.[1];
    if (cell !== undefined && omission.hidden.has(cell)) return [];
    const own = ONLY_WITH.test(line) ? line.replace(ONLY_WITH, "").trimEnd() : line;
    if (own === "" && line !== "") return [];
    let shown = own;
    for (const name of names) shown = shown.replaceAll(name, blanked(name));
    if (shown !== own || words.some((word) => line.includes(word))) edited.push(at + 1);
    return [shown];
  });
  return { text: lines.join("\n"), edited };
}

/** What stands at the end of a line that is left out with a scenario, such as a picture of it. */
const ONLY_WITH = /<!-- only with (\S+) -->$/;

function isOfHidden(line: string, { hidden }: Omission): boolean {
  const [, id] = ONLY_WITH.exec(line) ?? [];
  return id !== undefined && hidden.has(id);
}

/** Whether a handout is about a scenario that is left out, as its first line says. */
export function isAboutHidden(text: string, omission: Omission): boolean {
  const [first = ""] = text.split("\n", 1);
  return first.startsWith("<!--") && isOfHidden(first, omission);
}

/** The pictures that a text shows, by their paths from it. */
export function picturesIn(text: string): readonly string[] {
  return text
    .split("![")
    .slice(1)
    .flatMap((part) => {
      const from = part.indexOf("](") + 2;
      const to = part.indexOf(")", from);
      const path = part.slice(from, to);
      return from < 2 || to < 0 || /[:\s]/.test(path) ? [] : [path];
    });
}

/** What names a scenario that is left out, and nothing that stays, the longest first. */
function namesOf({ hidden, scenarios, points, api }: Omission): string[] {
  const staying = [...points.keys()].map((id) => scenarios.get(id));
  const names = [...hidden].flatMap((id) => {
    const name = id.slice(id.indexOf("/") + 1);
    const { title = "" } = scenarios.get(id) ?? {};
    const isShared = staying.some((other) => other?.title === title);
    const isTelling = !api.has(name) && !hasNamesake(name, points);
    return [id, ...(isShared ? [] : [title]), ...(isTelling ? [`\`${name}\``] : [])];
  });
  return names.filter((name) => name !== "").sort((a, b) => b.length - a.length);
}

/** Code spans that name a method of the student API, or a scenario that is left out. */
function apiNamesOf({ hidden, points, api }: Omission): string[] {
  const names = [...hidden].map((id) => id.slice(id.indexOf("/") + 1));
  return names.filter((name) => api.has(name) && !hasNamesake(name, points)).map((name) => `\`${name}\``);
}

/** Whether a scenario of another stage, which stays, has that name. */
function hasNamesake(name: string, points: Omission["points"]): boolean {
  return [...points.keys()].some((other) => matchesPattern(`*/${name}`, other));
}

/** The stage stays: which one it is, the text around says anyway. */
function blanked(name: string): string {
  if (name.startsWith("`")) return "`…`";
  const slash = name.indexOf("/");
  return slash > 0 && !name.includes(" ") ? `${name.slice(0, slash)}/…` : "…";
}
