import { printable } from "../../report/printable.ts";

/** A text of others on one line, without what could steer a terminal or a reader. */
export function oneLine(text: string): string {
  return printable(text.replace(/\s+/g, " ").trim());
}

/** `id (name)`, or the id alone when the name says no more. */
export function whoIs({ id, name }: { readonly id: string; readonly name: string }): string {
  const shown = oneLine(name);
  return shown === "" || shown === id ? id : `${id} (${shown})`;
}

export function several(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Without the noise of binary fractions. */
export function pointsText(points: number | null): string {
  return points === null ? "none" : String(Math.round(points * 100) / 100);
}
