/**
 * Builds dist/ from the TypeScript sources: what `npx grade` runs, the realm's own code, and the student API as a package.
 *
 *   dist/cli.js                   hears signals, and runs dist/command-line.js in a thread
 *   dist/command-line.js          the command line, which shares chunks with its pool workers, dist/worker.js
 *   dist/soak.js                  the same for dist/soak-thread.js: many seeds, for as long as one likes (scripts/soak.mjs)
 *   dist/keeper-thread.js         keeps hosts for a caller that blocks: tests and benchmarks
 *   dist/host.js, dist/stuck.js   the peer host and its watchdog, each one file, since a sandbox shows them nothing else
 *   dist/run-host.js              plays whole runs for gradings of one's own; dist/orphan.js ends it when nobody is left
 *   dist/build-submission.js      bundles or checks one submission in a process of its own
 *   dist/intruder.js              tries to get out of a sandbox, before it is relied on
 *   dist/realm/                   what is evaluated inside each peer's realm
 *   dist/api/                     `import ... from "consensus-labs"`
 *
 * `node scripts/build.mjs --meta` also prints what each bundle is made of.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { analyzeMetafile, build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const wantsMeta = process.argv.includes("--meta");

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node20",
  format: "esm",
  // Error messages of ours must point into the sources, and students' stacks never pass through these files.
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
  logLevel: "warning",
  alias: { "consensus-labs": join(root, "labs/api/index.ts") },
};
/** Loaded lazily or by path at run time: never inside a bundle. */
const external = ["esbuild", "typescript"];
/** Bundled CommonJS packages ask for Node's own modules through `require`. */
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

await main();

async function main() {
  const startedMs = performance.now();
  mkdirSync(dist, { recursive: true });
  const parts = await Promise.allSettled([
    bundleTogether({
      cli: "grader/cli/main.ts",
      "command-line": "grader/cli/command-line.ts",
      worker: "grader/run/worker.ts",
      soak: "grader/cli/soak.ts",
      "soak-thread": "grader/cli/soak/soak.ts",
      bench: "scripts/bench.ts",
      profile: "scripts/profile.ts",
      goldens: "scripts/goldens.ts",
      "keeper-thread": "grader/sandbox/keeper-thread.ts",
    }),
    bundleWithoutPath("host", "grader/host/main.ts"),
    bundleAlone("stuck", "grader/host/stuck.ts"),
    bundleWithoutPath("run-host", "grader/whole-run/main.ts"),
    bundleAlone("orphan", "grader/host/orphan.ts"),
    bundleAlone("build-submission", "grader/submission/build-program.ts"),
    bundleAlone("intruder", "grader/sandbox/confine/intruder.ts"),
    buildRealmFiles(),
    buildApi(),
  ]);
  linkCommand();
  const failures = parts.filter((part) => part.status === "rejected");
  for (const { reason } of failures) console.error(`build: ${reason.message}`);
  if (failures.length > 0) process.exitCode = 1;
  else console.log(`built dist in ${Math.round(performance.now() - startedMs)} ms`);
}

/** Several entry points that share their chunks. */
async function bundleTogether(entries) {
  const present = Object.fromEntries(Object.entries(entries).filter(([, source]) => isThere(source)));
  if (Object.keys(present).length === 0) return;
  const outputs = await bundle({ entryPoints: present, splitting: true, chunkNames: "chunks/[name]-[hash]", external });
  removeStaleChunks(outputs);
}

/** One entry point as one file that needs no other. */
async function bundleAlone(name, source) {
  if (isThere(source)) await bundle({ entryPoints: { [name]: source }, external });
}

/**
 * As `bundleAlone`, but the file only holds the code as text, and evaluates it under a name that is no path: code that runs
 * beside a submission is seen by it in call sites, and shall not tell where the grader lies. It begins in a turn of its own,
 * so that nothing of the file stands below it.
 */
async function bundleWithoutPath(name, source) {
  if (!isThere(source)) return;
  const options = { ...common, entryPoints: { [name]: source }, external, outdir: dist, write: false };
  const { outputFiles, metafile } = await build({ ...options, format: "cjs", sourcemap: false });
  if (wantsMeta) console.log(await analyzeMetafile(metafile));
  const text = `import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
const code = ${JSON.stringify(outputFiles[0].text)};
setImmediate(
  compileFunction(code, ["require", "module"], { filename: "consensus-labs:${name}" }),
  createRequire(import.meta.url),
  { exports: {} },
);
`;
  const path = join(dist, `${name}.js`);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  rmSync(`${path}.map`, { force: true });
}

async function bundle(options) {
  const result = await build({ ...common, ...options, outdir: dist, banner: { js: requireBanner } });
  if (wantsMeta) console.log(await analyzeMetafile(result.metafile));
  return Object.keys(result.metafile.outputs);
}

/** Files are replaced in place, so that a grading that is under way meanwhile finds what it needs; leftovers go last. */
function removeStaleChunks(outputs) {
  const current = new Set(outputs.map((path) => basename(path)));
  const folder = join(dist, "chunks");
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!current.has(name)) rmSync(join(folder, name));
  }
}

/** The realm's own code is built by the peer host's script, which knows its parts. */
async function buildRealmFiles() {
  const script = "scripts/realm-build.mjs";
  if (!isThere(script)) return;
  const { buildRealm } = await import(pathToFileURL(join(root, script)).href);
  await buildRealm(join(dist, "realm"));
}

/** The package's root export: code, declarations, and the globals of a realm. */
async function buildApi() {
  if (!isThere("labs/api/index.ts") || !isThere("labs/api/codec.ts")) return;
  const outdir = join(dist, "api");
  mkdirSync(outdir, { recursive: true });
  for (const name of ["globals.d.ts", "node-modules.d.ts"])
    copyFileSync(join(root, "labs/api", name), join(outdir, name));
  await Promise.all([
    build({ ...common, entryPoints: { index: "labs/api/index.ts" }, outdir }),
    emitDeclarations("labs/api/tsconfig.json", outdir),
  ]);
}

async function emitDeclarations(project, outdir) {
  // The native compiler's own path: starting it through Node costs half a second.
  const { default: getExePath } = await import(
    pathToFileURL(join(createRequire(import.meta.url).resolve("typescript/package.json"), "../lib/getExePath.js")).href
  );
  try {
    await promisify(execFile)(getExePath(), ["-p", join(root, project), "--noCheck", "--outDir", outdir]);
  } catch (error) {
    console.error(error.stdout || error.message);
    throw new Error(`the declarations of the student API could not be made from ${project}`);
  }
}

/** npm links the commands of dependencies only, so this makes `npx grade` find the one built here at once. */
function linkCommand() {
  const cli = join(dist, "cli.js");
  const bin = join(root, "node_modules/.bin");
  if (!existsSync(cli) || !existsSync(bin)) return;
  chmodSync(cli, 0o755);
  const link = join(bin, "grade");
  const target = "../../dist/cli.js";
  if (linkTarget(link) === target) return;
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link);
  } catch (error) {
    // Windows without the right to make links: npx then takes the longer way through package.json.
    console.log(`no link ${link}: ${error.message}`);
  }
}

function linkTarget(path) {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function isThere(source) {
  if (existsSync(join(root, source))) return true;
  console.log(`${source} is not there yet: skipped`);
  return false;
}
