/** A student's project, as files beside the skeleton: in a kit, and in a folder that `grade init` makes. */

/** For the editor only: a grading never asks for it. */
export const TSCONFIG = {
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

export const GITIGNORE = "node_modules/\n";

/** `dependency`: where the package is, as npm understands it. */
export function projectManifest(name: string, dependency: string) {
  return {
    name,
    private: true,
    type: "module",
    // Found where it is installed, and nowhere else.
    scripts: { grade: "grade" },
    devDependencies: { "consensus-labs": dependency },
  };
}
