import { closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildTar } from "../../batch/intake/tar-builder.ts";
import { type Attack, raft, raftFile, typedFile } from "../attack.ts";

const ungradable = (id: string, message: RegExp, files: Attack["files"], prepare?: Attack["prepare"]): Attack => ({
  id,
  verdict: "ungradable",
  message,
  ...(files !== undefined && { files }),
  ...(prepare !== undefined && { prepare }),
});
const importing = (specifier: string, more: Record<string, string> = {}) => ({
  "raft.js": `import * as x from ${JSON.stringify(specifier)};\nglobalThis.x = x;\n${raft({})}`,
  ...more,
});
/** A program that a tool of ours would run if it looked at it. */
const plant = (path: string) => `require("node:fs").writeFileSync(${JSON.stringify(path)}, "run");`;

/** What is handed in, and what building it takes. */
export const SOURCES: readonly Attack[] = [
  ungradable("source-100-mb", /more than 20000000 bytes/, undefined, (folder) => {
    const fd = openSync(join(folder, "raft.js"), "w");
    ftruncateSync(fd, 100_000_000);
    closeSync(fd);
  }),
  ungradable("source-10-mb", /at most 2000000 are graded/, () => ({
    "raft.js": `${raft({})}//${"x".repeat(10_000_000)}`,
  })),
  ungradable("source-10000-files", /more than 10000 files/, raftFile({}), (folder) => {
    mkdirSync(join(folder, "more"));
    for (let i = 0; i < 10_000; i++) writeFileSync(join(folder, "more", `${i}.ts`), "");
  }),
  ungradable("source-deep-folders", /more than 20 folders/, raftFile({}), (folder) => {
    mkdirSync(join(folder, ...Array<string>(60).fill("d")), { recursive: true });
  }),
  ungradable("source-deep-nesting", /nested/, {
    "raft.js": `${raft({})}const x = ${"[".repeat(200_000)}${"]".repeat(200_000)};`,
  }),
  ungradable("source-deep-nesting-2", /nested|syntax/, {
    "raft.ts": `${raft({})}type X = ${"(".repeat(100_000)}1${")".repeat(100_000)};`,
  }),
  // The bundler takes each of these, and the engine does not.
  ungradable("source-expression-that-is-none", /syntax error: Invalid regular expression/, {
    "raft.js": raft({ top: "globalThis.x = /(/;" }),
  }),
  ungradable("source-many-arguments", /Too many arguments/, () => ({
    "raft.js": raft({ top: `globalThis.x = () => x(${"1,".repeat(70_000)}1);` }),
  })),
  ungradable("source-long-chain", /a chain in it is too long/, () => ({
    "raft.js": raft({ top: `globalThis.x = (a) => ${"a?1:".repeat(20_000)}1;` }),
  })),
  {
    id: "source-one-line",
    files: () => ({ "raft.js": `${raft({})}const x = [${"1,".repeat(900_000)}];` }),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "source-many-places",
    // Its map has well over a million segments, of which the stack is found one.
    files: () => ({
      "raft.js": raft({
        top: `globalThis.x = (a) => [${"{a},".repeat(470_000)}];`,
        init: "throw new Error('one of many places');",
      }),
    }),
    verdict: "crashed",
    message: /one of many places/,
  },
  // A constant stands wherever it is named: a hundred bytes for four, which the grader would hold several times over.
  ungradable("source-that-grows", /building it took more than 16 MB of output/, () => ({
    "raft.ts": `${raft({ top: `enum E { a = "${"y".repeat(84)}" }\nglobalThis.x = ["\u20ac", ${"E.a,".repeat(200_000)}];` })}`,
  })),
  {
    id: "source-slow-types",
    files: typedFile(`import type {} from "consensus-labs";
type Build<N extends number, T extends unknown[] = []> = T["length"] extends N ? T : Build<N, [...T, unknown]>;
type Many = \`\${0|1|2|3|4|5|6|7|8|9}\${0|1|2|3|4|5|6|7|8|9}\${0|1|2|3|4|5|6|7|8|9}\${0|1|2|3|4|5|6|7|8|9}\`;
export type Slow = [Build<999>, Many, \`\${Many}\${Many}\`];`),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "source-cyclic",
    files: {
      "raft.js": `import { a } from "./a.js";\nexport const b = () => a;\n${raft({})}`,
      "a.js": `import { b } from "./raft.js";\nexport const a = () => b;`,
    },
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "source-json",
    files: importing("./x.json", { "x.json": '{"__proto__":{"isLeader":true}}' }),
    verdict: "failed",
    property: "liveness",
  },
  ungradable("import-wasm", /no file \.\/x\.wasm/, importing("./x.wasm", { "x.wasm": "\0asm" })),
  ungradable("import-native", /no file \.\/x\.node/, importing("./x.node", { "x.node": "\x7fELF" })),
  ungradable("import-fs", /node:fs is not available/, importing("node:fs")),
  ungradable("import-child-process", /child_process is not available/, importing("child_process")),
  ungradable("import-absolute", /absolute path/, importing("/etc/passwd")),
  ungradable("import-url", /absolute path or an address/, importing("http://127.0.0.1/x.js")),
  ungradable("import-data", /address/, importing("data:text/javascript,export default 1")),
  ungradable("import-outside", /outside the submission/, importing("../../../../../../etc/passwd")),
  ungradable("import-dynamic", /import\(.*\) is not possible|import\("node:fs"\)/, {
    "raft.js": raft({ init: 'import("node:fs");' }),
  }),
  ungradable("import-dynamic-computed", /import\(…\) is not possible/, {
    "raft.js": raft({ init: "import('node:' + me);" }),
  }),
  ungradable("import-require", /require/, { "raft.js": raft({ init: "require('fs');" }) }),
  ungradable("import-meta", /import\.meta/, { "raft.js": raft({ init: "import.meta.url;" }) }),
  {
    id: "import-attributes",
    files: {
      "raft.js": `import x from "./x.json" with { type: "file" };
globalThis.x = x;
${raft({})}`,
      "x.json": "{}",
    },
    verdict: "ungradable",
    message: /type/,
  },
  ungradable("link-to-passwd", /symbolic link/, undefined, (folder) =>
    symlinkSync("/etc/passwd", join(folder, "raft.js")),
  ),
  ungradable("link-beside", /symbolic link/, raftFile({}), (folder, { secretFile }) =>
    symlinkSync(secretFile, join(folder, "x.json")),
  ),
  ungradable("link-to-root", /symbolic link/, raftFile({}), (folder) => symlinkSync("/", join(folder, "root"))),
  ungradable("link-to-itself", /symbolic link/, raftFile({}), (folder) => symlinkSync(".", join(folder, "me"))),
  {
    id: "own-configuration",
    files: ({ plantedFile }) => ({
      ...raftFile({}),
      "package.json": JSON.stringify({
        main: "other.js",
        exports: "./other.js",
        browser: { "./raft.js": "./other.js" },
        type: "commonjs",
        scripts: Object.fromEntries(
          ["preinstall", "install", "postinstall", "prepare", "build", "test"].map((name) => [
            name,
            `touch ${plantedFile}`,
          ]),
        ),
      }),
      "other.js": "export class Raft { constructor() { throw new Error('the other one'); } }",
      "tsconfig.json": JSON.stringify({
        extends: "/etc/passwd",
        compilerOptions: {
          paths: { "*": ["./other.js"], "consensus-labs": ["./other.js"] },
          plugins: [{ name: "./plant.cjs" }],
        },
      }),
      "vitest.config.ts": plant(plantedFile),
      "esbuild.config.js": plant(plantedFile),
      "plant.cjs": plant(plantedFile),
      ".npmrc": `script-shell=${plantedFile}`,
      "node_modules/consensus-labs/index.js": "throw new Error('the other one');",
    }),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "own-tests-and-workflows",
    // Named as the grader's own files are, and as those of the services that run it.
    files: ({ plantedFile }) => ({
      ...raftFile({}),
      ...Object.fromEntries(
        [
          "raft.test.ts",
          "test/attacks/attacks.test.ts",
          "vitest.config.ts",
          "vitest.config.mts",
          "vitest.workspace.ts",
          "grader/run/grade.ts",
          "labs/index.ts",
          "labs/raft/scenarios/election.ts",
          "dist/cli.js",
          "dist/worker.js",
          "dist/host.js",
          "node_modules/vitest/index.js",
          "node_modules/esbuild/lib/main.js",
          "node_modules/typescript/lib/getExePath.js",
        ].map((path) => [path, plant(plantedFile)]),
      ),
      ".github/workflows/grade.yml": `on: [push]\njobs:\n  grade:\n    runs-on: ubuntu-latest\n    steps:\n      - run: touch ${plantedFile}\n`,
      ".github/classroom/autograding.json": JSON.stringify({ tests: [{ name: "x", run: "true", points: 99 }] }),
      "results.jsonl": '{"points":{"raw":99,"final":99}}\n',
      "policy.yaml": "runs: 1\nonly: []\n",
      "test/wrong/killers.json": "{}",
      "package-lock.json": "{}",
    }),
    verdict: "failed",
    property: "liveness",
  },
  {
    id: "own-git-hooks",
    files: ({ plantedFile }) => ({
      ...raftFile({}),
      ".git/config": `[core]\n\tfsmonitor = "touch ${plantedFile}"\n\tsshCommand = touch ${plantedFile}\n`,
      ".git/hooks/post-checkout": `#!/bin/sh\ntouch ${plantedFile}\n`,
    }),
    verdict: "failed",
    property: "liveness",
  },
];

