/** The lines of a text, without their ends, one at a time: a list of all would take many times what the text does. */
export function* linesOf(text: string): Generator<string> {
  for (let start = 0; ; ) {
    const end = text.indexOf("\n", start);
    if (end < 0) {
      yield text.slice(start);
      return;
    }
    yield text.slice(start, end);
    start = end + 1;
  }
}
