import { existsSync, readFileSync } from "node:fs";
import type { Profiler } from "node:inspector";
import { SourceMap } from "node:module";
import { fileURLToPath } from "node:url";

/** Parts of a run, by their key; what each is to people. */
export const PARTS = {
  gc: "collecting garbage",
  submission: "the submission's own code",
  realm: "realms: their globals, timers, promises",
  vm: "making realms, entering them (node:vm)",
  engine: "the host's engine",
  codec: "codec of values",
  kernel: "kernel: network, queues, choices, trace",
  check: "checkers",
  harness: "harness: cluster, monitor, waits",
  scenario: "scenarios",
  audit: "comparing what audits gave",
  other: "all else: compiling, loading, Node itself",
} as const;

export type Part = keyof typeof PARTS;

/** Milliseconds of each part, by its title. */
export interface Costs {
  readonly runs: ReadonlyMap<string, number>;
  readonly audits: ReadonlyMap<string, number>;
}

/** Which part a source file belongs to: the first whose beginning fits. Paths from the top of the checkout. */
const FOLDERS: readonly (readonly [start: string, part: Part])[] = [
  ["grader/sim/", "kernel"],
  ["grader/check/", "check"],
  ["grader/harness/", "harness"],
  ["grader/host/realm/", "realm"],
  ["grader/host/", "engine"],
  ["grader/audit/", "audit"],
  ["labs/api/codec", "codec"],
  ["labs/", "scenario"],
];
const SOLO = /^grader\/audit\/(?!audited-host)/;

/**
 * Adds up the samples of a profile by the innermost function that has a file. What stands below a solo peer is of an
 * audit. Garbage has no file, and counts for itself.
 */
export function costsOf(profile: Profiler.Profile, fileOf: (frame: Frame) => string = sourceOf): Costs {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const places = new Map<number, { readonly part: Part; readonly isAudit: boolean; readonly isIdle: boolean }>();
  const placeOf = (id: number): { readonly part: Part; readonly isAudit: boolean; readonly isIdle: boolean } => {
    const known = places.get(id);
    if (known !== undefined) return known;
    const frame = nodes.get(id)?.callFrame;
    const parent = parents.get(id);
    const outer = parent === undefined ? OUTERMOST : placeOf(parent);
    const file = frame === undefined ? "" : fileOf(frame);
    const part = frame?.functionName === "(garbage collector)" ? "gc" : (partOf(file) ?? outer.part);
    const isAudit = outer.isAudit || SOLO.test(file);
    const place = { part, isAudit, isIdle: frame?.functionName === "(idle)" };
    places.set(id, place);
    return place;
  };
  const costs = { runs: new Map<string, number>(), audits: new Map<string, number>() };
  let lastWasAudit = false;
  for (const [i, id] of (profile.samples ?? []).entries()) {
    const { part, isAudit, isIdle } = placeOf(id);
    if (isIdle) continue;
    // A collection has no caller: it is held against whoever was at work before it.
    if (part !== "gc") lastWasAudit = isAudit;
    const into = lastWasAudit ? costs.audits : costs.runs;
    into.set(PARTS[part], (into.get(PARTS[part]) ?? 0) + (profile.timeDeltas?.[i] ?? 0) / 1000);
  }
  return costs;
}

type Frame = Profiler.ProfileNode["callFrame"];
const OUTERMOST = { part: "other", isAudit: false, isIdle: false } as const;

/** Null for what is no file of a part: native functions, and Node's own, which count for their caller. */
function partOf(file: string): Part | null {
  if (file === "submission.js") return "submission";
  if (file === "node:vm") return "vm";
  if (file.startsWith("consensus-labs:")) return "realm";
  return FOLDERS.find(([start]) => file.startsWith(start))?.[1] ?? null;
}

const maps = new Map<string, SourceMap | null>();

/** The source file of a function, from the top of the checkout, by the source map beside what was built. */
function sourceOf({ url, lineNumber, columnNumber }: Frame): string {
  if (!url.startsWith("file:")) return url;
  const path = fileURLToPath(url);
  let map = maps.get(path);
  if (map === undefined) {
    map = existsSync(`${path}.map`) ? new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8"))) : null;
    maps.set(path, map);
  }
  const entry = map?.findEntry(lineNumber, columnNumber);
  if (entry === undefined || !("originalSource" in entry)) return "";
  return entry.originalSource.replace(/^(\.\.\/)+/, "");
}
