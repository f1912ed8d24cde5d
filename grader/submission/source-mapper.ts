import { join } from "node:path";
import type { SourcePlace } from "../run/result.ts";
import { cutText, TEXT_LIMITS } from "../text/cut.ts";
import { linesOf } from "../text/lines.ts";
import { Mappings } from "./mappings.ts";
import type { Members } from "./members.ts";
import { parseFrame } from "./stack-frame.ts";

/** Under which name bundles are evaluated. */
export const BUNDLE_FILENAME = "submission.js";

/** Finds places of a bundle in the student's own files. Lines and columns begin at 1 on both sides. */
export interface SourceMapper {
  /** The place that a line and column of the bundle came from; null for code that is not the student's. */
  map(line: number, column: number): SourcePlace | null;
  /** The frames of a stack that lie in the student's files, innermost first. Everything else is left out. */
  mapStack(stack: string): SourcePlace[];
  /** Where a method of a role's class stands that the grader calls, or else the class; null when neither is known. Absent: it knows of none. */
  member?(role: string, method: string): SourcePlace | null;
}

export interface SourceMapperOptions {
  /** Name under which the bundle was evaluated. */
  readonly filename?: string;
  /** How many lines the evaluated text has before the bundle's first. */
  readonly linesBefore?: number;
  /** The folder that the bundle's files are in, to be put before their names. */
  readonly prefix?: string;
}

/** What is read of a source map; ours has more in it than others (`withNames` in bundle.ts). */
interface Payload {
  readonly sources: readonly string[];
  readonly mappings: string;
  readonly x_class_names?: Readonly<Record<string, string>>;
  readonly x_members?: Members;
}

interface Parsed {
  readonly sources: readonly string[];
  readonly mappings: Mappings;
  readonly classNames: Readonly<Record<string, string>>;
  readonly members: Members;
}

/** Makes a mapper from the source map that `bundleSubmission` gives. Parsing waits for the first question. */
export function makeSourceMapper(sourceMapJson: string, options: SourceMapperOptions = {}): SourceMapper {
  const filename = options.filename ?? BUNDLE_FILENAME;
  const { linesBefore = 0, prefix = "" } = options;
  let parsed: Parsed | undefined;

  function load(): Parsed {
    if (parsed === undefined) {
      const { sources, mappings, x_class_names = {}, x_members = {} } = JSON.parse(sourceMapJson) as Payload;
      parsed = { sources, mappings: new Mappings(mappings), classNames: x_class_names, members: x_members };
    }
    return parsed;
  }

  function map(line: number, column: number): SourcePlace | null {
    const { sources, mappings } = load();
    const origin = mappings.find(line - 1 - linesBefore, column - 1);
    const source = origin === null ? undefined : sources[origin.source];
    if (origin === null || source === undefined || isOwnPiece(source)) return null;
    const file = cutText(prefix === "" ? source : join(prefix, source), TEXT_LIMITS.name);
    return { file, line: origin.line + 1, column: origin.column + 1 };
  }

  function mapStack(stack: string): SourcePlace[] {
    const places: SourcePlace[] = [];
    for (const text of linesOf(stack)) {
      const frame = parseFrame(text);
      if (frame?.file !== filename) continue;
      const place = map(frame.line, frame.column);
      if (place === null) continue;
      const functionName = cleanName(frame.name, load().classNames);
      places.push(functionName === undefined ? place : { ...place, function: functionName });
    }
    return places;
  }

  function member(role: string, method: string): SourcePlace | null {
    const name = `${role}.${method}`;
    const { members } = load();
    const isKnown = Object.hasOwn(members, name);
    const key = isKnown ? name : role;
    const [line, column] = (Object.hasOwn(members, key) && members[key]) || [];
    const place = line === undefined || column === undefined ? null : map(line, column);
    return place === null || !isKnown ? place : { ...place, function: method };
  }

  return { map, mapStack, member };
}

/** A mapper of several bundles, each under a name of its own: places of a stack stay in their order. Single ones are of the first. */
export function joinSourceMappers(mappers: readonly [SourceMapper, ...SourceMapper[]]): SourceMapper {
  const [first, ...others] = mappers;
  if (others.length === 0) return first;
  return {
    map: (line, column) => first.map(line, column),
    member: (role, method) => first.member?.(role, method) ?? null,
    mapStack: (stack) => {
      const places: SourcePlace[] = [];
      for (const text of linesOf(stack)) for (const mapper of mappers) places.push(...mapper.mapStack(text));
      return places;
    },
  };
}

/** A name with a scheme is one of the bundle's own pieces. */
function isOwnPiece(source: string): boolean {
  return source.startsWith("submission:") || source.startsWith("realm:");
}

/** What a name in front of a frame may begin with that says nothing. */
const HEADS = ["at ", "async "];
const RECEIVERS = ["Object.", "Module.", "global.", "undefined."];

/** The function's name as its author would say it: without `async`, receivers that say nothing, and the bundler's renaming. */
function cleanName(raw: string, classNames: Readonly<Record<string, string>>): string | undefined {
  let name = raw;
  for (const head of HEADS) if (name.startsWith(head)) name = name.slice(head.length).trimStart();
  const alias = name.endsWith("]") ? name.lastIndexOf(" [as ") : -1;
  if (alias >= 0) name = name.slice(0, alias);
  const receiver = RECEIVERS.find((text) => name.startsWith(text));
  if (receiver !== undefined) name = name.slice(receiver.length);
  const clean = (word: string) => (Object.hasOwn(classNames, word) ? (classNames[word] ?? word) : word);
  name = cutText(name, TEXT_LIMITS.name).replace(/\w+/g, clean);
  return name === "" || name === "<anonymous>" || name === "eval" ? undefined : name;
}
