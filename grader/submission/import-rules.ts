import { statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { OnLoadResult, OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import type { Form } from "../sim/role.ts";
import { misread } from "./misread.ts";
import { adviceFor, isForeignBuiltin, REALM_MODULES, realmModule } from "./modules.ts";
import type { Submission } from "./open.ts";
import { isInside } from "./sources.ts";

/** The entry of the bundle: nothing but the classes that the lab asks for. */
export const ENTRY = "submission:entry";
/** Of the plugin, as errors name it. */
export const RULES_NAME = "import-rules";
const API = "consensus-labs";
const API_NAMES = ["encode", "decode", "part"];
/** What some lab gives as a layer. */
const LAYERS = [`${API}/raft`];
/** Marks a question that this plugin asks itself. */
const OWN_QUESTION = Symbol("own question");

/**
 * Decides about every import of a submission: its own files, the student API and the realm's modules pass; anything
 * else is an error at the place of the import that says what to use instead. What passes but is not a file becomes
 * `__import("name")`, which the realm answers.
 */
export function importRules(submission: Submission): Plugin {
  return {
    name: RULES_NAME,
    setup(build) {
      build.onResolve({ filter: /.*/ }, (args) => resolveImport(build, submission, args));
      build.onLoad({ filter: /.*/, namespace: "submission" }, () => ({
        contents: entryText(submission),
        resolveDir: submission.dir,
        loader: "js",
      }));
      // What is graded is what was counted and hashed, also when the file is another by now.
      build.onLoad({ filter: /.*/, namespace: "file" }, ({ path }) => loadOwnFile(submission, path));
      build.onLoad({ filter: /.*/, namespace: "realm" }, ({ path }) => ({
        contents: realmImport(path, submission.form),
        loader: "js",
      }));
    },
  };
}

/** The entry exports each role's class from its file. */
function entryText({ form, mains }: Submission): string {
  return form.roles.map(({ className }, i) => `export { ${className} } from "./${mains[i]}";`).join("\n");
}

/** What stands in for a module of the realm. */
function realmImport(name: string, { layers = {} }: Form): string {
  const exported = name === API ? API_NAMES : layers[name.slice(API.length + 1)];
  if (exported !== undefined) {
    // Spelled out, so that importing a name that is not there fails when the bundle is made.
    const exports = exported.map((one) => `export const ${one} = module.${one};`);
    return `const module = __import("${name}"); ${exports.join(" ")}`;
  }
  // A CommonJS body lets default, named and namespace imports work as they do in Node.
  return `module.exports = __import("${name}");`;
}

async function resolveImport(
  build: PluginBuild,
  submission: Submission,
  args: OnResolveArgs,
): Promise<OnResolveResult | undefined> {
  if (args.pluginData === OWN_QUESTION) return undefined;
  if (args.kind === "entry-point") return { path: "entry", namespace: "submission" };
  const specifier = args.path;
  const { form } = submission;
  const refusal = refuse(specifier, args.kind, submission) ?? refuseAttributes(specifier, args.with);
  if (refusal !== null) return refused(refusal);
  if (specifier === API || specifier === apiOf(form)) return { path: API, namespace: "realm" };
  if (isLayer(specifier, form)) return { path: specifier, namespace: "realm" };
  const known = realmModule(specifier);
  if (known !== null) return { path: known, namespace: "realm" };
  return resolveOwnFile(build, submission, args);
}

/** Why the specifier cannot be imported whatever lies in the folder, or null. */
function refuse(
  specifier: string,
  kind: OnResolveArgs["kind"],
  { form, contents }: Pick<Submission, "form" | "contents">,
): string | null {
  if (kind === "dynamic-import") {
    return `import("${specifier}") is not possible in a peer; use an import statement at the top of the file`;
  }
  if (kind === "require-call" || kind === "require-resolve") {
    return `require("${specifier}") is not possible in a peer; use an import statement at the top of the file`;
  }
  if (specifier === API || realmModule(specifier) !== null) return null;
  if (specifier === apiOf(form) || isLayer(specifier, form)) return null;
  if (LAYERS.includes(specifier)) {
    return `${specifier} can be imported for its types only (\`import type\`): what it holds is what you write here yourself`;
  }
  if (specifier.startsWith(`${API}/`))
    return `${specifier} is not a part of ${API} that a peer can import; import from "${API}"`;
  if (isForeignBuiltin(specifier)) return `${specifier} is not available to a peer: ${adviceFor(specifier)}`;
  if (/^([/\\]|[a-zA-Z][a-zA-Z0-9+.-]*:)/.test(specifier)) {
    return `${specifier} is an absolute path or an address; only files of the submission's own folder can be imported`;
  }
  if (!/^\.\.?(\/|$)/.test(specifier)) {
    const own = specifier.replaceAll("\\", "/").replace(/^[~@.]\//, "");
    const isOwn = /[/.\\]/.test(specifier) || [".ts", ".js"].some((ending) => contents.has(`${own}${ending}`));
    const nearest = isOwn ? `; a file of your own is "./${own}"` : "";
    return `the package ${specifier} is not available to a peer: only ${API} and ${REALM_MODULES.join(", ")} are${nearest}`;
  }
  return null;
}

/** Whether it is a layer that the lab gives to build on. */
function isLayer(specifier: string, { layers = {} }: Form): boolean {
  return specifier.startsWith(`${API}/`) && Object.hasOwn(layers, specifier.slice(API.length + 1));
}

function apiOf({ api }: Form): string | null {
  return api === undefined ? null : `${API}/${api}`;
}

/** Why an import may not have these attributes, or null. The bundler asks nobody once a file's content is given to it. */
function refuseAttributes(specifier: string, attributes: Readonly<Record<string, string>>): string | null {
  const foreign = Object.entries(attributes).find(([name, value]) => name !== "type" || value !== "json");
  if (foreign === undefined) return null;
  return `${specifier} is imported with the attribute ${foreign.join(" ")}; only type json is possible`;
}

async function resolveOwnFile(
  build: PluginBuild,
  submission: Submission,
  args: OnResolveArgs,
): Promise<OnResolveResult> {
  const { path: specifier, kind, importer, resolveDir } = args;
  if (!isInside(submission.dir, dirname(`${resolveDir}/${specifier}`))) return refused(outside(specifier));
  const found = await build.resolve(specifier, { kind, importer, resolveDir, pluginData: OWN_QUESTION });
  const wanted = ownPath(submission, `${resolveDir}/${specifier}`);
  if (found.errors.length > 0 || found.path === "") return nearest(submission, importer, specifier, wanted);
  // Links are followed by now.
  if (!isInside(submission.dir, found.path)) return refused(outside(specifier));
  const resolved = asTypeScript(submission, importer, found.path);
  if (/[/\\]node_modules[/\\]/.test(resolved.slice(submission.dir.length))) {
    return refused(`${specifier} is part of a package; packages are not available to a peer`);
  }
  if (submission.contents.has(ownPath(submission, resolved))) return { path: resolved };
  // Of a file that is there by other letters only, the bundler may give a path that is not there.
  if (statSync(resolved, { throwIfNoEntry: false })?.isDirectory() === true)
    return refused(`${specifier} is not a file`);
  return nearest(submission, importer, specifier, wanted);
}

/** What an import of no file may mean: letters that are composed otherwise are the same, others are only told of. */
function nearest(submission: Submission, importer: string, specifier: string, wanted: string): OnResolveResult {
  const endings = ["", ".ts", ".mts", ".js", ".mjs", ".json", "/index.ts", "/index.js"];
  const paths = endings.map((ending) => `${wanted}${ending}`);
  const asSource = /\.[mc]?tsx?$/.test(importer) ? [wanted.replace(/\.([mc]?)js$/, ".$1ts")] : [];
  const candidates = [...asSource, ...paths];
  const files = [...submission.contents.keys()];
  const find = (key: (path: string) => string) =>
    candidates.flatMap((path) => files.find((file) => key(file) === key(path)) ?? [])[0];
  const same = find((path) => path.normalize("NFC"));
  if (same !== undefined) return { path: join(submission.dir, same) };
  const other = find((path) => path.normalize("NFC").toLowerCase());
  if (other !== undefined) return refused(`there is no file ${specifier}; there is ${other}: the case differs`);
  const alike = files.find((file) => withoutExtension(file) === withoutExtension(wanted));
  if (alike !== undefined)
    return refused(
      `there is no file ${specifier}; there is ${alike}: ${wanted === wanted.trimEnd() ? "the extension differs" : "a blank stands behind the name"}`,
    );
  const inside = files.find((file) => file.startsWith(`${wanted}/`));
  if (inside !== undefined) return refused(`${specifier} is a folder; import a file of it, such as ${inside}`);
  return refused(missing(specifier));
}

/** Also without blanks at its end. */
function withoutExtension(path: string): string {
  return path
    .normalize("NFC")
    .toLowerCase()
    .trimEnd()
    .replace(/(?:\.d)?\.(?:[mc]?[jt]s|[jt]sx|json)$/, "");
}

function outside(specifier: string): string {
  return `${specifier} lies outside the submission's folder; copy it into the folder`;
}

/**
 * In TypeScript "./log.js" means `log.ts`: what a compiler has left beside it may be of last week, and is not what types
 * are checked of. The bundler would take it.
 */
function asTypeScript(submission: Submission, importer: string, path: string): string {
  if (!/\.[mc]?tsx?$/.test(importer)) return path;
  const source = path.replace(/\.([mc]?)js(x?)$/, ".$1ts$2");
  return submission.contents.has(ownPath(submission, source)) ? source : path;
}

function ownPath(submission: Submission, path: string): string {
  return relative(submission.dir, resolve(path)).split(sep).join("/");
}

function loadOwnFile(submission: Submission, path: string): OnLoadResult {
  const contents = submission.contents.get(ownPath(submission, path));
  if (contents === undefined) throw new Error(`${path} was not opened`);
  const problem = misread(contents);
  if (problem === null) return { contents: path.endsWith(".json") ? contents : ownLines(contents), loader: "default" };
  const file = ownPath(submission, path);
  return { errors: [{ text: problem, detail: "refused", location: { file, line: 1, column: 0, lineText: "" } }] };
}

/**
 * A source whose lines are its own. esbuild would follow a comment that names a source map, to whatever file of this machine it
 * says, and stacks would then speak of files that were never handed in. It takes the last such comment: one of no use.
 */
function ownLines(contents: Buffer): Buffer {
  return Buffer.concat([contents, NO_SOURCE_MAP]);
}

const NO_SOURCE_MAP = Buffer.from(
  '\n//# sourceMappingURL=data:application/json,{"version":3,"sources":[],"names":[],"mappings":""}',
);

/** Also of a file that is there, but no source: where the submission is built apart, only its sources are. */
function missing(specifier: string): string {
  return `there is no file ${specifier} among the submission's sources`;
}

function refused(text: string): OnResolveResult {
  // The place is the import's own, which esbuild adds.
  return { errors: [{ text, detail: "refused" }] };
}
