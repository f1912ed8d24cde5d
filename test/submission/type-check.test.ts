import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it, vi } from "vitest";
import { openSubmission } from "../../grader/submission/open.ts";
import { typeCheck } from "../../grader/submission/type-check.ts";
import { makeFolder, raftForm } from "./folder.ts";

const check = (files: Record<string, string>) => typeCheck(openSubmission(makeFolder(files), raftForm));

it("finds nothing in a sound submission, unused things included", async () => {
  const problems = await check({
    "raft.ts": `
      import { type ClientEnd, Persister, encode } from "consensus-labs";
      import assert from "assert";
      import { setTimeout as sleep } from "node:timers/promises";
      import { half } from "./half";
      export class Raft {
        private timer?: NodeJS.Timeout;
        constructor(private peers: ClientEnd<Raft>[], me: number, persister: Persister) { assert(half(me)); }
        async ping(args: { n: number }) { await sleep(5); return { n: args.n + performance.now() }; }
        private async go() { const unused = 1; return (await this.peers[0]?.call("ping", { n: 1 }))?.n.toFixed(); }
      }`,
    "half.ts": "export const half = (n: number) => n / 2;",
    "tsconfig.json": `{ "compilerOptions": { "strict": false, "noUnusedLocals": true } }`,
  });
  expect(problems).toEqual([]);
});

it("names file, line, column, code and message of each problem", async () => {
  const problems = await check({
    "raft.ts": `import { half } from "./half.ts";\nexport class Raft { x: number = half("8"); }`,
    "half.ts": "export const half = (n: number): string => n / 2;",
  });
  expect(problems).toEqual([
    {
      file: "half.ts",
      line: 1,
      column: 44,
      code: "TS2322",
      message: "Type 'number' is not assignable to type 'string'.",
    },
    {
      file: "raft.ts",
      line: 2,
      column: 21,
      code: "TS2322",
      message: "Type 'string' is not assignable to type 'number'.",
    },
    {
      file: "raft.ts",
      line: 2,
      column: 38,
      code: "TS2345",
      message: "Argument of type 'string' is not assignable to parameter of type 'number'.",
    },
  ]);
});

it("is strict though the student's own tsconfig is not", async () => {
  const problems = await check({
    "raft.ts": "export class Raft { f(x) { return [1][0].toFixed(); } }",
    "tsconfig.json": `{ "compilerOptions": { "strict": false } }`,
  });
  expect(problems.map((problem) => problem.code)).toEqual(["TS7006", "TS2532"]);
});

it("knows the globals of a realm and no others, and says what to use instead", async () => {
  const problems = await check({
    "raft.ts": `import { readFileSync } from "node:fs";
export class Raft {
  id = crypto.randomUUID();
  a = process.env;
  b = Buffer.from("x");
  c = fetch("x");
  d = require("x");
}`,
  });
  expect(problems.map(({ line, message }) => [line, message])).toEqual([
    [1, expect.stringMatching(/^Cannot import 'node:fs': a peer has no files/)],
    [4, expect.stringMatching(/^Cannot find name 'process'\. It does not exist in a peer: /)],
    [5, expect.stringMatching(/^Cannot find name 'Buffer'\. It does not exist in a peer: .*Uint8Array/)],
    [6, expect.stringMatching(/^Cannot find name 'fetch'\./)],
    [7, expect.stringMatching(/^Cannot find name 'require'\. It does not exist in a peer: use an import statement/)],
  ]);
});

it("keeps the further lines of a message with it", async () => {
  const [problem] = await check({
    "raft.ts":
      "export class Raft { x: { a: { b: number } } = { a: { b: '' as unknown } }; y: Map<string, Set<number>> = new Map([['a', new Set(['b'])]]); }",
  });
  expect(problem?.message).toContain("Type 'unknown' is not assignable");
});

it("leaves nothing behind", async () => {
  // A place of its own: what another test of this process began may not be through in the usual one.
  const place = makeFolder({});
  vi.stubEnv("TMPDIR", place);
  const problems = await check({ "raft.ts": "export class Raft { x: number = ''; }" }).finally(() =>
    vi.unstubAllEnvs(),
  );
  expect(problems).toHaveLength(1);
  expect(readdirSync(place).filter((name) => !name.startsWith("submission-test-"))).toEqual([]);
});

it("does not stumble over a file that does not parse", async () => {
  const problems = await check({ "raft.ts": "export class Raft {" });
  expect(problems).toMatchObject([{ file: "raft.ts", line: 1, code: "TS1005" }]);
});

it.each(["reference", "skeleton"])("finds nothing in %s", async (name) => {
  const folder = fileURLToPath(new URL(`../../${name}/raft`, import.meta.url));
  expect(await typeCheck(openSubmission(folder, raftForm))).toEqual([]);
});
