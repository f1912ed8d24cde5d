import { printable } from "./printable.ts";

const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text of others as HTML that shows it, and does nothing else; also between quotes, as the value of an attribute. */
export function escapedHtml(text: string): string {
  return printable(text).replace(/[&<>"']/g, (letter) => NAMES[letter] ?? letter);
}
