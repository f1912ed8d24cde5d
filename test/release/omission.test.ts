import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY, type Policy } from "../../grader/batch/index.ts";
import { dependantsText, notInKit, notInKitText } from "../../grader/cli/output/not-in-kit.ts";
import type { Suite } from "../../grader/harness/scenario.ts";
import { isAboutHidden, picturesIn, studentText } from "../../grader/release/handouts.ts";
import { checkPlatforms, copyDependencies, requirePacked } from "../../grader/release/native-parts.ts";
import { omissionOf, wholeLabs } from "../../grader/release/omission.ts";
import { labs } from "../../labs/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";

const hiding = (...scenarios: Policy["scenarios"]) => omissionOf(labs, lab2, { ...DEFAULT_POLICY, scenarios });
const suite = (id: string) => lab2.suites.find((one) => one.id === id) as (typeof lab2.suites)[number];

/** Of a stage. */
const idsOf = ({ scenarios }: Suite) => scenarios.map(({ id }) => id);

describe("what a kit leaves out", () => {
  test("is what the policy hides, and what it hides until all have handed in", () => {
    const { hidden, kit } = hiding(
      { match: "lab2b/basic-agree", visibility: "hidden" },
      { match: "lab2*/swarm", visibility: "after-due" },
      { match: "lab2c/swarm", visibility: "visible" },
    );
    const own = ["lab2a/swarm", "lab2b/basic-agree", "lab2b/swarm", "lab2d/swarm"];
    const foreign = labs.filter((lab) => lab !== lab2).flatMap(({ suites }) => suites.flatMap(idsOf));
    expect([...hidden].sort()).toEqual([...own, ...foreign].sort());
    expect(kit.missing.lab2a).toEqual({ scenarios: 1, points: 1, dependants: 0 });
    expect(kit.missing.lab2b).toMatchObject({ scenarios: 2, points: 3 });
    expect(kit.missing.lab2b?.dependants).toBe(suite("lab2b").scenarios.length - 2);
  });

  test("counts with the points of the policy", () => {
    const { points, kit } = hiding(
      { match: "lab2a/swarm", visibility: "hidden", points: 0.1 },
      { match: "lab2a/late-votes", visibility: "hidden", points: 0.2 },
      { match: "lab2a/re-election", points: 7 },
    );
    expect(points.get("lab2a/re-election")).toBe(7);
    expect(kit.missing.lab2a).toEqual({ scenarios: 2, points: 0.3, dependants: 0 });
  });

  test("cannot be everything", () => {
    expect(() => hiding({ match: "*", visibility: "hidden" })).toThrow("the policy hides every scenario of lab2");
  });

  test("is said in words, and not at all where nothing is missing", () => {
    const { kit } = hiding({ match: "lab2b/basic-agree", visibility: "hidden" });
    const graded = { ...suite("lab2b"), points: suite("lab2b").points - 2 };
    const missing = notInKit([graded], kit);
    expect(missing).toEqual({ scenarios: 1, points: 2, ofPoints: 35 });
    expect(missing && notInKitText(missing)).toBe("2 of 35 points are decided by a scenario that is not in this kit.");
    expect(dependantsText(graded, kit)).toMatch(/^\d+ of those below are skipped there when one/);
    expect(notInKit([suite("lab2a")], kit)).toBeUndefined();
    expect(notInKit(lab2.suites, wholeLabs(labs).kit)).toBeUndefined();
    expect(notInKit(lab2.suites)).toBeUndefined();
  });
});

describe("a handout for students", () => {
  const omission = hiding({ match: "lab2c/unreliable-agree", visibility: "hidden" });

  test("has no row for what is left out, and does not name it; where it did, is told", () => {
    const text = [
      "| `lab2c/persist-1` | stays |",
      "| `lab2c/unreliable-agree` | goes |",
      "Look at `lab2c/unreliable-agree` first, or `unreliable-agree`.",
      "lab2c/figure-8-unreliable: npx --no grade lab2c",
    ].join("\n");
    expect(studentText(text, omission)).toEqual({
      text: [
        "| `lab2c/persist-1` | stays |",
        "Look at `lab2c/…` first, or `…`.",
        "lab2c/figure-8-unreliable: npx --no grade lab2c",
      ].join("\n"),
      edited: [3],
    });
  });
});

