/** A corpus cannot be played as it is. `message` is one line, with the file and the id. */
export class CorpusError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CorpusError";
  }
}
