import { parse } from "yaml";
import { shown } from "../../names.ts";
import type { Member } from "../../types.ts";
import type { Found } from "../found.ts";
import type { Tree } from "../tree.ts";
import type { Download, Platform } from "./platform.ts";
import { unreadableTime } from "./platform-time.ts";

/** What a Gradescope export says of its submissions, in its top folder. */
export const GRADESCOPE_METADATA = "submission_metadata.yml";
const MAX_METADATA_BYTES = 50_000_000;

/** Gradescope's "Export Submissions", as a folder or as its zip. */
export const GRADESCOPE: Platform = {
  what: "a Gradescope export",
  count: (tree) => {
    const { files, folders } = tree.list([]);
    return files.includes(GRADESCOPE_METADATA) ? Math.max(1, folders.length) : 0;
  },
  async read(tree) {
    const metadata = await tree.text(MAX_METADATA_BYTES, GRADESCOPE_METADATA);
    return readGradescope(metadata, tree);
  },
};

/**
 * The submissions of a Gradescope export: those that its metadata names, and folders that it does not.
 *
 * @throws Error with one line when the metadata cannot be read.
 */
export function readGradescope(metadata: string, tree: Tree): Download {
  const entries = readMetadata(metadata, tree);
  const { files, folders, others } = tree.list([]);
  const found: Found[] = [];
  for (const [key, value] of entries) found.push(toFound(key, value, tree, folders));
  for (const folder of folders) {
    if (entries.has(folder)) continue;
    found.push({
      rawId: folder,
      name: shown(folder),
      origin: tree.where(folder),
      notes: [`${GRADESCOPE_METADATA} does not name it`],
      material: tree.folder(folder),
    });
  }
  return { found, rest: [...files, ...others].filter((name) => name !== GRADESCOPE_METADATA).sort() };
}

function readMetadata(text: string, tree: Tree): Map<string, Record<string, unknown>> {
  const place = tree.where(GRADESCOPE_METADATA);
  let data: unknown;
  try {
    // All values are texts: Ruby writes `00891234` and `12e34` without quotes, which others take for numbers.
    data = parse(text, { maxAliasCount: 10_000, logLevel: "error", schema: "failsafe" });
  } catch (error) {
    throw new Error(`${place} is no YAML: ${(error as Error).message.split("\n", 1)[0]}`);
  }
  if (!isRecord(data)) throw new Error(`${place} does not name any submissions`);
  return new Map(Object.entries(data).map(([key, value]) => [key, isRecord(value) ? value : {}]));
}

function toFound(key: string, value: Record<string, unknown>, tree: Tree, folders: readonly string[]): Found {
  const members = readMembers(field(value, "submitters"));
  const names = members.flatMap(({ name }) => (name === undefined ? [] : [name]));
  const created = field(value, "created_at");
  const submittedAt = readTime(created);
  return {
    rawId: key,
    name: names.length > 0 ? names.join(" & ") : shown(key),
    origin: tree.where(key),
    members,
    ...(submittedAt !== undefined && { submittedAt }),
    ...(submittedAt === undefined && typeof created === "string" && { notes: [unreadableTime(created)] }),
    material: folders.includes(key)
      ? tree.folder(key)
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
