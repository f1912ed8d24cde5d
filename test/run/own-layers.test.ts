import { expect, test } from "vitest";
import type { GradeRequest } from "../../grader/run/grade.ts";
import { compareWithGiven, toCompare } from "../../grader/run/over-given.ts";
import type { OwnLayer } from "../../grader/run/own-layers.ts";
import { buildSources, openSources } from "../../grader/run/program.ts";
import type { GradingResult } from "../../grader/run/result.ts";
import { UngradableError } from "../../grader/submission/index.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { makeFolder } from "../submission/folder.ts";

const STORE = {
  "server.ts": 'import { Raft } from "consensus-labs/raft";\nexport class KvServer { raft = Raft }',
  "clerk.ts": "export class Clerk {}",
};
const RAFT = "export class Raft {\n  fail() { throw new Error(); }\n}";
const origin = lab3.layers?.raft as OwnLayer["origin"];
const raftOf = (folder: string): OwnLayer[] => [{ name: "raft", origin, folder }];

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (error instanceof UngradableError) return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

test("a layer of one's own is bundled as in the lab below it, and stands in place of ours", async () => {
  const folder = makeFolder({ ...STORE, "raft.ts": RAFT });
  const { program } = buildSources(openSources(folder, lab3.form, raftOf(folder)));
  const { load, mapper } = await program;
  expect(load.code).not.toContain("fail()");
  const { code = "", filename } = load.layers?.raft ?? {};
  const line = code.split("\n").findIndex((text) => text.includes("fail()")) + 1;
  expect(filename).toBe("raft.js");
  expect(mapper.mapStack(`Error\n    at Raft.fail (raft.js:${line + 1}:11)\n    at f (else.js:1:1)`)).toMatchObject([
    { file: "raft.ts", line: 2, function: "Raft.fail" },
  ]);
});

test("places in another folder's bear its name, as it was given", async () => {
  const [folder, other] = [makeFolder(STORE), makeFolder({ "raft/raft.ts": `${RAFT}\nconst n: number = "";` })];
  const sources = openSources(folder, lab3.form, raftOf(other));
  const { program, types } = buildSources(sources);
  const { load, mapper } = await program;
  const line = (load.layers?.raft?.code.split("\n").findIndex((text) => text.includes("fail()")) ?? 0) + 2;
  expect(mapper.mapStack(`at Raft.fail (raft.js:${line}:11)`)).toMatchObject([
    { file: `${other}/raft/raft.ts`, line: 2 },
  ]);
  expect(await types).toMatchObject([{ file: `${other}/raft/raft.ts`, line: 4, code: "TS2322" }]);
});

test.each([
  [
    {},
    /^--own-raft: no raft\.ts in \S+; it must be there .* and have `export class Raft`; --own-raft=<folder> takes that of another folder$/,
  ],
  [{ "Raft.ts": RAFT }, /^--own-raft: \S+ has Raft\.ts, but the file must be named raft\.ts/],
  [{ "raft.ts": "export const raft = 1;" }, /^--own-raft: raft\.ts exports no class Raft/],
  [{ "raft.ts": "class Raft {}" }, /^raft\.ts:1:1: class Raft is not exported/],
  [
    { "raft.ts": 'import { Raft as Given } from "consensus-labs/raft";\nexport class Raft extends Given {}' },
    /^raft\.ts:1:31: consensus-labs\/raft can be imported for its types only/,
  ],
  [
    { "raft.ts": 'export { Raft } from "./mine.ts";', "mine.ts": 'export { Raft } from "consensus-labs/raft";' },
    /^mine\.ts:1:22: consensus-labs\/raft can be imported for its types only/,
  ],
])("%j is refused in one line", async (files, message) => {
  const folder = makeFolder({ ...STORE, ...files });
  const text = await refusal(() => buildSources(openSources(folder, lab3.form, raftOf(folder))).program);
  expect(text).toMatch(message);
  expect(text).not.toContain("\n");
});

test("it may take types from where ours is, and what the lab above gives", async () => {
  const raft = `import type { ApplyMsg } from "consensus-labs/raft";
import { encode } from "consensus-labs/kv";
export class Raft { last?: ApplyMsg; bytes = encode(1) }`;
  const folder = makeFolder({ ...STORE, "raft.ts": raft });
  await expect(buildSources(openSources(folder, lab3.form, raftOf(folder))).program).resolves.toBeDefined();
});

test("only what may be a layer's fault is played over ours, and nothing where no layer was in place of ours", async () => {
  const scenarios = ["passed", "failed", "skipped", "hung", "internal-error"].map((verdict) => ({
    id: verdict,
    verdict,
  }));
  const result = { scenarios, ownLayers: [{}] } as unknown as GradingResult;
  expect(toCompare(result)).toEqual(["failed", "hung"]);
  expect(toCompare({ ...result, interrupted: true })).toEqual([]);
  const { ownLayers: _, ...ours } = result;
  expect(await compareWithGiven({} as GradeRequest, ours)).toBe(ours);
});
