import { describe, expect, it } from "vitest";
import { chooseMain, describeSlips } from "../../grader/submission/main-file.ts";
import { openSubmission, remarksOn } from "../../grader/submission/open.ts";
import { evaluate, load, makeFolder, raftForm, refusal } from "./folder.ts";

const plain = (name: string) => name;

describe("a file that may be meant for the main file is named, with what to do", () => {
  it.each([
    ["raft.mjs", "raft.js"],
    ["raft.cjs", "raft.js"],
    ["raft.jsx", "raft.js"],
    ["raft.mts", "raft.ts"],
    ["raft.cts", "raft.ts"],
    ["raft.tsx", "raft.ts"],
    ["Raft.ts", "raft.ts"],
    ["RAFT.TS", "raft.ts"],
    ["Raft.JS", "raft.js"],
    ["raft.ts.txt", "raft.ts"],
    ["raft.ts.bak", "raft.ts"],
    ["raft.js~", "raft.js"],
    ["raft (1).ts", "raft.ts"],
    ["raft(2).js", "raft.js"],
    ["raft-1.ts", "raft.ts"],
    ["raft2.ts", "raft.ts"],
    ["raft copy.ts", "raft.ts"],
    ["Copy of raft.ts", "raft.ts"],
    ["raft - Kopie.ts", "raft.ts"],
    ["raft_final_v2.ts", "raft.ts"],
    [" raft.ts", "raft.ts"],
    ["raft.ts ", "raft.ts"],
    ["raft .ts", "raft.ts"],
    ["raft..ts", "raft.ts"],
    ["raft", "raft.ts"],
    ["RAFT", "raft.ts"],
    ["ｒａｆｔ.ts", "raft.ts"],
  ])("%j", (name, wanted) => {
    const advice = `but the file must be named raft.ts or raft.js; rename it to ${wanted}`;
    expect(describeSlips("raft", ["log.ts", name], plain)).toBe(`${name}, ${advice}`);
    expect(describeSlips("raft", [`src/${name}`], plain)).toBe(
      `src/${name}, ${advice.replace("rename", "move and rename")}`,
    );
  });

  it.each([
    "log.ts",
    "draft.ts",
    "rafting.ts",
    "raft.test.ts",
    "raft-node.ts",
    "raft.d.ts",
    "raft.json",
    "raft.md",
    "my-raft-notes.txt",
    "raft.rs",
    "raft.go",
    `raft${" ".repeat(70)}.ts`,
    "",
  ])("but not %j, which is something else", (name) => {
    expect(describeSlips("raft", [name], plain)).toBeNull();
  });

  it("of several the first few, in one line whatever their names hold", () => {
    const names = Array.from({ length: 5 }, (_, i) => `raft (${i}).ts`);
    expect(describeSlips("raft", names, plain)).toBe(
      "raft (0).ts, raft (1).ts, raft (2).ts and 2 more, but the file must be named raft.ts or raft.js; give the right one that name",
    );
  });

  it("in a folder of a student's own", async () => {
    const { message } = await refusal(makeFolder({ "raft.mjs": "", "log.ts": "" }));
    expect(message).toMatch(
      /^\/.* has raft\.mjs, but the file must be named raft\.ts or raft\.js; rename it to raft\.js$/,
    );
    const below = await refusal(makeFolder({ "src/Raft.ts": "", "dist/raft.mjs": "" }));
    expect(below.message).toMatch(/ has src\/Raft\.ts, but .*; move and rename it to raft\.ts$/);
    const strange = await refusal(makeFolder({ "raft.ts\n\u001b[31m\u202e.txt": "" }));
    expect(strange.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    const javascript = await refusal(makeFolder({ "src/raft.js": "" }));
    expect(javascript.message).toMatch(/^no raft\.ts in .*, but there is raft\.js in .*\/src; grade that folder$/);
  });
});

describe("raft.ts beside raft.js", () => {
  const folder = () =>
    makeFolder({
      "raft.ts": `import { of } from "./log.js";\nexport class Raft { of = of; is = "TypeScript"; }`,
      "raft.js": `exports.Raft = class { of = "raft.js" };`,
      "log.ts": `export { Raft } from "./raft.js";\nexport const of: string = "log.ts";`,
      "log.js": `export const of = "log.js";`,
    });

  it("is graded, and whoever grades is told", () => {
    expect(openSubmission(folder(), raftForm).main).toBe("raft.ts");
    expect(remarksOn(folder(), raftForm)).toEqual([
      "raft.ts is what is graded, and raft.js beside it is not; remove the one that should not count",
    ]);
    expect(remarksOn(makeFolder({ "raft.js": "" }), raftForm)).toEqual([]);
    expect(remarksOn(makeFolder({ "raft.ts": "" }), raftForm)).toEqual([]);
    expect(remarksOn("/no/such/folder", raftForm)).toEqual([]);
    expect(chooseMain("raft", ["raft.js"])).toEqual({ main: "raft.js" });
  });

  it('has no part in the build: "./log.js" means log.ts, as it does to the compiler', async () => {
    const { inputs, code } = await load(folder());
    expect(inputs).toEqual(["log.ts", "raft.ts"]);
    const { Raft } = evaluate(code) as { Raft: new () => unknown };
    expect(new Raft()).toMatchObject({ of: "log.ts", is: "TypeScript" });
  });

  it("files of JavaScript import those of JavaScript, and TypeScript one that has no other", async () => {
    const both = makeFolder({
      "raft.js": `import { of } from "./log.js";\nexport class Raft { of = of }`,
      "log.js": `export const of = "log.js";`,
      "log.ts": `export const of = "log.ts";`,
    });
    expect((await load(both)).inputs).toEqual(["log.js", "raft.js"]);
    const one = makeFolder({ "raft.ts": `import "./log.js";\nexport class Raft {}`, "log.js": "export {};" });
    expect((await load(one)).inputs).toEqual(["log.js", "raft.ts"]);
  });
});
