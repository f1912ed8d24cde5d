import { wrongType } from "../define.ts";
import { isDeepEqual } from "./deep-equal.ts";

type Message = string | Error | undefined;
type Raise = (message: Message, details: object, generated: string) => never;
type Show = (value: unknown) => string;

interface Caught {
  readonly error: unknown;
}

/** `throws`, `doesNotThrow`, `rejects` and `doesNotReject` of `node:assert`. */
export function createThrowChecks(raise: Raise, show: Show) {
  const expectThrown = (operator: string, caught: Caught | null, expected: unknown, message: Message) => {
    const what = operator === "throws" ? "exception" : "rejection";
    if (caught === null) {
      const text = typeof expected === "string" ? expected : undefined;
      const suffix = text ?? (typeof message === "string" ? message : undefined);
      raise(
        message instanceof Error ? message : undefined,
        { expected, operator },
        `Missing expected ${what}${suffix === undefined ? "." : `: ${suffix}`}`,
      );
      return;
    }
    if (expected === undefined || typeof expected === "string") return;
    check(operator, caught.error, expected, message);
  };

  /** Whether what was thrown is what was expected: a class, a pattern, a function or an object with the same fields. */
  const check = (operator: string, error: unknown, expected: unknown, message: Message) => {
    const details = { actual: error, expected, operator };
    if (expected instanceof RegExp) {
      if (expected.test(String(error))) return;
      raise(
        message,
        details,
        `The input did not match the regular expression ${expected}. Input:\n\n${show(String(error))}\n`,
      );
    } else if (typeof expected === "function") {
      const isErrorClass = expected === Error || Object.prototype.isPrototypeOf.call(Error, expected);
      if (expected.prototype !== undefined && error instanceof expected) return;
      if (isErrorClass) {
        const seen =
          error instanceof Error
            ? `"${error.constructor.name}"\n\nError message:\n\n${error.message}`
            : `"${show(error)}"`;
        raise(message, details, `The error is expected to be an instance of "${expected.name}". Received ${seen}`);
      }
      if ((expected as (error: unknown) => unknown).call({}, error) === true) return;
      raise(message, details, `The validation function is expected to return "true". Caught error:\n\n${show(error)}`);
    } else if (typeof expected === "object" && expected !== null) {
      for (const key of expected instanceof Error
        ? ["name", "message", ...Object.keys(expected)]
        : Object.keys(expected)) {
        const wanted = (expected as Record<string, unknown>)[key];
        const seen = (error as Record<string, unknown> | null | undefined)?.[key];
        if (
          wanted instanceof RegExp && typeof seen === "string" ? wanted.test(seen) : isDeepEqual(seen, wanted, "strict")
        )
          continue;
        raise(message, details, `The error's ${key} was expected to be ${show(wanted)}, but is ${show(seen)}`);
      }
    } else throw wrongType("expected", "function, Error, RegExp or Object", expected);
  };

  const expectNothing = (operator: string, caught: Caught | null, message: Message) => {
    if (caught === null) return;
    const text = caught.error instanceof Error ? caught.error.message : show(caught.error);
    const what = operator === "doesNotThrow" ? "exception" : "rejection";
    const suffix = typeof message === "string" ? `: ${message}` : ".";
    const generated = `Got unwanted ${what}${suffix}\nActual message: "${text}"`;
    raise(message instanceof Error ? message : undefined, { actual: caught.error, operator }, generated);
  };

  function throws(block: () => unknown, expected?: unknown, message?: Message): void {
    expectThrown("throws", caughtFrom(block), expected, message);
  }
  function doesNotThrow(block: () => unknown, ...rest: unknown[]): void {
    expectNothing("doesNotThrow", caughtFrom(block), rest.at(-1) as Message);
  }
  async function rejects(block: unknown, expected?: unknown, message?: Message): Promise<void> {
    expectThrown("rejects", await rejectionOf(block), expected, message);
  }
  async function doesNotReject(block: unknown, ...rest: unknown[]): Promise<void> {
    expectNothing("doesNotReject", await rejectionOf(block), rest.at(-1) as Message);
  }
  return { throws, doesNotThrow, rejects, doesNotReject };
}

function caughtFrom(block: () => unknown): Caught | null {
  if (typeof block !== "function") throw wrongType("fn", "function", block);
  try {
    block();
    return null;
  } catch (error) {
    return { error };
  }
}

async function rejectionOf(block: unknown): Promise<Caught | null> {
  const promise: unknown = typeof block === "function" ? block() : block;
  if (typeof (promise as PromiseLike<unknown> | null)?.then !== "function")
    throw wrongType("promiseFn", "function or Promise", promise);
  try {
    await promise;
    return null;
  } catch (error) {
    return { error };
  }
}
