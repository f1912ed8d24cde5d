/** Why nothing can be graded, in one line for staff and student; the check then comes to `nothing-graded`. */
export class CiError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CiError";
  }
}
