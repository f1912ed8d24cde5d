import { extname } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import type * as z from "zod";
import { EntryError } from "../../submission/held/entry-error.ts";
import { readNamedFile } from "../../submission/held/named-file.ts";
import { misread } from "../../submission/misread.ts";
import { didYouMean } from "../../text/nearest.ts";
import { yamlFlaw } from "../../text/yaml-flaw.ts";
import { type Policy, PolicyError, policySchema } from "./config.ts";

const MAX_BYTES = 1_000_000;

/** Reads a policy file: YAML (`.yaml`, `.yml`) or JSON (`.json`). @throws PolicyError */
export function loadPolicy(path: string): Policy {
  if (![".yaml", ".yml", ".json"].includes(extname(path).toLowerCase())) {
    throw new PolicyError([`${path}: a policy file is YAML or JSON; name it .yaml, .yml or .json`]);
  }
  let bytes: Buffer;
  try {
    bytes = readNamedFile(path, MAX_BYTES);
  } catch (error) {
    const { message } = error as Error;
    throw new PolicyError([`${path}: ${error instanceof EntryError ? error.problem : `cannot be read: ${message}`}`]);
  }
  const mistaken = misread(bytes);
  if (mistaken !== null) throw new PolicyError([`${path}: ${mistaken}`]);
  return parsePolicy(bytes.toString("utf8"), path);
}

/** Checks the text of a policy file; `path` is for messages, and its extension says what is in it. @throws PolicyError */
export function parsePolicy(text: string, path: string): Policy {
  if (text.length > MAX_BYTES) throw new PolicyError([`${path}: is larger than ${MAX_BYTES} bytes`]);
  const lines = new LineCounter();
  // JSON is YAML too, and this parser knows lines; that it really is JSON is asked of JSON's own.
  const document = parseDocument(text.replace(/^\uFEFF/, ""), { lineCounter: lines, prettyErrors: false });
  const [flaw] = document.errors;
  if (flaw !== undefined) {
    throw new PolicyError([`${path}:${lines.linePos(flaw.pos[0]).line}: ${firstLine(yamlFlaw(flaw))}`]);
  }
  if (extname(path).toLowerCase() === ".json") checkJson(text, path);
  const result = policySchema.safeParse(readValue(document, path) ?? {});
  if (result.success) return result.data;
  const lineOf = (way: readonly PropertyKey[]) => lineAt(document, lines, way);
  throw new PolicyError(result.error.issues.flatMap((issue) => describe(issue, path, lineOf)));
}

function readValue(document: ReturnType<typeof parseDocument>, path: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new PolicyError([`${path}: ${firstLine((error as Error).message)}`]);
  }
}

function checkJson(text: string, path: string): void {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new PolicyError([`${path}: ${firstLine((error as Error).message)}`]);
  }
}

/** The line of the innermost part of the way that is in the file. */
function lineAt(
  document: ReturnType<typeof parseDocument>,
  lines: LineCounter,
  way: readonly PropertyKey[],
): number | null {
  for (let length = way.length; length > 0; length--) {
    const node = document.getIn(way.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return lines.linePos(start).line;
  }
  return null;
}

type LineOf = (way: readonly PropertyKey[]) => number | null;

function describe(issue: z.core.$ZodIssue, path: string, lineOf: LineOf): string[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) =>
      problem(
        path,
        lineOf,
        [...issue.path, key],
        `is no setting${didYouMean(key, settingsAt(policySchema, issue.path)) || "; see the list in GRADING.md"}`,
      ),
    );
  }
  return [problem(path, lineOf, issue.path, lowerFirst(firstLine(issue.message)))];
}

/** The settings that may stand at a place of the policy; none where names are free. */
function settingsAt(schema: z.ZodType, way: readonly PropertyKey[]): readonly string[] {
  let at = schema as unknown as Described;
  for (const key of ["", ...way.map(String)]) {
    if (key !== "") at = at.def.shape?.[key] ?? at.def.valueType ?? at.def.element ?? NOTHING;
    while (at.def.innerType !== undefined) at = at.def.innerType;
  }
  return Object.keys(at.def.shape ?? {});
}

/** What the library tells of a schema's parts, whatever its kind. */
interface Described {
  readonly def: {
    readonly shape?: Readonly<Record<string, Described>>;
    readonly innerType?: Described;
    readonly valueType?: Described;
    readonly element?: Described;
  };
}

const NOTHING: Described = { def: {} };

function problem(path: string, lineOf: LineOf, way: readonly PropertyKey[], text: string): string {
  const line = lineOf(way);
  const name = way
    .map((key, at) => (typeof key === "number" ? `[${key}]` : `${at > 0 ? "." : ""}${String(key)}`))
    .join("");
  return `${path}${line === null ? "" : `:${line}`}: ${name === "" ? "" : `${name}: `}${text}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
