import { define } from "../../define.ts";

const CODES: Readonly<Record<string, number>> = {
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  AbortError: 20,
  QuotaExceededError: 22,
  TimeoutError: 23,
  DataCloneError: 25,
};

/** As in the DOM standard: an Error whose name is chosen by whoever throws it. */
export class DOMException extends Error {
  constructor(message = "", name = "Error") {
    super(message);
    define(this, "name", String(name));
  }

  get code(): number {
    return CODES[this.name] ?? 0;
  }
}
define(DOMException.prototype, Symbol.toStringTag, "DOMException");
