/** A name of others in a sentence of ours: one line, and nothing that steers a terminal or turns the direction of writing. */
export function nameText(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
