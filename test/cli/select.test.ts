import { expect, test } from "vitest";
import { helpText } from "../../grader/cli/help-text.ts";
import { selectLab } from "../../grader/cli/input/select.ts";
import type { Lab } from "../../grader/harness/scenario.ts";
import { lab2 } from "../../labs/raft/index.ts";

/** Another lab, of which one stage is called as one of lab 2. */
const viewstamps: Lab = {
  ...lab2,
  id: "lab13",
  name: "viewstamps",
  home: "viewstamps",
  form: { ...lab2.form, file: "replica" },
  suites: lab2.suites.slice(1, 2).map((suite) => ({ ...suite, id: "lab13a" })),
};
const labs = [lab2, viewstamps];

test.each([
  ["lab2", "lab2", 4],
  ["raft", "lab2", 4],
  ["Raft", "lab2", 4],
  ["election", "lab2a", 1],
  ["lab2b", "lab2b", 1],
  ["lab13", "lab13", 1],
  ["viewstamps", "lab13", 1],
  ["lab13a", "lab13a", 1],
])("%s is %s", (word, id, suites) => {
  const selection = selectLab(labs, word);
  expect([selection.id, selection.suites.length]).toEqual([id, suites]);
});

test("a word for stages of two labs is refused with the ids of both", () => {
  expect(() => selectLab(labs, "replication")).toThrow('"replication" may be lab2b or lab13a: name one of these');
  expect(selectLab([lab2], "replication").id).toBe("lab2b");
});

test("help names all labs, and no word of a stage that is refused", () => {
  const help = helpText(labs);
  expect(help).toContain(
    "lab         lab2 or raft, or a stage: lab2a lab2b lab2c lab2d, also election persistence snapshots\n",
  );
  expect(help).toContain("            lab13 or viewstamps, or a stage: lab13a\n");
  expect(help).toContain("a folder with raft.ts or raft.js, or replica.ts or replica.js; by default");
  expect(helpText([lab2])).toContain("lab2a lab2b lab2c lab2d, also election replication persistence snapshots\n");
});
