import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ownLayersOf, ownLayerText, refuseOwnLayers, withEqualsSigns } from "../../grader/cli/input/own-layers.ts";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import { labs } from "../../labs/index.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith, grade, ROOT } from "./run-cli.ts";

const shell = (text: string) => `'${text}'`;

test.each([
  [
    ["lab3", "--own-raft", "mine"],
    ["lab3", "--own-raft=", "mine"],
  ],
  [
    ["lab3", "--own-raft=other", "mine"],
    ["lab3", "--own-raft=other", "mine"],
  ],
  [
    ["lab3", "mine", "--own-rafts"],
    ["lab3", "mine", "--own-rafts"],
  ],
])("%j: the word behind a bare --own-raft is no folder of it", (typed, understood) => {
  expect(withEqualsSigns(typed)).toEqual(understood);
});

test("a layer is the submission's own, or that of another folder, and is typed so again", () => {
  const own = ownLayersOf(labs, lab3, "mine", { ownRaft: "" });
  expect(own).toMatchObject([{ name: "raft", folder: "mine", origin: { lab: "lab2" } }]);
  expect(ownLayerText(own, "mine", shell)).toBe(" --own-raft");
  const other = ownLayersOf(labs, lab3, "mine", { ownRaft: "a b" });
  expect(ownLayerText(other, "mine", shell)).toBe(" --own-raft='a b'");
  expect(ownLayersOf(labs, lab3, "mine", {})).toEqual([]);
  expect(ownLayerText([], "mine", shell)).toBe("");
});

test("a lab that is built on no such layer, and what counts, refuse it with what to do", () => {
  expect(() => ownLayersOf(labs, lab2, "mine", { ownRaft: "" })).toThrow(
    "--own-raft: lab2 is built on no layer of that name; leave it out, or grade lab3 with it",
  );
  expect(() => refuseOwnLayers({ ownRaft: "" }, "a batch")).toThrow(/^--own-raft is not for a batch, which is scored/);
  expect(() => refuseOwnLayers({}, "a batch")).not.toThrow();
});

test("what fails over a Raft of one's own and not over ours is told to be the Raft's, at its line, in the result too", async () => {
  const folder = folderWith();
  cpSync(join(ROOT, "reference/raft"), folder, { recursive: true });
  const raft = join(folder, "raft.ts");
  const before = readFileSync(raft, "utf8");
  const line = before.split("\n").findIndex((text) => text.includes("this.log.append({ term, command });")) + 1;
  expect(line).toBeGreaterThan(0);
  writeFileSync(raft, before.replace("this.log.append({ term, command });", 'throw new Error("full");'));
  const words = [
    "lab3a",
    "reference",
    `--own-raft=${folder}`,
    "--only",
    "lab3a/basic",
    "--runs",
    "1",
    "--workers",
    "1",
  ];
  const { code, out, err } = await grade([...words, "--json"]);
  expect(err).toBe("");
  const result = gradingResultSchema.parse(JSON.parse(out));
  expect(result.ownLayers).toMatchObject([{ name: "raft", lab: "lab2", submission: folder }]);
  expect(result.scenarios).toMatchObject([{ verdict: "crashed", overGiven: "passed" }]);
  expect(result.scenarios[0]?.runs[0]?.places?.[0]).toMatchObject({ file: raft, line });
  expect(code).toBe(1);
  const run = result.scenarios[0]?.runs[0]?.seed;
  const replayed = await grade(["replay", `lab3a/basic@${run}`, "reference", `--own-raft=${folder}`, "--last", "1ms"]);
  expect(replayed.out).toContain(`${raft}:${line}:`);
  expect(replayed.out).toContain(`fault in the Raft of ${folder}: over the given one the same schedules pass`);
  expect(replayed.out).toContain(`npx --no grade lab2 ${folder}`);
  expect(replayed.code).toBe(1);
});
