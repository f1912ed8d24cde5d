/** A kit cannot be made as it was asked for. `message` is one line for the user. */
export class ReleaseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ReleaseError";
  }
}
