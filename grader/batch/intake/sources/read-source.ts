import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Material } from "../material.ts";
import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { archiveKind, hasArchiveName, hasForeignArchiveName, withoutArchiveEnding } from "../unpack/archive.ts";
import { gitDirOf } from "../unpack/git-copy.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { canvasFiles, readCanvas } from "./canvas.ts";
import type { Found, Source } from "./found.ts";
import { GRADESCOPE_METADATA, MAX_METADATA_BYTES, readGradescope } from "./gradescope.ts";
import { readRoster } from "./roster.ts";
import { readZippedExport } from "./zipped-export.ts";

/**
 * What one source holds.
 *
 * @param isOnly it is the only source. Only then a zip file may be an export: among several it is one student's, who
 *   could otherwise hand in under the names of others.
 * @throws Error with one line when it is no good as a whole.
 */
export async function readSource(path: string, options: IntakeOptions, isOnly: boolean): Promise<Source> {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw new Error(`${path}: there is no such file or folder`);
  if (stats.isDirectory()) return readFolder(path, options);
  if (!stats.isFile()) throw new Error(`${path}: is neither a file nor a folder`);
  if (/\.csv$/i.test(path)) return readRosterSource(path);
  if (isOnly && archiveKind(path) === "zip") {
    const source = await readZippedExport(path, options);
    if (source !== null) return source;
  }
  const name = basename(path);
  if (!hasArchiveName(name) && !hasForeignArchiveName(name) && archiveKind(path) === null) {
    throw new Error(`${path}: is no archive and no roster; give a folder, .zip, .tar, .tar.gz, git repository or .csv`);
  }
  return { found: [single(path, withoutArchiveEnding(name))], remarks: [] };
}

function readFolder(path: string, options: IntakeOptions): Source {
  const names = readdirSync(path).sort();
  const isSubmission = [`${options.mainFile}.ts`, `${options.mainFile}.js`].some((name) => names.includes(name));
  if (isSubmission || gitDirOf(path) !== null) return { found: [single(path, folderName(path))], remarks: [] };
  if (names.includes(GRADESCOPE_METADATA)) return readGradescopeFolder(path);
  const inner = names.find((name) => existsSync(join(path, name, GRADESCOPE_METADATA)));
  if (inner !== undefined && names.filter((name) => ignoredPart([name]) === undefined).length === 1) {
    return readGradescopeFolder(join(path, inner));
  }
  const visible = names.filter((name) => ignoredPart([name]) === undefined && !name.startsWith("."));
  const canvas = canvasFiles(visible.filter((name) => lstatSync(join(path, name)).isFile()));
  const rest = readDirectory(path, canvas.length === 0 ? visible : visible.filter((name) => !canvas.includes(name)));
  const found = [...readCanvas(canvas, (name) => join(path, name), options.mainFile), ...rest.found];
  if (found.length === 0) throw new Error(`${path}: holds no submission`);
  return { found, remarks: rest.remarks };
}

/** A directory of submissions: each folder and each archive in it is one. */
function readDirectory(path: string, names: readonly string[]): Source {
  const found: Found[] = [];
  const remarks: string[] = [];
  for (const name of names) {
    const inner = join(path, name);
    const stats = lstatSync(inner);
    if (stats.isSymbolicLink()) {
      const material = { kind: "none", reason: "it is a symbolic link, which is not followed" } as const;
      found.push({ ...single(inner, name), material });
    } else if (stats.isDirectory()) {
      found.push(single(inner, name.replace(/\.git$/, "") || name));
    } else if (stats.isFile() && (hasArchiveName(name) || hasForeignArchiveName(name))) {
      found.push(single(inner, withoutArchiveEnding(name)));
    } else {
      remarks.push(`${shown(inner)}: is no folder and no archive, and was left out`);
    }
  }
  return { found, remarks };
}

function readGradescopeFolder(path: string): Source {
  const metadata = join(path, GRADESCOPE_METADATA);
  if (statSync(metadata).size > MAX_METADATA_BYTES) throw new Error(`${metadata}: is too large`);
  const entries = readdirSync(path, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory() && ignoredPart([entry.name]) === undefined);
  return readGradescope(readFileSync(metadata, "utf8"), {
    origin: (key) => join(path, key),
    material: (key) => ({ kind: "path", path: join(path, key) }),
    folders: folders.map(({ name }) => name).sort(),
  });
}

function readRosterSource(path: string): Source {
  const { lines, problems } = readRoster(path, true);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  if (lines.length === 0) throw new Error(`${path}: names no submission`);
  const found = lines.map(({ id, name, path: submission, line, columns }) => ({
    rawId: id,
    name: shown(name),
    origin: submission === null ? `${path}:${line}` : submission,
    members: [{ name: shown(name), studentId: shown(id) }],
    roster: columns,
    material: rosterMaterial(submission, `${path}:${line}`),
  }));
  return { found, remarks: [] };
}

/** @param path null: the roster has none. @param place where the roster says so. */
export function rosterMaterial(path: string | null, place: string): Material {
  if (path === null) return { kind: "none", reason: `nothing was handed in (${place} names no path)` };
  if (!existsSync(path)) return { kind: "none", reason: `there is no ${shown(path)} (${place})` };
  return { kind: "path", path };
}

function single(path: string, rawId: string): Found {
  return { rawId, name: shown(rawId), origin: path, material: { kind: "path", path } };
}

function folderName(path: string): string {
  return basename(realpathSync(path)).replace(/\.git$/, "") || "submission";
}
