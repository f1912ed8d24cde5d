import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VITEST_VERSION } from "../grader/release/project.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

describe("the package that is installed", () => {
  it("depends on what the built code asks for at run time, and on nothing that is bundled into it", () => {
    expect(Object.keys(manifest.dependencies).sort()).toEqual([...packagesAskedFor()].sort());
  });

  it("makes projects for the vitest that it is tested with", () => {
    expect(manifest.devDependencies.vitest).toBe(VITEST_VERSION);
  });

  it("has its command under a name of its own too", () => {
    expect(manifest.bin).toEqual({ grade: "dist/cli.js", "consensus-labs": "dist/cli.js" });
  });

  it("tells nobody to type what would ask a registry for a package of that name, which is somebody else's", () => {
    const folders = ["labs", "docs", "skeleton", "examples"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => join(folder, path)),
    );
    const guides = readdirSync(root).filter((path) => path.endsWith(".md"));
    const texts = [...folders, ...guides].filter(
      (path) => /\.(md|ts|ya?ml|sh)$/.test(path) && !path.includes("node_modules"),
    );
    expect(texts.length).toBeGreaterThan(40);
    const asking = /\bnpx (?!--no )(?:-\S+ (?:course )?)*(?:grade|consensus-labs)\b/;
    expect(texts.filter((path) => asking.test(readFileSync(join(root, path), "utf8")))).toEqual([]);
  });

  it("finds the native compiler where the type check and the build look for it", () => {
    const typescript = createRequire(import.meta.url).resolve("typescript/package.json");
    expect(existsSync(join(dirname(typescript), "lib/getExePath.js"))).toBe(true);
  });
});

/** Specifiers behind `from`, `import`, `require`, `createRequire(…)` and `resolve`, of packages alone. */
const ASKED_FOR =
  /(?:\bfrom|\bimport|\bimport\(|require\(|import\.meta\.url\)\(|\.resolve\()\s*"(@?\w[\w.-]*(?:\/[\w.-]+)*)"/g;

/** Packages that files in dist/ import, require, or look for by the path of their package.json. */
function packagesAskedFor(): Set<string> {
  const dist = join(root, "dist");
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((path) => /\.js$/.test(path));
  const names = new Set<string>();
  for (const file of files.filter((path) => !path.startsWith("realm"))) {
    const code = readFileSync(join(dist, file), "utf8");
    for (const [, specifier = ""] of code.matchAll(ASKED_FOR)) {
      const [scope = "", name = ""] = specifier.split("/");
      const found = scope.startsWith("@") ? `${scope}/${name}` : scope;
      if (!isBuiltin(specifier) && found !== manifest.name) names.add(found);
    }
  }
  return names;
}
