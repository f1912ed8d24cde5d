import { SourceMap, type SourceMapPayload } from "node:module";
import type { SourcePlace } from "../run/result.ts";
import { BUNDLE_FILENAME } from "./bundle.ts";

/** Finds places of a bundle in the student's own files. Lines and columns begin at 1 on both sides. */
export interface SourceMapper {
  /** The place that a line and column of the bundle came from; null for code that is not the student's. */
  map(line: number, column: number): SourcePlace | null;
  /** The frames of a stack that lie in the student's files, innermost first. Everything else is left out. */
  mapStack(stack: string): SourcePlace[];
}

export interface SourceMapperOptions {
  /** Name under which the bundle was evaluated. */
  readonly filename?: string;
  /** How many lines the evaluated text has before the bundle's first. */
  readonly linesBefore?: number;
}

/** `at async Raft.start (submission.js:12:5)` or `at submission.js:12:5`, also with text before, as in a call chain. */
const FRAME = /^\s*(?:at\s+)?(?:(.+?)\s+)?\(?([^\s()]+):(\d+):(\d+)\)?\s*$/;

/** Makes a mapper from the source map that `bundleSubmission` gives. Parsing waits for the first question. */
export function makeSourceMapper(sourceMapJson: string, options: SourceMapperOptions = {}): SourceMapper {
  const filename = options.filename ?? BUNDLE_FILENAME;
  const linesBefore = options.linesBefore ?? 0;
  let parsed: { map: SourceMap; classNames: Record<string, string> } | undefined;

  function load(): NonNullable<typeof parsed> {
    if (parsed === undefined) {
      const payload = JSON.parse(sourceMapJson) as SourceMapPayload & { x_class_names?: Record<string, string> };
      parsed = { map: new SourceMap(payload), classNames: payload.x_class_names ?? {} };
    }
    return parsed;
  }

  function map(line: number, column: number): SourcePlace | null {
    const entry = load().map.findEntry(line - 1 - linesBefore, column - 1);
    if (!("originalSource" in entry) || entry.originalSource === undefined) return null;
    // A name with a scheme is one of the bundle's own pieces.
    if (/^(submission|realm):/.test(entry.originalSource)) return null;
    return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  }

  function mapStack(stack: string): SourcePlace[] {
    const places: SourcePlace[] = [];
    for (const text of stack.split("\n")) {
      const [, name, file, line, column] = FRAME.exec(text) ?? [];
      if (file !== filename) continue;
      const place = map(Number(line), Number(column));
      if (place === null) continue;
      const functionName = cleanName(name, load().classNames);
      places.push(functionName === undefined ? place : { ...place, function: functionName });
    }
    return places;
  }

  return { map, mapStack };
}

/** The function's name as its author would say it: without `async`, receivers that say nothing, and the bundler's renaming. */
function cleanName(raw: string | undefined, classNames: Record<string, string>): string | undefined {
  const name = raw
    ?.replace(/^at\s+/, "")
    .replace(/^async\s+/, "")
    .replace(/ \[as [^\]]+\]$/, "")
    .replace(/^(Object|Module|global|undefined)\./, "")
    .replace(/\b_\w+/g, (word) => (Object.hasOwn(classNames, word) ? (classNames[word] ?? word) : word));
  if (name === undefined || name === "" || name === "<anonymous>" || name === "eval") return undefined;
  return name;
}
