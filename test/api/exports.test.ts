import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as api from "consensus-labs";
import { expect, it } from "vitest";
import { makeFolder } from "../submission/folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

it("exports encode and decode, and types beside them", () => {
  expect(Object.keys(api).sort()).toEqual(["decode", "encode"]);
  expect(api.decode(api.encode({ term: 3, log: [null, "x", new Uint8Array([1])] }))).toEqual({
    term: 3,
    log: [null, "x", new Uint8Array([1])],
  });
});

it("resolves in a project of its own: the package's types, its code, and the globals of a realm", () => {
  const folder = makeFolder({
    "package.json": `{ "type": "module" }`,
    "tsconfig.json": JSON.stringify({
      compilerOptions: {
        target: "es2023",
        lib: ["es2023"],
        module: "nodenext",
        types: ["consensus-labs/globals"],
        noEmit: true,
        strict: true,
      },
    }),
    "raft.ts": `
      import { type ClientEnd, decode, encode, type Persister } from "consensus-labs";
      import assert from "node:assert";
      export class Raft {
        timer: NodeJS.Timeout = setTimeout(() => {}, 5);
        constructor(private peers: ClientEnd<Raft>[], readonly me: number, persister: Persister) {
          assert(decode(encode(persister.readState())));
        }
        async ping(args: { n: number }) { return { n: args.n }; }
        private async go() { return (await this.peers[0]?.call("ping", { n: 1 }))?.n; }
        // @ts-expect-error a realm has no process
        pid = process.pid;
        // @ts-expect-error the arguments are of another type
        private wrong = () => this.peers[0]?.call("ping", { n: "1" });
      }`,
    "run.js": `import { decode, encode } from "consensus-labs"; console.log(JSON.stringify(decode(encode([1, "x"]))));`,
  });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules/consensus-labs"));
  const compiler = spawnSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
  expect(compiler.stdout).toBe("");
  expect(execFileSync(process.execPath, ["run.js"], { cwd: folder, encoding: "utf8" })).toBe('[1,"x"]\n');
});

it("names only files that the build makes", () => {
  const { bin, exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const paths = [bin.grade, exports["./globals"].types, ...Object.values(exports["."])] as string[];
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
