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

/** JSON on one line in which even letters that only steer how text is shown are written as escapes. */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cf}\p{Zl}\p{Zp}\u007f-\u009f]/gu, (letter) =>
    Array.from({ length: letter.length }, (_, i) => `\\u${letter.charCodeAt(i).toString(16).padStart(4, "0")}`).join(
      "",
    ),
  );
}

export function jsonLine(value: unknown): string {
  return `${escapedJson(value)}\n`;
}
