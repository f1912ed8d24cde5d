/** A key as it stands in a sentence: a word as it is, any other text as JSON has it, on one line whatever is in it. */
export function keyText(key: string): string {
  return /^\w+$/.test(key) ? key : JSON.stringify(key);
}
