import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";
import type { Lab } from "../harness/scenario.ts";
import { checkPackage } from "./check-package.ts";
import { isAboutHidden, picturesIn, studentText } from "./handouts.ts";
import type { Omission } from "./omission.ts";
import { studentPlugin } from "./plugin.ts";

/** What scripts/bundles.mjs offers. */
interface DistBuilder {
  makeDist(order: {
    readonly dist: string;
    readonly plugins: readonly Plugin[];
    readonly hasSourceMaps: boolean;
    readonly layers: readonly string[];
  }): Promise<readonly string[]>;
}

/** The text that all labs share, and its pictures: a tour of the trace page. Handouts link it as a folder beside their own. */
export const TOUR = "labs/trace-page";

/** Places in a handout that spoke of something that is left out: `labs/raft/README.md:188`. */
export type EditedPlaces = readonly string[];

/**
 * Makes the package that students have, from the sources of a clone: bundled anew without what is left out, with no source maps,
 * no staff's commands, and nothing of the solution. `folder` must not exist yet, or be empty.
 *
 * @throws when what was made holds anything that it must not.
 */
export async function makeStudentPackage(
  root: string,
  labs: readonly Lab[],
  omission: Omission,
  folder: string,
): Promise<EditedPlaces> {
  const { makeDist } = (await import(pathToFileURL(join(root, "scripts/bundles.mjs")).href)) as DistBuilder;
  const dist = join(folder, "dist");
  const kept = labs.filter(({ id }) => omission.labs.includes(id));
  const layers = [...new Set(kept.flatMap(({ form }) => Object.keys(form.layers ?? {})))];
  const faults = await makeDist({ dist, plugins: [studentPlugin(root, omission)], hasSourceMaps: false, layers });
  if (faults.length > 0) throw new Error(`the students' package cannot be built: ${faults.join("; ")}`);
  for (const { home } of kept) copySkeleton(root, home, join(folder, "skeleton", home));
  const edited = copyHandouts(root, labs, omission, folder);
  mkdirSync(join(folder, "schemas"), { recursive: true });
  // Of batches there are none here.
  for (const name of readdirSync(join(root, "schemas")))
    if (!name.startsWith("batch-")) cpSync(join(root, "schemas", name), join(folder, "schemas", name));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(studentManifest(root), null, 2)}\n`);
  checkPackage(folder, omission, layers);
  return edited;
}

/** The files of a lab's skeleton, which are a student's to change. */
export function copySkeleton(root: string, home: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(join(root, "skeleton", home))) {
    if (name === "tsconfig.json" || name === "node_modules") continue;
    cpSync(join(root, "skeleton", home, name), join(folder, name), { recursive: true });
  }
}

/** What handouts of all labs refer to. */
const SHARED_TEXTS = ["docs/scenario-files.md"];

/** The texts of the labs' folders, under the paths that suites name them by, with those that all labs share. */
function copyHandouts(root: string, labs: readonly Lab[], omission: Omission, folder: string): string[] {
  const kept = labs.filter(({ id }) => omission.labs.includes(id));
  const homes = new Set(kept.flatMap(({ suites }) => suites.map(({ handout }) => dirname(handout))));
  return [...homes, TOUR].flatMap((home) => {
    mkdirSync(join(folder, home), { recursive: true });
    const own = readdirSync(join(root, home))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `${home}/${name}`);
    return [...own, ...(home === TOUR ? [] : SHARED_TEXTS)].flatMap((path) => {
      const whole = readFileSync(join(root, path), "utf8");
      if (isAboutHidden(whole, omission)) return [];
      const { text, edited } = studentText(whole, omission);
      writeFileSync(
        join(folder, home, basename(path)),
        text.replaceAll("](../../docs/scenario-files", "](scenario-files"),
      );
      for (const picture of picturesIn(text)) cpSync(join(root, home, picture), join(folder, home, picture));
      return edited.map((line) => `${path}:${line}`);
    });
  });
}

/** What of the project's own description holds for the students' package too. */
function studentManifest(root: string) {
  const all = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { name, version, description, license, type, engines, bin, exports, dependencies } = all;
  return { name, version, description, private: true, license, type, engines, bin, exports, dependencies };
}

/** Whether a package lies in a clone of the course, from whose sources others can be made. */
export function isClone(root: string): boolean {
  return ["scripts/bundles.mjs", "grader/release", "reference", "skeleton"].every((path) =>
    existsSync(join(root, path)),
  );
}
