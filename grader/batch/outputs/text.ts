import { escapedJson, oneLine } from "../../text/printable.ts";

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

export function jsonLine(value: unknown): string {
  return `${escapedJson(value)}\n`;
}
