/**
 * Makes the folder `dist` of the package: of the one that is worked on (scripts/build.mjs), and of the students' own, which has
 * fewer commands and leaves something out (grader/release).
 */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { analyzeMetafile, build } from "esbuild";
import { buildRealm } from "./realm-build.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Loaded lazily or by path at run time: never inside a bundle. */
const external = ["esbuild", "typescript"];
/** Bundled CommonJS packages ask for Node's own modules through `require`. */
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** What stands on its own in every package, each file by the source that it is made from. */
const COMMANDS = {
  cli: "grader/cli/main.ts",
  "command-line": "grader/cli/command-line.ts",
  worker: "grader/run/worker.ts",
  "test-grading": "grader/cli/editor/test-grading.ts",
};

/** What labs give to build on, by the name behind `consensus-labs/`. */
const LAYERS = { raft: "reference/given/raft.ts" };

/**
 * Builds all of it.
 *
 * @param {object} order
 * @param {string} order.dist the folder; what it holds is replaced file by file
 * @param {Record<string, string>} [order.more] further entry points that share chunks with the commands
 * @param {import("esbuild").Plugin[]} [order.plugins] have a part in every bundle but the realm's
 * @param {boolean} [order.hasSourceMaps]
 * @param {readonly string[]} [order.layers] which layers are built, by name; default: all
 * @param {boolean} [order.wantsMeta] prints what each bundle is made of
 * @returns {Promise<string[]>} what went wrong, a line each
 */
export async function makeDist({
  dist,
  more = {},
  plugins = [],
  hasSourceMaps = true,
  layers = Object.keys(LAYERS),
  wantsMeta = false,
}) {
  mkdirSync(dist, { recursive: true });
  const maker = new DistMaker({ dist, plugins, hasSourceMaps, wantsMeta });
  const parts = await Promise.allSettled([
    maker.bundleTogether({ ...COMMANDS, ...more }),
    maker.bundleWithoutPath("host", "grader/host/main.ts"),
    maker.bundleAlone("stuck", "grader/host/stuck.ts"),
    maker.bundleWithoutPath("run-host", "grader/whole-run/main.ts"),
    maker.bundleAlone("orphan", "grader/host/orphan.ts"),
    maker.bundleAlone("build-submission", "grader/submission/build-program.ts"),
    maker.bundleAlone("intruder", "grader/sandbox/confine/intruder.ts"),
    // The realm's own code is built by the peer host's script, which knows its parts.
    buildRealm(join(dist, "realm")),
    maker.buildApi(),
    maker.buildLayers(layers),
    maker.buildViewer(),
  ]);
  return parts.flatMap((part) => (part.status === "rejected" ? [part.reason.message] : []));
}

class DistMaker {
  constructor({ dist, plugins, hasSourceMaps, wantsMeta }) {
    this.dist = dist;
    this.wantsMeta = wantsMeta;
    this.common = {
      absWorkingDir: root,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "esm",
      // Error messages of ours must point into the sources, and students' stacks never pass through these files.
      sourcemap: hasSourceMaps ? "linked" : false,
      sourcesContent: false,
      metafile: true,
      logLevel: "warning",
      alias: { "consensus-labs": join(root, "labs/api/index.ts") },
      plugins,
    };
  }

  /** Several entry points that share their chunks. */
  async bundleTogether(entryPoints) {
    const outputs = await this.bundle({ entryPoints, splitting: true, chunkNames: "chunks/[name]-[hash]", external });
    removeStaleChunks(this.dist, outputs);
  }

  /** One entry point as one file that needs no other. */
  async bundleAlone(name, source) {
    await this.bundle({ entryPoints: { [name]: source }, external });
  }

  /**
   * As `bundleAlone`, but the file only holds the code as text, and evaluates it under a name that is no path: code that runs
   * beside a submission is seen by it in call sites, and shall not tell where the grader lies. It begins in a turn of its own,
   * so that nothing of the file stands below it.
   */
  async bundleWithoutPath(name, source) {
    const options = { ...this.common, entryPoints: { [name]: source }, external, outdir: this.dist, write: false };
    const { outputFiles, metafile } = await build({ ...options, format: "cjs", sourcemap: false });
    if (this.wantsMeta) console.log(await analyzeMetafile(metafile));
    const text = `import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
const code = ${JSON.stringify(outputFiles[0].text)};
setImmediate(
  compileFunction(code, ["require", "module"], { filename: "consensus-labs:${name}" }),
  createRequire(import.meta.url),
  { exports: {} },
);
`;
    const path = join(this.dist, `${name}.js`);
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    rmSync(`${path}.map`, { force: true });
  }

  async bundle(options) {
    const result = await build({ ...this.common, ...options, outdir: this.dist, banner: { js: requireBanner } });
    if (this.wantsMeta) console.log(await analyzeMetafile(result.metafile));
    return Object.keys(result.metafile.outputs);
  }

  /**
   * What labs give to build on: our own solution of an earlier one, as CommonJS that asks `__import` for the student API.
   * Minified, and without a source map: students are given these files too.
   */
  async buildLayers(names) {
    if (names.length === 0) return;
    const api = {
      name: "student-api",
      setup(build) {
        build.onResolve({ filter: /^consensus-labs$/ }, ({ path }) => ({ path, namespace: "realm" }));
        build.onLoad({ filter: /.*/, namespace: "realm" }, ({ path }) => ({
          contents: `const api = __import("${path}"); export const encode = api.encode, decode = api.decode;`,
        }));
      },
    };
    const { alias: _, ...common } = this.common;
    const shape = { format: "cjs", platform: "neutral", target: "es2022", minify: true, sourcemap: false };
    const outdir = join(this.dist, "layers");
    await build({
      ...common,
      ...shape,
      entryPoints: Object.fromEntries(names.map((name) => [name, LAYERS[name]])),
      outdir,
      plugins: [...common.plugins, api],
      tsconfigRaw: {},
    });
  }

  /** What a trace page runs and looks like (grader/page): for browsers, and in plain ASCII, as it stands inside of HTML. */
  async buildViewer() {
    await build({
      ...{ absWorkingDir: root, bundle: true, platform: "browser", target: "es2022", format: "iife", charset: "ascii" },
      ...{ minify: true, legalComments: "none", logLevel: "warning" },
      entryPoints: { script: "grader/page/viewer/main.ts", style: "grader/page/viewer/style.css" },
      outdir: join(this.dist, "page"),
    });
  }

  /** The package's root export: code, declarations, and the globals of a realm. */
  async buildApi() {
    const outdir = join(this.dist, "api");
    mkdirSync(outdir, { recursive: true });
    for (const name of ["globals.d.ts", "node-modules.d.ts", "vitest.d.ts", "vitest-missing.d.ts"])
      copyFileSync(join(root, "labs/api", name), join(outdir, name));
    await Promise.all([
      build({
        ...this.common,
        entryPoints: {
          index: "labs/api/index.ts",
          kv: "labs/api/kv.ts",
          paxos: "labs/api/paxos.ts",
          vitest: "grader/cli/editor/vitest.ts",
        },
        outdir,
      }),
      emitDeclarations("labs/api/tsconfig.json", outdir),
    ]);
  }
}

/** Files are replaced in place, so that a grading that is under way meanwhile finds what it needs; leftovers go last. */
function removeStaleChunks(dist, outputs) {
  const current = new Set(outputs.map((path) => basename(path)));
  const folder = join(dist, "chunks");
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (!current.has(name)) rmSync(join(folder, name));
  }
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
