/** What the library for YAML says of a text that it cannot read. */
interface Flaw {
  readonly code: string;
  readonly message: string;
}

/** The same to the person who wrote the text; where the library speaks to who calls it, in other words. */
export function yamlFlaw({ code, message }: Flaw): string {
  if (code === "MULTIPLE_DOCS") return "a second document begins here, and one is read; take the line --- out";
  if (/call stack/i.test(message)) return "it is nested too deeply to be read";
  return message;
}
