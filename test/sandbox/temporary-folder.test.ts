import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { makeTemporaryFolder } from "../../grader/sandbox/temporary-folder.ts";
import { makeFolder } from "../submission/folder.ts";

const YESTERDAY = new Date(Date.now() - 86_400_000);

/** A pid that nobody has any more. */
const gone = () => spawnSync(process.execPath, ["-e", ""]).pid;

/** A place with folders of those names, last changed at that time. */
function placeWith(names: readonly string[], changed: Date): string {
  const place = makeFolder({});
  for (const name of names) {
    mkdirSync(join(place, name));
    writeFileSync(join(place, name, "file"), "");
    utimesSync(join(place, name), changed, changed);
  }
  return place;
}

it("names a new folder after its purpose and the process", () => {
  const folder = makeTemporaryFolder("types", makeFolder({}));
  expect(basename(folder)).toMatch(new RegExp(`^consensus-labs-types-${process.pid}-\\w{6}$`));
  expect(existsSync(folder)).toBe(true);
});

it("removes what a process that is gone left behind, with all that is in it", () => {
  const pid = gone();
  const place = placeWith([`consensus-labs-types-${pid}-abcDEF`, `consensus-labs-self-test-${pid}-abcDE1`], YESTERDAY);
  const folder = makeTemporaryFolder("pipes", place);
  expect(readdirSync(place)).toEqual([basename(folder)]);
});

it("leaves alone what is new, what belongs to a live process, and what is not ours", () => {
  const pid = gone();
  const recent = `consensus-labs-types-${pid}-abcDEF`;
  const place = placeWith([recent], new Date());
  const others = [
    `consensus-labs-types-${process.pid}-abcDEF`,
    "consensus-labs",
    `my-consensus-labs-types-${pid}-abcDEF`,
  ];
  for (const name of others) {
    mkdirSync(join(place, name));
    utimesSync(join(place, name), YESTERDAY, YESTERDAY);
  }
  const folder = makeTemporaryFolder("pipes", place);
  expect(readdirSync(place).sort()).toEqual([basename(folder), recent, ...others].sort());
});

it("looks once in a process, not before every folder", () => {
  const place = makeFolder({});
  makeTemporaryFolder("pipes", place);
  const late = join(place, `consensus-labs-types-${gone()}-abcDEF`);
  mkdirSync(late);
  utimesSync(late, YESTERDAY, YESTERDAY);
  makeTemporaryFolder("pipes", place);
  expect(existsSync(late)).toBe(true);
});
