import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSubmission } from "../../grader/submission/open.ts";
import { typeCheck } from "../../grader/submission/type-check.ts";
import { load, makeFolder, raftForm } from "./folder.ts";

const SOURCES = {
  "raft.ts": `
    import "./effect";
    import { Log } from "./lib/log";
    import fallback, { x } from "./lib/old.cjs";
    export class Raft { log = new Log(); y = [fallback, x]; @mark z = 1; w; }
    function mark(_: object, __: string) {}`,
  "effect.ts": "(globalThis as any).effect = true;",
  "lib/log.ts": "export class Log { first?: number; }",
  "lib/old.cjs": "exports.__esModule = true; exports.default = 1; exports.x = 2;",
};

const TRAP = (path: string) => `require("node:fs").writeFileSync(${JSON.stringify(path)}, "");`;

/** Each of them would change a build, or run something, if any tool asked it. */
function configuration(trap: string): Record<string, string> {
  const tsconfig = {
    extends: "./no-such-base.json",
    compilerOptions: {
      target: "es5",
      useDefineForClassFields: false,
      experimentalDecorators: false,
      verbatimModuleSyntax: true,
      strict: false,
      paths: { "./effect": ["./lib/log.ts"] },
      plugins: [{ name: "./evil.cjs" }],
      types: ["evil"],
    },
  };
  const manifest = {
    type: "module",
    sideEffects: false,
    main: "./evil.cjs",
    browser: { "./effect.ts": false, "./lib/log.ts": "./evil.cjs" },
    exports: { ".": "./evil.cjs" },
    imports: { "#log": "./evil.cjs" },
    scripts: { preinstall: `touch ${trap}`, prepare: `touch ${trap}`, build: `touch ${trap}` },
    typesVersions: { "*": { "*": ["./evil/*"] } },
  };
  const files: Record<string, string> = {};
  for (const folder of ["", "lib/"]) {
    files[`${folder}tsconfig.json`] = JSON.stringify(tsconfig);
    files[`${folder}jsconfig.json`] = JSON.stringify(tsconfig);
    files[`${folder}package.json`] = JSON.stringify(manifest);
    files[`${folder}evil.cjs`] = TRAP(trap);
  }
  const scripts = ["vitest.config.ts", "vite.config.js", "esbuild.config.mjs", "node_modules/@types/evil/index.d.ts"];
  for (const name of scripts) files[name] = TRAP(trap);
  return { ...files, ".npmrc": "node-options=--require ./evil.cjs", "node_modules/evil/index.js": TRAP(trap) };
}

describe("a student's own configuration", () => {
  it("changes no byte of the bundle, and runs nothing", async () => {
    const plain = await load(makeFolder(SOURCES));
    const trap = join(makeFolder({}), "trapped");
    const configured = await load(makeFolder({ ...configuration(trap), ...SOURCES }));
    expect(configured.code).toBe(plain.code);
    expect(configured.sourceMap).toBe(plain.sourceMap);
    expect(configured.inputs).toEqual(plain.inputs);
    expect(existsSync(trap)).toBe(false);
  });

  it("changes nothing that the type check finds", async () => {
    const trap = join(makeFolder({}), "trapped");
    const check = (files: Record<string, string>) => typeCheck(openSubmission(makeFolder(files), raftForm));
    const plain = await check(SOURCES);
    expect(plain.map(({ code }) => code)).toContain("TS7008");
    expect(await check({ ...configuration(trap), ...SOURCES })).toEqual(plain);
    expect(existsSync(trap)).toBe(false);
  });
});

describe("a comment that names a source map is a comment", () => {
  const inline = `data:application/json;base64,${Buffer.from(
    JSON.stringify({ version: 3, sources: ["../../other/raft.ts"], names: [], mappings: "AAAA;AACA;AACA;AACA" }),
  ).toString("base64")}`;
  const source = "export class Raft {\n  constructor() { throw new Error(); }\n}";

  it.each([
    ["at the end", `${source}\n//# sourceMappingURL=`, ""],
    ["in the old form", `${source}\n//@ sourceMappingURL=`, ""],
    ["at the beginning", "/*# sourceMappingURL=", ` */${source}`],
    ["twice", `${source}\n//# sourceMappingURL=x.map\n//# sourceMappingURL=`, "\n"],
  ])("%s", async (_where, before, after) => {
    const outside = makeFolder({
      "secret.txt": "top secret",
      "map.json": JSON.stringify({ version: 3, sources: ["/etc/passwd"], names: [], mappings: "AAAA;AACA;AACA;AACA" }),
    });
    const plain = await load(makeFolder({ "raft.ts": source }));
    for (const url of [
      `${outside}/secret.txt`,
      `${outside}/map.json`,
      `file://${outside}/map.json`,
      "/dev/zero",
      inline,
    ]) {
      const bundle = await load(makeFolder({ "raft.ts": before + url + after }));
      expect(JSON.parse(bundle.sourceMap).sources, url).toEqual(JSON.parse(plain.sourceMap).sources);
      expect(bundle.code, url).toBe(plain.code);
    }
  });
});
