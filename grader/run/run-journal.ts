import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";

/**
 * An append-only file of what was played: a header that says of what, then one line of JSON for each run. What was written
 * before the machine stopped counts; a line that was cut off does not.
 */
export class RunJournal<Entry> {
  private constructor(readonly path: string) {}

  /**
   * Goes on with a journal, or begins one. Gives null when there is one with another header, or something that is no file.
   * `remember` gets every entry of before.
   */
  static open<Entry>(path: string, header: object, remember: (entry: Entry) => void): RunJournal<Entry> | null {
    const firstLine = JSON.stringify(header);
    const journal = new RunJournal<Entry>(path);
    if (existsSync(path) && !statSync(path).isFile()) return null;
    if (!existsSync(path) || readFileSync(path, "utf8") === "") {
      writeFileSync(path, `${firstLine}\n`);
      return journal;
    }
    const [first, ...lines] = readFileSync(path, "utf8").split("\n");
    if (first !== firstLine) return null;
    for (const line of lines) {
      const entry = parse<Entry>(line);
      if (entry !== null) remember(entry);
    }
    // A line that was cut off when the machine stopped must not spoil the next one.
    if (lines.at(-1) !== "") appendFileSync(path, "\n");
    return journal;
  }

  add(entry: Entry): void {
    appendFileSync(this.path, `${JSON.stringify(entry)}\n`);
  }
}

function parse<Entry>(line: string): Entry | null {
  try {
    return JSON.parse(line) as Entry;
  } catch {
    return null;
  }
}