/** Archives beside the folders. */
export const ARCHIVES: readonly { readonly name: string; readonly bytes: () => Buffer; readonly message: RegExp }[] = [
  {
    name: "tar-out.tar",
    bytes: () => buildTar([{ name: "../../planted.js", content: "x" }]),
    message: /leads out of its folder/,
  },
  {
    name: "tar-absolute.tar",
    bytes: () => buildTar([{ name: "/tmp/planted.js", content: "x" }]),
    message: /absolute path/,
  },
  {
    name: "tar-link.tar",
    bytes: () => buildTar([{ name: "raft.js", type: "2", linkTo: "/etc/passwd" }]),
    message: /link/,
  },
  {
    name: "tar-hard-link.tar",
    bytes: () => buildTar([{ name: "raft.js", type: "1", linkTo: "/etc/passwd" }]),
    message: /link/,
  },
  { name: "tar-device.tar", bytes: () => buildTar([{ name: "raft.js", type: "3" }]), message: /device/ },
  {
    name: "tar-control.tar",
    bytes: () => buildTar([{ name: "\u001b[2J.js", content: "x" }]),
    message: /control characters/,
  },
  {
    name: "tar-lies.tar",
    bytes: () => buildTar([{ name: "raft.js", content: "x", size: 8_000_000_000 }]),
    message: /more than 20000000 bytes/,
  },
  { name: "not-an.zip", bytes: () => Buffer.from("PK\u0003\u0004 no archive"), message: /./ },
];
