import { parse } from "yaml";
import type { Material } from "../material.ts";
import { shown } from "../names.ts";
import type { Member } from "../types.ts";
import type { Found, Source } from "./found.ts";

/** What a Gradescope export says of its submissions, in its top folder. */
export const GRADESCOPE_METADATA = "submission_metadata.yml";
export const MAX_METADATA_BYTES = 50_000_000;

/** How to reach one submission's folder of an export. */
export interface ExportPlace {
  readonly origin: (key: string) => string;
  readonly material: (key: string) => Material;
  readonly folders: readonly string[];
}

/**
 * The submissions of a Gradescope export: those that its metadata names, and folders that it does not.
 *
 * @throws Error with one line when the metadata cannot be read.
 */
export function readGradescope(metadata: string, place: ExportPlace): Source {
  const entries = readMetadata(metadata);
  const remarks: string[] = [];
  const found: Found[] = [];
  for (const [key, value] of entries) found.push(toFound(key, value, place));
  for (const folder of place.folders) {
    if (entries.has(folder)) continue;
    const notes = [`${GRADESCOPE_METADATA} does not name it`];
    found.push({
      rawId: folder,
      name: shown(folder),
      origin: place.origin(folder),
      notes,
      material: place.material(folder),
    });
  }
  return { found, remarks };
}

function readMetadata(text: string): Map<string, Record<string, unknown>> {
  let data: unknown;
  try {
    data = parse(text, { maxAliasCount: 10_000, logLevel: "error" });
  } catch (error) {
    throw new Error(`${GRADESCOPE_METADATA} is no YAML: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  if (!isRecord(data)) throw new Error(`${GRADESCOPE_METADATA} does not name any submissions`);
  return new Map(Object.entries(data).map(([key, value]) => [key, isRecord(value) ? value : {}]));
}

function toFound(key: string, value: Record<string, unknown>, place: ExportPlace): Found {
  const members = readMembers(field(value, "submitters"));
  const names = members.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const submittedAt = readTime(field(value, "created_at"));
  const isThere = place.folders.includes(key);
  return {
    rawId: key,
    name: names.length > 0 ? names.join(" & ") : shown(key),
    origin: place.origin(key),
    members,
    ...(submittedAt !== undefined && { submittedAt }),
    material: isThere
      ? place.material(key)
      : { kind: "none", reason: `${GRADESCOPE_METADATA} names it, but the export has no such folder` },
  };
}

function readMembers(value: unknown): Member[] {
  if (!Array.isArray(value)) return [];
  return value.filter(isRecord).map((entry) => {
    const [name, studentId, email] = ["name", "sid", "email"].map((key) => readText(field(entry, key)));
    return { ...(name && { name }), ...(studentId && { studentId }), ...(email && { email }) };
  });
}

/** Keys are Ruby symbols, with a colon in front; later exports may drop it. */
function field(value: Record<string, unknown>, name: string): unknown {
  return value[`:${name}`] ?? value[name];
}

function readText(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? shown(value) : undefined;
}

/** `2026-02-01 10:00:00.123456000 Z`, or with an offset such as `-08:00`. */
function readTime(value: unknown): string | undefined {
  const text = isRecord(value) ? (value.utc ?? value.time) : value;
  if (typeof text !== "string") return undefined;
  const [, day, time, offset] =
    /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)$/.exec(text.trim()) ?? [];
  if (day === undefined || time === undefined || offset === undefined) return undefined;
  const zone = offset === "UTC" ? "Z" : offset.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const instant = new Date(`${day}T${time}${zone}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
