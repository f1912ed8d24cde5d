import { dirname, posix } from "node:path";
import { importsOf, type Source } from "./source.ts";

/** A part of the project and what it may import: paths of folders or files, `type ` before one whose types only. */
interface Layer {
  readonly folder: string;
  readonly imports: readonly string[];
  /** Packages and modules of Node; absent: any. */
  readonly packages?: readonly string[];
}

const NODE_ONLY_HASHES = ["node:crypto"];
const STUDENT_API = ["consensus-labs", "consensus-labs/kv", "consensus-labs/paxos", "consensus-labs/raft"];

/** From the inside outwards; a file belongs to the first layer whose folder it lies in. */
export const LAYERS: readonly Layer[] = [
  { folder: "labs/api", imports: [], packages: [] },
  { folder: "reference", imports: [], packages: STUDENT_API },
  { folder: "skeleton", imports: [], packages: [...STUDENT_API, "vitest"] },
  { folder: "grader/sim", imports: [], packages: NODE_ONLY_HASHES },
  { folder: "grader/text", imports: ["labs/api"], packages: [] },
  { folder: "grader/check", imports: ["type grader/sim", "grader/text", "labs/api"], packages: [] },
  {
    folder: "grader/explain",
    imports: ["type grader/sim", "type grader/check", "grader/text", "labs/api"],
    packages: [],
  },
  {
    folder: "grader/harness",
    imports: ["grader/sim", "grader/check", "grader/text", "labs/api"],
    packages: NODE_ONLY_HASHES,
  },
  // What explains a run may look into its trace; what plays or judges one imports nothing of it.
  ...["labs/raft/explain", "labs/paxos/explain"].map((folder) => ({
    folder,
    imports: ["grader/explain", "type grader/sim", "type grader/check", "grader/text", "labs/api"],
    packages: [],
  })),
  {
    folder: "labs/kv/explain",
    imports: [
      "grader/explain",
      "grader/harness/kv/given-log.ts",
      "grader/harness/kv/tokens.ts",
      "type grader/sim",
      "type grader/check",
      "grader/text",
      "labs/api",
    ],
    packages: [],
  },
  {
    folder: "labs",
    imports: [
      "grader/harness",
      "type grader/check",
      "type grader/explain",
      "labs/raft/explain",
      "labs/paxos/explain",
      "labs/kv/explain",
      "grader/sim/role.ts",
    ],
    packages: [],
  },
  { folder: "grader/host", imports: ["grader/sim", "labs/api"] },
  { folder: "grader/audit", imports: ["grader/sim", "grader/check", "grader/text", "labs/api"], packages: [] },
  {
    folder: "grader/whole-run",
    imports: ["labs/index.ts", "grader/harness", "grader/audit", "grader/host", "grader/sim"],
  },
  {
    folder: "grader/shrink",
    imports: ["grader/sim", "grader/check", "grader/harness", "grader/text", "labs/api"],
    packages: [],
  },
  {
    folder: "grader/search",
    imports: ["grader/sim", "grader/check", "grader/harness", "grader/shrink", "grader/text", "labs/api"],
    packages: NODE_ONLY_HASHES,
  },
  { folder: "grader/sandbox", imports: ["grader/sim", "grader/host/wire", "grader/host/own-limits.ts", "grader/text"] },
  {
    folder: "grader/submission",
    imports: ["grader/sandbox/temporary-folder.ts", "grader/text", "type grader/sim", "type grader/run/result.ts"],
  },
  {
    folder: "grader/run",
    imports: [
      "labs",
      "grader/sim",
      "grader/check",
      "grader/explain",
      "grader/audit",
      "grader/harness",
      "grader/host",
      "grader/sandbox",
      "grader/search",
      "grader/shrink",
      "grader/submission",
      "grader/text",
    ],
  },
  {
    folder: "grader/report",
    imports: [
      "grader/text",
      "grader/run/contract.ts",
      "type grader/run",
      "grader/check/failure.ts",
      "type grader/check",
      "type grader/harness",
      "type grader/search",
      "type grader/shrink",
      "type grader/sim",
      "grader/sim/role.ts",
      "type grader/explain",
      "labs/api",
      "labs/index.ts",
    ],
  },
  {
    folder: "grader/page",
    imports: ["grader/sim/trace.ts", "grader/text", "labs/api"],
    packages: ["node:crypto", "node:zlib"],
  },
  {
    folder: "grader/calibrate",
    imports: [
      "grader/run",
      "grader/report",
      "grader/submission",
      "grader/sandbox/temporary-folder.ts",
      "grader/check",
      "grader/harness",
      "grader/text",
      "labs/index.ts",
    ],
  },
  { folder: "grader/similar", imports: ["grader/text"], packages: [] },
  {
    folder: "grader/batch",
    imports: [
      "grader/similar",
      "grader/run",
      "grader/report",
      "grader/submission",
      "grader/sandbox",
      "grader/text",
      "type grader/harness",
      "labs/index.ts",
    ],
  },
  {
    folder: "grader/release",
    imports: ["grader/batch", "grader/sandbox/temporary-folder.ts", "type grader/harness", "type labs/index.ts"],
  },
  {
    folder: "grader/ci",
    imports: [
      "labs/index.ts",
      "grader/batch",
      "grader/run",
      "grader/report",
      "grader/submission",
      "grader/text",
      "type grader/harness",
    ],
  },
  {
    folder: "grader/cli",
    imports: [
      "type labs/api",
      "grader/release",
      "labs/index.ts",
      "labs/explain.ts",
      "type grader/sim",
      "type grader/harness",
      "grader/sandbox/dist-file.ts",
      "grader/sandbox/temporary-folder.ts",
      "grader/submission",
      "grader/run",
      "grader/report",
      "grader/page",
      "grader/shrink",
      "grader/calibrate",
      "grader/batch",
      "grader/similar",
      "grader/ci",
      "grader/text",
    ],
  },
];

/** `path:line: X may not import Y` for every import against the direction. Test and script files may import anything. */
export function checkDirection(source: Source): string[] {
  const layer = LAYERS.find(({ folder }) => source.path.startsWith(`${folder}/`));
  // Declarations of modules name them without importing anything.
  if (layer === undefined || source.path.endsWith(".d.ts")) return [];
  const problems: string[] = [];
  for (const { specifier, isType, line } of importsOf(source)) {
    const isFile = specifier.startsWith(".");
    const target = isFile ? posix.join(dirname(source.path), specifier) : specifier;
    if (isFile ? mayImport(layer, target, isType) : mayUse(layer, target)) continue;
    const allowed = [`${layer.folder} itself`, ...layer.imports, ...(layer.packages ?? [])].join(", ");
    problems.push(`${source.path}:${line}: an import of ${target} is banned in ${layer.folder}, use ${allowed}`);
  }
  return problems;
}

function mayImport(layer: Layer, target: string, isType: boolean): boolean {
  if (target.startsWith(`${layer.folder}/`) && layerOf(target) === layer) return true;
  return layer.imports.some((entry) => {
    const prefix = entry.replace(/^type /, "");
    const isCovered = target === prefix || target.startsWith(`${prefix}/`) || target.startsWith(`${prefix}.`);
    return isCovered && (isType || !entry.startsWith("type "));
  });
}

function layerOf(path: string): Layer | undefined {
  return LAYERS.find(({ folder }) => path.startsWith(`${folder}/`));
}

function mayUse(layer: Layer, specifier: string): boolean {
  return layer.packages === undefined || layer.packages.includes(specifier);
}
