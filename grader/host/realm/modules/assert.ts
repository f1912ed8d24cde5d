import { defineAll } from "../define.ts";
import type { ModuleParts } from "../importer.ts";
import { AssertionError } from "../node/assertion-error.ts";
import { isDeepEqual } from "../node/deep-equal.ts";
import { createThrowChecks } from "../node/throw-checks.ts";

type Message = string | Error | undefined;
type Test = (actual: unknown, expected: unknown) => boolean;

/** `node:assert`: the function `ok`, which also holds the others. */
export function create({ inspect }: ModuleParts): unknown {
  const show = (value: unknown) => inspect(value, { depth: 20, sorted: true });

  /** Throws what the caller wants thrown. */
  const raise = (message: Message, details: object, generated: string): never => {
    if (message instanceof Error) throw message;
    throw new AssertionError({ ...details, message }, generated);
  };

  const comparison = (operator: string, heading: string, test: Test) =>
    function compare(actual: unknown, expected: unknown, message?: Message): void {
      if (test(actual, expected)) return;
      const sign = /^(?:not|!)/.test(operator) ? "!=" : "==";
      const short = `${show(actual)} ${sign}${operator.includes("trict") ? "=" : ""} ${show(expected)}`;
      const isShort = short.length < 60 && !short.includes("\n");
      const long = `actual:\n\n${show(actual)}\n\nexpected:\n\n${show(expected)}\n`;
      raise(message, { actual, expected, operator }, `${heading}:\n\n${isShort ? `${short}\n` : long}`);
    };

  const shouldEqual = "Expected values to be strictly equal";
  const shouldDeepEqual = "Expected values to be strictly deep-equal";
  const strictEqual = comparison("strictEqual", shouldEqual, Object.is);
  const notStrictEqual = comparison(
    "notStrictEqual",
    'Expected "actual" to be strictly unequal to',
    (a, b) => !Object.is(a, b),
  );
  const deepStrictEqual = comparison("deepStrictEqual", shouldDeepEqual, (a, b) => isDeepEqual(a, b, "strict"));
  const notDeepStrictEqual = comparison(
    "notDeepStrictEqual",
    'Expected "actual" not to be strictly deep-equal to',
    (a, b) => !isDeepEqual(a, b, "strict"),
  );
  // biome-ignore lint/suspicious/noDoubleEquals: `equal` compares as == does
  const isEqual: Test = (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b));

  function ok(value: unknown, message?: Message): void {
    if (value) return;
    const details = { actual: value, expected: true, operator: "==" };
    raise(message, details, "The expression evaluated to a falsy value");
  }
  function match(value: unknown, pattern: RegExp, message?: Message): void {
    if (typeof value === "string" && pattern.test(value)) return;
    const details = { actual: value, expected: pattern, operator: "match" };
    raise(message, details, `The input did not match the regular expression ${pattern}. Input:\n\n${show(value)}\n`);
  }
  function doesNotMatch(value: unknown, pattern: RegExp, message?: Message): void {
    if (typeof value !== "string" || !pattern.test(value)) return;
    const details = { actual: value, expected: pattern, operator: "doesNotMatch" };
    raise(
      message,
      details,
      `The input was expected to not match the regular expression ${pattern}. Input:\n\n${show(value)}\n`,
    );
  }
  function fail(message?: Message): never {
    return raise(message, { operator: "fail" }, "Failed");
  }
  function ifError(value: unknown): void {
    if (value === null || value === undefined) return;
    const text = value instanceof Error ? value.message : show(value);
    raise(undefined, { actual: value, expected: null, operator: "ifError" }, `ifError got unwanted exception: ${text}`);
  }

  const shared = { ok, fail, match, doesNotMatch, ifError, AssertionError, ...createThrowChecks(raise, show) };
  const strictOnes = { strictEqual, notStrictEqual, deepStrictEqual, notDeepStrictEqual };

  const assert = (value: unknown, message?: Message) => ok(value, message);
  const strict = (value: unknown, message?: Message) => ok(value, message);
  defineAll(assert, {
    ...shared,
    ...strictOnes,
    equal: comparison("==", "Expected values to be loosely equal", isEqual),
    notEqual: comparison("!=", 'Expected "actual" to be loosely unequal to', (a, b) => !isEqual(a, b)),
    deepEqual: comparison("deepEqual", "Expected values to be loosely deep-equal", (a, b) =>
      isDeepEqual(a, b, "loose"),
    ),
    notDeepEqual: comparison(
      "notDeepEqual",
      'Expected "actual" not to be loosely deep-equal to',
      (a, b) => !isDeepEqual(a, b, "loose"),
    ),
    strict,
  });
  defineAll(strict, {
    ...shared,
    ...strictOnes,
    equal: strictEqual,
    notEqual: notStrictEqual,
    deepEqual: deepStrictEqual,
    notDeepEqual: notDeepStrictEqual,
    strict,
  });
  return assert;
}
