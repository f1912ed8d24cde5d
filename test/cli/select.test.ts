import { expect, test } from "vitest";
import { helpOn } from "../../grader/cli/help/help.ts";
import { selectLab, selectRun } from "../../grader/cli/input/select.ts";
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
  const help = helpOn("grade", labs);
  expect(help).toContain(
    "lab         lab2 or raft, or a stage: lab2a lab2b lab2c lab2d, also election persistence snapshots\n",
  );
  expect(help).toContain("            lab13 or viewstamps, or a stage: lab13a\n");
  expect(help).toContain("folder      one with raft.ts or raft.js, or replica.ts or replica.js; by default");
  expect(helpOn("grade", [lab2])).toContain(
    "lab2a lab2b lab2c lab2d, also election replication persistence snapshots\n",
  );
});

test.each([
  ["lab2b/backup@7", "lab2b/backup"],
  ["raft/backup@7", "lab2b/backup"],
  ["replication/backup@7", "lab2b/backup"],
  ["backup@7", "lab2b/backup"],
  ["lab2c/swarm@7", "lab2c/swarm"],
])("the run %s is of %s", (text, id) => {
  expect(selectRun([lab2], text)).toMatchObject({ lab: { id: "lab2" }, scenario: { id }, seed: 7 });
});

test.each([
  ["swarm@7", '"swarm@7" may be lab2a/swarm@7 or lab2b/swarm@7 or lab2c/swarm@7 or lab2d/swarm@7: name one of these'],
  ["lab2/swarm@7", /^"lab2\/swarm@7" may be lab2a\/swarm@7 or /],
  ["bakcup@7", 'there is no scenario "bakcup"; did you mean backup?'],
  ["lab2a/backup@7", /^lab2a has no scenario "backup"/],
  ["backup", /^"backup" names no run: a run is <lab>\/<scenario>@<seed>/],
  ["@7", /names no run/],
  ["a/b/c@7", /names no run/],
])("the run %s is refused in one line", (text, message) => {
  expect(() => selectRun([lab2], text)).toThrow(message);
});

test.each([
  ["backup", '"backup" is one scenario: grade lab2b --only backup'],
  ["lab2b/backup", '"lab2b/backup" is one scenario: grade lab2b --only backup'],
  ["swarm", '"swarm" is one scenario in each of several stages: grade lab2a --only swarm'],
])("%s is no lab, and how it is graded is said", (word, message) => {
  expect(() => selectLab([lab2], word)).toThrow(message);
});
