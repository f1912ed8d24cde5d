import type { SourcePlace, TypeProblem } from "../run/result.ts";
import type { Bundle } from "./bundle.ts";

/** What comes back from a build. */
export type BuildAnswer =
  | { readonly kind: "bundle"; readonly bundle: Bundle }
  | { readonly kind: "ungradable"; readonly message: string; readonly place?: SourcePlace }
  | { readonly kind: "types"; readonly problems: readonly TypeProblem[] };

/**
 * Reads what comes back, which was made out of what a student wrote: it has the right form, and nothing but that. By hand,
 * since every grading would wait for a library that does it.
 *
 * @throws Error when it is no such answer.
 */
export function parseBuildAnswer(text: string): BuildAnswer {
  const answer = asRecord(JSON.parse(text));
  switch (answer.kind) {
    case "bundle": {
      const { code, sourceMap, filename, inputs } = asRecord(answer.bundle);
      const bundle = { code: asText(code), sourceMap: asText(sourceMap), filename: asText(filename) };
      return { kind: "bundle", bundle: { ...bundle, inputs: asList(inputs).map(asText) } };
    }
    case "ungradable": {
      const message = asText(answer.message);
      return { kind: "ungradable", message, ...(answer.place !== undefined && { place: asPlace(answer.place) }) };
    }
    case "types":
      return { kind: "types", problems: asList(answer.problems).map(asProblem) };
    default:
      throw malformed();
  }
}

function asProblem(value: unknown): TypeProblem {
  const { code, message } = asRecord(value);
  return { ...asPlace(value), code: asText(code), message: asText(message) };
}

function asPlace(value: unknown): SourcePlace {
  const { file, line, column } = asRecord(value);
  return { file: asText(file), line: asInteger(line), column: asInteger(column) };
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed();
  return value as Record<string, unknown>;
}

function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function asText(value: unknown): string {
  if (typeof value !== "string") throw malformed();
  return value;
}

function asInteger(value: unknown): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw malformed();
  return value;
}

function malformed(): Error {
  return new Error("the build process gave no answer of the right form");
}
