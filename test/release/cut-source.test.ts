import { describe, expect, test } from "vitest";
import { cutSource } from "../../grader/release/cut-source.ts";
import type { Omission } from "../../grader/release/omission.ts";

const IDS = ["lab2a/one", "lab2a/two", "lab2a/swarm", "lab2b/swarm"];

function without(...hidden: string[]): Omission {
  const points = new Map(IDS.filter((id) => !hidden.includes(id)).map((id, at) => [id, at + 1]));
  // Nobody asks for more of them than their ids.
  const scenarios = new Map(IDS.map((id) => [id, {}])) as unknown as Omission["scenarios"];
  return {
    labs: ["lab2"],
    otherLabs: ["lab1", "lab3", "paxos"],
    scenarios,
    hidden: new Set(hidden),
    points,
    api: new Set(),
    kit: { missing: {} },
  };
}

const cut = (code: string, ...hidden: string[]) =>
  new Function(`return ${cutSource(`(${code})`, without(...hidden))}`)();

describe("scenarios that are left out of a source", () => {
  const LIST = `[{ id: "lab2a/one", run: 1 }, { id: "lab2a/two", run: [2, { x: "]" }] }, { id: "lab2a/swarm", run: 3 }]`;

  test.each([
    [[], [1, [2, { x: "]" }], 3]],
    [["lab2a/one"], [[2, { x: "]" }], 3]],
    [["lab2a/two"], [1, 3]],
    [["lab2a/swarm"], [1, [2, { x: "]" }]]],
    [["lab2a/one", "lab2a/swarm"], [[2, { x: "]" }]]],
    [["lab2a/one", "lab2a/two", "lab2a/swarm"], []],
  ])("%j: the others stay, and no hole is left", (hidden, runs) => {
    expect(cut(LIST, ...hidden).map(({ run }: { run: unknown }) => run)).toEqual(runs);
  });

  test("one that several stages have in common goes with the last of them", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    const code = "((suite) => [{ id: `${suite}/swarm`, text: 1 }, { id: `lab2a/one` }])(`lab2a`)";
    expect(cut(code, "lab2a/swarm")).toHaveLength(2);
    expect(cut(code, "lab2a/swarm", "lab2b/swarm")).toEqual([{ id: "lab2a/one" }]);
  });

  test("a function that gives nothing else any more does nothing else any more", () => {
    const code = `function all(x) { const secret = x; return [{ id: "lab2a/one", secret }]; }`;
    expect(cutSource(code, without("lab2a/one"))).toBe("function all(x) { return []; }");
    expect(cutSource(code, without("lab2a/two"))).toBe(code);
  });

  test("an id of something else stays", () => {
    expect(cut(`[{ id: "lab2a/other" }, { id: 7 }, { id: "x" }]`, "lab2a/one")).toHaveLength(3);
  });

  test("they are named in no table and no list; other points are those of the policy", () => {
    const code = `{ "lab2a": { "lab2a/one": 5, "lab2a/two": 6 }, needs: [...["lab2a/one"], "lab2a/two"], tail: { "lab2a/two": 9 } }`;
    expect(cut(code, "lab2a/two")).toEqual({ lab2a: { "lab2a/one": 1 }, needs: ["lab2a/one"], tail: {} });
  });

  test("other labs are not listed", () => {
    const code = cutSource("export const labs = [lab1, lab2, lab3, paxos, other];", without());
    expect(code).toBe("export const labs = [lab2, other];");
  });
});
