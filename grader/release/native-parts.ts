import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { extract } from "tar";
import { ReleaseError } from "./release-error.ts";

/** Systems that gradings work on. Windows is served by the Linux inside it. */
export const PLATFORMS = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"] as const;

/** What a package needs at run time, and the start of the names of its native parts. */
const NEEDED = [
  { name: "esbuild", native: "@esbuild/" },
  { name: "typescript", native: "@typescript/typescript-" },
] as const;

/** Where native parts for other systems are looked for, in the clone. */
const FETCHED = "native";

/** A package that is packed along, as npm describes it. */
export interface PackedPackage {
  readonly name: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

/** @throws ReleaseError for a system that is not known. */
export function checkPlatforms(named: readonly string[] | null): readonly string[] {
  if (named === null) return checkPlatforms([`${process.platform}-${process.arch}`]);
  const strange = named.find((name) => !(PLATFORMS as readonly string[]).includes(name));
  if (strange !== undefined)
    throw new ReleaseError(`there is no kit for the platform "${strange}"; there are ${PLATFORMS.join(", ")}`);
  return [...new Set(named)];
}

/** @throws ReleaseError when native parts for one of these systems are not there, with what to fetch and how. */
export function requirePacked(root: string, platforms: readonly string[]): void {
  const lock = lockOf(root);
  const missing = nativesFor(platforms).filter(
    (name) => !isInstalled(root, name) && !existsSync(fetchedFile(root, name, lock)),
  );
  if (missing.length === 0) return;
  const wanted = missing.map((name) => `${name}@${versionOf(name, lock)}`).join(" ");
  throw new ReleaseError(
    `native parts are not here; in ${root}, fetch them: mkdir -p ${FETCHED} && npm pack --pack-destination ${FETCHED} ${wanted}`,
  );
}

/**
 * Puts bundler and compiler with their native parts for these systems into a folder `node_modules`. Their descriptions name
 * no others, so that whoever installs them looks for no others.
 *
 * @throws ReleaseError when what was fetched is not what it should be.
 */
export async function copyDependencies(
  root: string,
  modules: string,
  platforms: readonly string[],
): Promise<PackedPackage[]> {
  const lock = lockOf(root);
  const natives = nativesFor(platforms);
  const packed: PackedPackage[] = [];
  for (const name of [...NEEDED.map((needed) => needed.name), ...natives]) {
    const folder = join(modules, name);
    mkdirSync(folder, { recursive: true });
    if (isInstalled(root, name)) cpSync(join(root, "node_modules", name), folder, { recursive: true });
    else await unpackFetched(fetchedFile(root, name, lock), name, lock, folder);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    packed.push({ name, manifest: withoutOthers(manifest, natives) });
  }
  return packed;
}

function nativesFor(platforms: readonly string[]): string[] {
  return NEEDED.flatMap(({ native }) => platforms.map((platform) => `${native}${platform}`));
}

function lockOf(root: string): Lock {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
}

interface Locked {
  readonly version: string;
  readonly integrity: string;
}
type Lock = Readonly<Record<string, Locked | undefined>>;

function isInstalled(root: string, name: string): boolean {
  return existsSync(join(root, "node_modules", name, "package.json"));
}

function versionOf(name: string, lock: Lock): string {
  const locked = lock[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`package-lock.json does not name ${name}`);
  return locked.version;
}

/** As `npm pack` calls it. */
function fetchedFile(root: string, name: string, lock: Lock): string {
  return join(root, FETCHED, `${name.replace("@", "").replace("/", "-")}-${versionOf(name, lock)}.tgz`);
}

/** What was fetched must be what the lockfile of the course names. */
async function unpackFetched(file: string, name: string, lock: Lock, folder: string): Promise<void> {
  const found = `sha512-${createHash("sha512").update(readFileSync(file)).digest("base64")}`;
  if (found !== lock[`node_modules/${name}`]?.integrity)
    throw new ReleaseError(`${file} is not what package-lock.json names as ${name}; remove it and fetch it again`);
  await extract({ file, cwd: folder, strip: 1 });
}

/** Scripts that run when it is installed go too: they only look for what is there. */
function withoutOthers(manifest: Readonly<Record<string, unknown>>, natives: readonly string[]) {
  const { scripts: _, optionalDependencies, ...rest } = manifest;
  if (optionalDependencies === undefined) return rest;
  const all = Object.entries(optionalDependencies as Record<string, string>);
  return { ...rest, optionalDependencies: Object.fromEntries(all.filter(([name]) => natives.includes(name))) };
}
