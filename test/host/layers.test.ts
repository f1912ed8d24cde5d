import { expect, test } from "vitest";
import { Engine } from "../../grader/host/engine.ts";
import { boot, raft, raftForm, readable, realmTexts, window } from "./fixture.ts";

const LAYER = `module.exports = { Inner: class Inner {
  run(f) { return f("secretly"); }
  fail() { throw new Error("inside"); }
  later() { return Promise.reject(new Error("inside, later")); }
} };`;

function effectsWith(body: string) {
  const code = raft(body, "", 'const { Inner } = __import("consensus-labs/inner");');
  const engine = new Engine({
    code,
    filename: "submission.js",
    roles: raftForm.roles,
    layers: { inner: { code: LAYER } },
    ...realmTexts,
  });
  return engine.exchange(window(1_000, boot())).entries.flatMap(({ effects }) => effects.map(readable));
}
const logOf = (body: string) => effectsWith(body).flatMap((effect) => (effect.kind === "log" ? [effect.text] : []));

test("a layer can be imported, and is of the realm", () => {
  expect(logOf("console.log(new Inner().run((x) => x.length), Inner.prototype.run instanceof Function)")).toEqual([
    "8 true",
  ]);
});

test("none of its text can be read by way of its functions", () => {
  const body = `
    const toString = Function.prototype.toString;
    const made = new Inner();
    for (const f of [Inner, made.run, made.fail, Object.getOwnPropertyDescriptor(Inner.prototype, "run").value]) {
      console.log(String(f), toString.call(f), \`\${f}\`, f.bind(null) + "");
    }
    console.log(toString.toString(), toString.call(toString), (function mine() { return 1 }).toString());`;
  const text = logOf(body).join("\n");
  expect(text).not.toMatch(/secretly|inside/);
  expect(text).toContain("function run() { [native code] }");
  // What is not of the layer is shown as always.
  expect(text).toContain("function mine() { return 1 }");
});

test("what it throws has the submission's frames only", () => {
  const [thrown] = effectsWith("const inner = new Inner();\ninner.fail();");
  expect(thrown).toMatchObject({ kind: "exception", message: "inside" });
  expect(thrown?.stack).toMatch(/at new Raft \(submission\.js:/);
  expect(thrown?.stack).not.toMatch(/Inner|layers/);
});

test("without a layer there is nothing to import, and functions are shown as always", () => {
  const code = raft('console.log((function mine() {}).toString()); __import("consensus-labs/inner")');
  const engine = new Engine({ code, filename: "submission.js", roles: raftForm.roles, ...realmTexts });
  const effects = engine.exchange(window(1_000, boot())).entries.flatMap((entry) => entry.effects.map(readable));
  expect(effects).toMatchObject([
    { text: "function mine() {}" },
    { kind: "exception", message: "Cannot find module 'consensus-labs/inner'" },
  ]);
});

test("one of the submission's own is shown in stacks under its own name, and can be read", () => {
  const code = raft(
    "const made = new Inner(); console.log(String(made.run)); made.fail();",
    "",
    'const { Inner } = __import("consensus-labs/inner");',
  );
  const layers = { inner: { code: LAYER, filename: "inner.js" } };
  const engine = new Engine({ code, filename: "submission.js", roles: raftForm.roles, layers, ...realmTexts });
  const effects = engine.exchange(window(1_000, boot())).entries.flatMap((entry) => entry.effects.map(readable));
  expect(effects).toMatchObject([
    { text: 'run(f) { return f("secretly"); }' },
    { kind: "exception", message: "inside" },
  ]);
  expect(effects[1]?.stack).toMatch(
    /^Error: inside\n {4}at Inner\.fail \(inner\.js:3:\d+\)\n {4}at new Raft \(submission\.js:/,
  );
});
