import type { Tarball } from "./tarball.ts";

/** What npm keeps of a package that lies in another one. */
const KEPT = ["cpu", "license", "os", "bin", "engines", "optionalDependencies", "dependencies"];

/** The `package-lock.json` of a kit, by which `npm ci` finds all it needs beside it. */
export function lockfileOf(kit: Readonly<Record<string, unknown>>, { name, manifest, integrity, packed }: Tarball) {
  const { name: kitName, license: _, private: __, type: ___, scripts: ____, ...fields } = kit;
  const own = `node_modules/${manifest.name}`;
  const inside = packed
    .map((one): [string, object] => [
      `${own}/node_modules/${one.name}`,
      {
        version: one.manifest.version,
        dev: true,
        inBundle: true,
        ...Object.fromEntries(KEPT.flatMap((key) => (key in one.manifest ? [[key, one.manifest[key]]] : []))),
        ...("os" in one.manifest && { optional: true }),
      },
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const { version, license, engines, bin, dependencies, bundleDependencies } = manifest;
  return {
    name: kitName,
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: kitName, ...fields },
      [own]: {
        version,
        resolved: `file:${name}`,
        integrity,
        bundleDependencies,
        dev: true,
        license,
        dependencies,
        bin,
        engines,
      },
      ...Object.fromEntries(inside),
    },
  };
}
