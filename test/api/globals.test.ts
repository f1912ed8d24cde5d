import { readFileSync } from "node:fs";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { REALM_MODULES } from "../../grader/submission/modules.ts";
import { logOf } from "../host/fixture.ts";

const read = (name: string) => readFileSync(new URL(`../../labs/api/${name}`, import.meta.url), "utf8");
const namesIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");
const unique = (names: readonly string[]) => [...new Set(names)].sort();

/** What a realm logs, as JSON. */
function askRealm(expression: string): string[] {
  return JSON.parse(logOf(`console.log(JSON.stringify(${expression}));`).join("")) as string[];
}

it("declares exactly the globals that a realm adds to the language", () => {
  const language = new Set(runInNewContext("Object.getOwnPropertyNames(globalThis)") as string[]);
  // V8 puts a console into every context; a realm has another.
  language.delete("console");
  const offered = askRealm("Object.getOwnPropertyNames(globalThis)").filter((name) => !language.has(name));
  const declared = namesIn(read("globals.d.ts"), /^declare (?:const|class|function) (\w+)/gm);
  expect(unique(offered)).toEqual(unique(declared));
});

it("declares exactly the methods of console that a realm has", () => {
  const [body] = namesIn(read("globals.d.ts"), /^declare const console: \{([\s\S]*?)^\};/gm);
  expect(unique(askRealm("Object.keys(console)"))).toEqual(unique(namesIn(body ?? "", /^ {2}(\w+)\(/gm)));
});

describe("modules", () => {
  const declarations = read("node-modules.d.ts")
    .split(/^declare module /m)
    .slice(1)
    .map((text) => ({ name: JSON.parse(text.slice(0, text.indexOf(" {"))) as string, text }));

  it("declares every module that a submission may import, with and without node:", () => {
    const expected = REALM_MODULES.flatMap((name) => [name, name.replace("node:", "")]);
    expect(declarations.map(({ name }) => name).sort()).toEqual(expected.sort());
  });

  it.each(declarations.filter(({ name }) => name.startsWith("node:")))(
    "$name has what is declared",
    ({ name, text }) => {
      // A function that is a module has properties of its own.
      const unsaid = ["default", "length", "name", "prototype", "defaultMaxListeners", "captureRejections"];
      const source = /export \* from "(.*)"/.exec(text)?.[1];
      const whole = declarations.find((declaration) => declaration.name === source)?.text ?? text;
      const declared = [
        ...namesIn(whole, /^ {2}export (?:const|class|function|namespace) (\w+)/gm),
        ...namesIn(whole, /^ {2}export \{([^}]*)\};/gm).flatMap((list) => namesIn(list, /(\w+)\s*(?:,|$)/g)),
      ];
      const offered = askRealm(`Object.getOwnPropertyNames(__import(${JSON.stringify(name)}))`);
      expect(unique(offered.filter((exported) => !unsaid.includes(exported)))).toEqual(unique(declared));
    },
  );

  it("declares the methods of an EventEmitter and the questions of util.types that a realm has", () => {
    const text = declarations.map((declaration) => declaration.text).join("");
    const methods = askRealm(`Object.getOwnPropertyNames(__import("events").prototype)`);
    const questions = askRealm(`Object.keys(__import("util").types)`);
    const undeclared = [...methods, ...questions].filter((name) => !new RegExp(`^    ${name}\\(`, "m").test(text));
    expect(undeclared).toEqual([]);
  });
});
