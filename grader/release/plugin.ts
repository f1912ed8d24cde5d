import { readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Plugin } from "esbuild";
import { cutSource } from "./cut-source.ts";
import type { Omission } from "./omission.ts";

/** Commands that are not for students, and what stands in a kit in place of them. */
const STAFF = "grader/cli/staff/commands.ts";
const NO_STAFF = "grader/cli/staff/absent.ts";
const KIT = "labs/kit.ts";

/** Has the bundler see the sources below `root` as a package for students has them. */
export function studentPlugin(root: string, omission: Omission): Plugin {
  const inProject = (path: string) => relative(root, path).split(sep).join("/");
  const isLab = (path: string) => /^labs\/(?!api\/)/.test(inProject(path));
  return {
    name: "students",
    setup: ({ onLoad, onResolve, esbuild }) => {
      // Modules of labs only define things: what is not used of them goes, however it is made.
      onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir }) => {
        const target = resolve(resolveDir, path);
        if (inProject(target) === STAFF) return { path: join(root, NO_STAFF) };
        return isLab(target) ? { path: target, sideEffects: false } : null;
      });
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const name = inProject(path);
        if (name === KIT) return { contents: `export const KIT = ${JSON.stringify(omission.kit)};`, loader: "ts" };
        if (!isLab(path)) return null;
        const { code } = await esbuild.transform(readFileSync(path, "utf8"), { loader: "ts", target: "node20" });
        return { contents: cutSource(code, omission), loader: "js" };
      });
    },
  };
}
