import { expect, it } from "vitest";
import { expectRefusal, load, makeFolder, refusal } from "./folder.ts";

// What the bundler prints as it stands, and the engine does not read.
it.each([
  ["a regular expression that is none", "const x = /(/;", /: syntax error: Invalid regular expression: .*/, [2, 11]],
  [
    "a group of a regular expression that is there twice",
    "const x = /(?<a>x)(?<a>y)/;",
    /Duplicate capture group/,
    [2, 11],
  ],
  ["more arguments than a call may have", `const x = () => f(${"1,".repeat(70_000)}1);`, /Too many arguments/, [2, 1]],
] as const)("%s", async (_title, source, message, place) => {
  const folder = makeFolder({ "raft.ts": `// 1\n${source}\nexport class Raft { x = x; }\n` });
  await expectRefusal(folder, message, [...place]);
});

it.each([
  ["conditions", (n: number) => `const x = (a) => ${"a?1:".repeat(n)}1;`],
  ["else if", (n: number) => `const x = (a) => { ${"if(a)a;else ".repeat(n)}; };`],
  ["assignments", (n: number) => `let a; const x = () => { ${"a=".repeat(n)}1; };`],
])("a chain of %s that is too long to be read, and not one of a hundred", async (_title, chain) => {
  const folder = (n: number) => makeFolder({ "raft.js": `${chain(n)}\nexport class Raft { x = x; }` });
  await expectRefusal(
    folder(20_000),
    /^raft\.js cannot be loaded: it is nested too deep, or a chain in it is too long$/,
  );
  await expect(load(folder(100))).resolves.toMatchObject({ inputs: ["raft.js"] });
});

it("a long regular expression that is none, of which the beginning is told", async () => {
  const { message, place } = await refusal(
    makeFolder({ "raft.ts": `export class Raft { x = /(${"x".repeat(1e6)}/ }` }),
  );
  expect(message).toMatch(/Invalid regular expression: \/\(x.*cut off: \d+ characters/);
  expect(message.length).toBeLessThan(2_200);
  expect(place).toEqual({ file: "raft.ts", line: 1, column: 25 });
});

it.each([
  ["an import", (long: string) => `import "./${long}";\nexport class Raft {}`],
  ["an export", (long: string) => `import { ${long} as x } from "consensus-labs";\nexport class Raft { x = x }`],
  ["a name", (long: string) => `const x = 1 ${long};\nexport class Raft {}`],
])("something wrong with %s that is long, of which the beginning is told", async (_title, source) => {
  const { message } = await refusal(makeFolder({ "raft.ts": source("n".repeat(1e5)) }));
  expect(message).toMatch(/n{100}.*cut off: 100\d\d\d characters/);
  expect(message.length).toBeLessThan(2_100);
});
