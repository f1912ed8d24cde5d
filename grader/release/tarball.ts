import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create } from "tar";
import { copyDependencies, type PackedPackage } from "./native-parts.ts";

export interface Tarball {
  /** `consensus-labs-0.1.0.tgz`. */
  readonly name: string;
  readonly manifest: Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };
  /** As npm writes it into lockfiles. */
  readonly integrity: string;
  readonly packed: readonly PackedPackage[];
}

/** Any moment will do, but always the same one: equal contents shall make equal tarballs. */
const MTIME = new Date("2000-01-01T00:00:00Z");

/**
 * Makes of the package in `work/package` the file that npm installs without asking anybody: what it depends on is in it, as
 * bundled dependencies.
 */
export async function packTarball(
  root: string,
  work: string,
  platforms: readonly string[],
  into: string,
): Promise<Tarball> {
  const folder = join(work, "package");
  const packed = await copyDependencies(root, join(folder, "node_modules"), platforms);
  const own = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const manifest = { ...own, bundleDependencies: Object.keys(own.dependencies) };
  writeJson(join(folder, "package.json"), manifest);
  for (const { name, manifest: theirs } of packed)
    writeJson(join(folder, "node_modules", name, "package.json"), theirs);
  const name = `${manifest.name}-${manifest.version}.tgz`;
  const file = join(into, name);
  await create({ file, cwd: work, gzip: true, portable: true, mtime: MTIME }, ["package"]);
  const integrity = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  return { name, manifest, integrity, packed };
}

export function writeJson(path: string, data: unknown): void {
  writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`);
}
