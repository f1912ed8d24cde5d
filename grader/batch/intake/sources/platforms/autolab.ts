import { shown } from "../../names.ts";
import { namesOf } from "../../unpack/listing.ts";
import type { Found } from "../found.ts";
import { handIn } from "../hand-in.ts";
import type { Tree } from "../tree.ts";
import { areMost, type Download, grouped, type Platform, type ReadOptions } from "./platform.ts";

/** Autolab's download of all submissions, or of the last ones, unpacked or not. */
export const AUTOLAB: Platform = {
  what: "an Autolab download",
  count: (tree) => new Set(autolabFiles(tree).map(({ email }) => email)).size,
  read: readAutolab,
};

interface AutolabFile {
  readonly path: string;
  readonly email: string;
  readonly version: number;
  /** What the assessment calls each hand-in, such as `handin.zip`. */
  readonly name: string;
}

/** `ana@uni.example_lab2_3_handin.zip`: e-mail, name of the assessment (not in old ones), version, name of the file. */
function parseName(path: string): AutolabFile | null {
  const at = path.indexOf("@");
  const end = path.indexOf("_", at);
  if (at <= 0 || end < 0 || path.slice(0, at).includes(" ")) return null;
  const parts = path.slice(end + 1).split("_");
  // Staff's name for what is handed in may have a `_` in it, and so may the assessment's: the last number is the version.
  const versionAt = parts.findLastIndex((part) => /^\d{1,6}$/.test(part));
  const name = parts.slice(versionAt + 1).join("_");
  if (versionAt < 0 || name === "") return null;
  return { path, email: path.slice(0, end), version: Number(parts[versionAt]), name };
}

function autolabFiles(tree: Pick<Tree, "list">): readonly AutolabFile[] {
  const { files } = tree.list([]);
  const shaped = files.flatMap((name) => parseName(name) ?? []);
  return areMost(shaped.length, files.length) ? shaped : [];
}

function readAutolab(tree: Tree, { mainFile }: ReadOptions): Download {
  const files = autolabFiles(tree);
  const shaped = new Set(files.map(({ path }) => path));
  return {
    found: [...grouped(files, ({ email }) => email)].map(([email, theirs]) => toFound(tree, email, theirs, mainFile)),
    rest: namesOf(tree.list([])).filter((name) => !shaped.has(name)),
  };
}

function toFound(tree: Tree, email: string, files: readonly AutolabFile[], mainFile: string): Found {
  const versions = [...files].sort((a, b) => a.version - b.version);
  const last = versions.at(-1) as AutolabFile;
  const earlier = versions.filter(({ version }) => version !== last.version).map(({ version }) => version);
  const named = versions.filter(({ version }) => version === last.version);
  const one = handIn(
    tree,
    named.map(({ path, name }) => ({ path, as: asSource(name, named.length) })),
    mainFile,
  );
  const note = `version ${last.version} was taken, the last one; earlier ones: ${earlier.join(", ")}`;
  return {
    rawId: email,
    name: shown(email),
    origin: tree.where(last.path),
    members: [{ email: shown(email) }],
    notes: [...(earlier.length === 0 ? [] : [note]), ...one.notes],
    material: one.material,
  };
}

/** Whatever the assessment calls its one file, when that is a source it is the main file. */
function asSource(name: string, count: number): string {
  const [, ending] = /\.([tj]s)$/i.exec(name) ?? [];
  return ending === undefined || count > 1 ? name : `handin.${ending.toLowerCase()}`;
}
