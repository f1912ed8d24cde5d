import assert from "node:assert";
import assertStrict from "node:assert/strict";
import events from "node:events";
import { cpSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import util from "node:util";
import { expect, it } from "vitest";
import { bundleSubmission } from "../../grader/submission/bundle.ts";
import { openSubmission } from "../../grader/submission/open.ts";
import { evaluate, load, makeFolder, raftForm } from "./folder.ts";

const realm = {
  "consensus-labs": { encode: () => "encoded", decode: () => "decoded" },
  "node:assert": assert,
  "node:assert/strict": assertStrict,
  "node:events": events,
  "node:util": util,
};

/** Constructs the class that the folder's bundle exports. */
async function construct(files: Record<string, string>): Promise<Record<string, unknown>> {
  const { code } = await load(makeFolder(files));
  const { Raft } = evaluate(code, realm) as { Raft: new () => Record<string, unknown> };
  return new Raft();
}

it("bundles TypeScript of several files, with and without extension, and JSON", async () => {
  const raft = await construct({
    "raft.ts": `
      import { Log } from "./log.ts";
      import { half } from "./lib/half";
      import { twice } from "./lib/twice.js";
      import config from "./config.json";
      export class Raft { log = new Log(config.start); half = half(8); twice = twice(8); constructor(readonly me = 3) {} }`,
    "log.ts": "export class Log { constructor(public first: number) {} }",
    "lib/half.ts": "export const half = (n: number): number => n / 2;",
    "lib/twice.ts": "export const twice = (n: number): number => n * 2;",
    "config.json": `{ "start": 7 }`,
  });
  expect(raft).toMatchObject({ half: 4, twice: 16, me: 3, log: { first: 7 } });
});

it.each([["file"], ["text"], ["bytes"]])("takes a file with the attribute type %s for nothing", async (type) => {
  const files = {
    "raft.ts": `import x from "./x.json" with { type: "${type}" };\nexport class Raft { x = x; }`,
    "x.json": "{}",
  };
  await expect(load(makeFolder(files))).rejects.toThrow(`./x.json is imported with the attribute type ${type}`);
});

it("takes JSON with the attribute type json", async () => {
  const files = {
    "raft.ts": 'import x from "./x.json" with { type: "json" };\nexport class Raft { x = x; }',
    "x.json": "[7]",
  };
  expect(await construct(files)).toMatchObject({ x: [7] });
});

it("asks the realm for its modules under their full names, whatever form the import has", async () => {
  const raft = await construct({
    "raft.ts": `
      import assert, { deepStrictEqual } from "node:assert";
      import * as assertAll from "assert";
      import strict from "assert/strict";
      import EventEmitter, { once, EventEmitter as Named } from "events";
      import * as util from "node:util";
      import { decode, encode, type Persister } from "consensus-labs";
      export class Raft extends Named {
        same = EventEmitter === Named && assertAll.deepStrictEqual === deepStrictEqual && typeof once === "function";
        found = [assert, strict, util.inspect, encode, decode];
        constructor(readonly persister?: Persister) { super(); assert(true); }
      }`,
  });
  expect(raft.same).toBe(true);
  expect(raft.found).toEqual([assert, assertStrict, util.inspect, ...Object.values(realm["consensus-labs"])]);
  expect(raft).toBeInstanceOf(events.EventEmitter);
});

it.each([
  ["renamed", "class Peer { ok = true }\nexport { Peer as Raft };"],
  ["a constant", "export const Raft = class { ok = true };"],
  ["re-exported", `export { Raft } from "./peer.ts";`],
  ["re-exported with everything else", `export * from "./peer.ts";`],
])("takes a class that is exported %s", async (_how, source) => {
  const raft = await construct({ "raft.ts": source, "peer.ts": "export class Raft { ok = true }" });
  expect(raft.ok).toBe(true);
});

it("takes raft.js, and prefers raft.ts when both are there", async () => {
  expect((await construct({ "raft.js": "export class Raft { from = 'js' }" })).from).toBe("js");
  const both = { "raft.js": "export class Raft { from = 'js' }", "raft.ts": "export class Raft { from = 'ts' }" };
  expect((await construct(both)).from).toBe("ts");
});

it("compiles class fields, private names and experimental decorators", async () => {
  const raft = await construct({
    "raft.ts": `
      function seal(target: Function): void { Object.seal(target); }
      @seal export class Raft { #term = 2; static start = 1; term = this.#term + Raft.start; }`,
  });
  expect(raft.term).toBe(3);
  expect(Object.isSealed(raft.constructor)).toBe(true);
});

it("runs in strict mode", async () => {
  const raft = await construct({
    "raft.ts": "export class Raft { self = (function (this: unknown) { return this; })() }",
  });
  expect(raft.self).toBeUndefined();
});

it("ignores the student's tsconfig and package.json", async () => {
  const raft = await construct({
    "raft.ts": `import "./effect.ts";\nexport class Raft { seen = (globalThis as { effect?: number }).effect }`,
    "effect.ts": "(globalThis as { effect?: number }).effect = 5;",
    "tsconfig.json": "{ this is not JSON",
    "package.json": `{ "sideEffects": false, "type": "commonjs" }`,
  });
  expect(raft.seen).toBe(5);
});

it("follows links that stay inside the folder", async () => {
  const folder = makeFolder({ "raft.ts": `export { Raft } from "./alias.ts";`, "peer.ts": "export class Raft {}" });
  symlinkSync("peer.ts", join(folder, "alias.ts"));
  expect((await load(folder)).inputs).toEqual(["peer.ts", "raft.ts"]);
});

it("gives equal bytes and an equal hash for equal sources in other places", async () => {
  const files = {
    "raft.ts": `import { x } from "./lib/x.ts";\nimport assert from "assert";\nexport class Raft { x = [x, assert] }`,
    "lib/x.ts": "export const x = 1;",
  };
  const first = makeFolder(files);
  const second = join(makeFolder({}), "a much longer name");
  cpSync(first, second, { recursive: true });
  expect(await load(second)).toEqual(await load(first));
  expect(openSubmission(second, raftForm).hash).toBe(openSubmission(first, raftForm).hash);
});

it("hashes all sources, and nothing that tools leave beside them", () => {
  const base = { "raft.ts": "export class Raft {}", "log.ts": "1" };
  const hash = (files: Record<string, string>) => openSubmission(makeFolder(files), raftForm).hash;
  const clutter = {
    "notes.md": "x",
    "node_modules/p/i.js": "x",
    ".git/x.ts": "x",
    "package.json": "{}",
    "dist/r.js": "",
  };
  expect(hash({ ...base, ...clutter })).toBe(hash(base));
  expect(hash({ ...base, "log.ts": "2" })).not.toBe(hash(base));
  expect(hash({ "raft.ts": "export class Raft {}", "log2.ts": "1" })).not.toBe(hash(base));
});

it("bundles several submissions at the same time", async () => {
  const folders = [1, 2, 3].map((n) => makeFolder({ "raft.ts": `export class Raft { n = ${n} }` }));
  const bundles = await Promise.all(folders.map((folder) => load(folder)));
  expect(bundles.map(({ code }) => /n = (\d)/.exec(code)?.[1])).toEqual(["1", "2", "3"]);
});

it("what is built is what was hashed, whatever the files hold by now", async () => {
  const folder = makeFolder({
    "raft.ts": `export { Raft } from "./peer.ts";`,
    "peer.ts": "export class Raft { is = 1 }",
  });
  const submission = openSubmission(folder, raftForm);
  writeFileSync(join(folder, "peer.ts"), "export class Raft { is = 2 }");
  const { Raft } = evaluate((await bundleSubmission(submission)).code) as { Raft: new () => unknown };
  expect(new Raft()).toEqual({ is: 1 });
});
