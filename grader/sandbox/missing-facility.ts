/** This system lacks something that gradings need. `message` is one line for the user: what is missing, and what that means. */
export class MissingFacilityError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "MissingFacilityError";
  }
}