test("a handout about a scenario that is left out is left out, and lines that say so, such as pictures of it", () => {
  const hidden = hiding({ match: "lab2b/backup", visibility: "hidden" });
  const picture = (id: string) => `![its page](one.webp) <!-- only with ${id} -->`;
  const text = [picture("lab2b/backup"), "a", picture("lab2b/rejoin")].join("\n");
  expect(studentText(text, hidden)).toEqual({ text: "a\n![its page](one.webp)", edited: [] });
  expect(picturesIn(text)).toEqual(["one.webp", "one.webp"]);
  expect(picturesIn("![far](https://example.org/a.png) [text](b.md)")).toEqual([]);
  const about = "<!-- only with lab2b/backup -->\n# How";
  expect([isAboutHidden(about, hidden), isAboutHidden(text, hidden)]).toEqual([true, false]);
  const other = hiding({ match: "lab2b/rejoin", visibility: "hidden" });
  expect(isAboutHidden(about, other)).toBe(false);
  expect(studentText(`${about}\nends with two blanks  `, other)).toEqual({
    text: "# How\nends with two blanks  ",
    edited: [],
  });
});

test("a handout keeps a name that the student API has, too, and its place is told", () => {
  const text = "All goes on.\nIn `backup` everybody has it; `lab2b/backup`.\nNo backup here.";
  expect(studentText(text, hiding({ match: "lab2b/backup", visibility: "hidden" }))).toEqual({
    text: "All goes on.\nIn `…` everybody has it; `lab2b/…`.\nNo backup here.",
    edited: [2],
  });
  const method = hiding({ match: "lab2b/kill", visibility: "hidden" });
  expect(studentText("one\n`kill` ends all", method)).toEqual({ text: "one\n`kill` ends all", edited: [2] });
  // That of another stage is shown.
  const namesake = hiding({ match: "lab2c/swarm", visibility: "hidden" });
  expect(studentText("`swarm` is drawn anew", namesake).edited).toEqual([]);
});

describe("systems", () => {
  test("are this one, or those that are named", () => {
    expect(checkPlatforms(["darwin-arm64", "linux-x64", "darwin-arm64"])).toEqual(["darwin-arm64", "linux-x64"]);
    expect(() => checkPlatforms(["win32-x64"])).toThrow(/no kit for the platform "win32-x64"; there are linux-x64, /);
    expect(() => checkPlatforms([""])).toThrow(/platform ""/);
  });

  test("whose parts are not here: what to fetch, and how, in one line", () => {
    const packages = { "node_modules/@esbuild/linux-arm64": { version: "1.2.3" } };
    const all = { ...packages, "node_modules/@typescript/typescript-linux-arm64": { version: "4.5.6" } };
    const root = folderWith({ "package-lock.json": JSON.stringify({ packages: all }) });
    expect(() => requirePacked(root, ["linux-arm64"])).toThrow(
      /^native parts are not here; in .*, fetch them: mkdir -p native && npm pack --pack-destination native @esbuild\/linux-arm64@1\.2\.3 @typescript\/typescript-linux-arm64@4\.5\.6$/,
    );
    expect(() => requirePacked(ROOT, [`${process.platform}-${process.arch}`])).not.toThrow();
  });

  test("whose parts were fetched: nothing but what the lockfile names is packed", async () => {
    const native = { version: "1.2.3", integrity: "sha512-x" };
    const lock = { packages: { "node_modules/@esbuild/linux-arm64": native } };
    const typescript = { "node_modules/@typescript/typescript-linux-arm64/package.json": "{}" };
    const root = folderWith({
      "package-lock.json": JSON.stringify(lock),
      "native/esbuild-linux-arm64-1.2.3.tgz": "something else",
      "node_modules/esbuild/package.json": "{}",
      "node_modules/typescript/package.json": "{}",
      ...typescript,
    });
    expect(() => requirePacked(root, ["linux-arm64"])).not.toThrow();
    await expect(copyDependencies(root, `${root}/out`, ["linux-arm64"])).rejects.toThrow(
      /esbuild-linux-arm64-1\.2\.3\.tgz is not what package-lock\.json names/,
    );
  });
});
