import { cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { distFile, packageRoot } from "../../sandbox/dist-file.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";

/** What may lie in a folder that counts as empty. */
const HARMLESS = new Set([".git", ".DS_Store"]);

/**
 * `grade init [dir]`: a project of its own to start from, with the skeleton in it. Nothing is downloaded: the package is
 * linked, so that types resolve and `npx grade` works at once.
 */
export function initCommand(dir: string | undefined, { out }: Stdio): void {
  const folder = resolve(dir ?? ".");
  refuseUnlessEmpty(folder, dir);
  const skeleton = join(packageRoot(), "skeleton");
  const files = readdirSync(skeleton).filter((name) => name !== "tsconfig.json" && name !== "node_modules");
  mkdirSync(folder, { recursive: true });
  for (const name of files) cpSync(join(skeleton, name), join(folder, name), { recursive: true });
  writeJson(join(folder, "package.json"), packageJson(folder));
  writeJson(join(folder, "tsconfig.json"), TSCONFIG);
  writeFileSync(join(folder, ".gitignore"), "node_modules/\n");
  linkPackage(folder);
  for (const line of nextSteps(folder, dir, files)) out.write(`${line}\n`);
}

function refuseUnlessEmpty(folder: string, dir: string | undefined): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (!stats.isDirectory()) throw new UsageError(`${dir} is a file; name a folder that does not exist yet`);
  if (readdirSync(folder).every((name) => HARMLESS.has(name))) return;
  if (dir !== undefined) throw new UsageError(`${dir} is not empty; name a folder that is empty or does not exist yet`);
  throw new UsageError('the current folder is not empty; name a new one, for example "grade init my-raft"');
}

function packageJson(folder: string) {
  return {
    name: packageName(folder),
    private: true,
    type: "module",
    devDependencies: { "consensus-labs": `file:${relative(folder, packageRoot())}` },
  };
}

/** What npm accepts as a name. */
function packageName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" || name === "consensus-labs" ? "my-raft" : name;
}

/** For the editor only: a grading never asks for it. */
const TSCONFIG = {
  compilerOptions: {
    target: "es2023",
    lib: ["es2023"],
    module: "esnext",
    moduleResolution: "bundler",
    moduleDetection: "force",
    types: ["consensus-labs/globals"],
    strict: true,
    noUncheckedIndexedAccess: true,
    noImplicitOverride: true,
    allowImportingTsExtensions: true,
    experimentalDecorators: true,
    noEmit: true,
    skipLibCheck: true,
  },
  include: ["**/*.ts"],
};

function writeJson(path: string, data: unknown): void {
  writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`);
}

/** What `npm install` would do with the package, without waiting for a registry. */
function linkPackage(folder: string): void {
  const modules = join(folder, "node_modules");
  const bin = join(modules, ".bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(packageRoot(), join(modules, "consensus-labs"), "junction");
  distFile("cli.js");
  if (process.platform !== "win32") symlinkSync("../consensus-labs/dist/cli.js", join(bin, "grade"));
}

function nextSteps(folder: string, dir: string | undefined, files: readonly string[]): string[] {
  const handout = join(packageRoot(), "labs/raft/README.md");
  return [
    `${dir ?? "This folder"} is ready: ${files.join(", ")}.`,
    "",
    ...(dir === undefined ? [] : [`  cd ${relative(process.cwd(), folder) || "."}`]),
    "  npx grade lab2a        grades the first stage",
    ...(existsSync(handout) ? ["", `The handout: ${handout}`] : []),
  ];
}
