import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";
import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import type { Watch } from "../../grader/host/realm/footprint.ts";

const source = readFileSync(fileURLToPath(new URL("../../grader/host/realm/footprint.ts", import.meta.url)), "utf8");
const { code } = transformSync(source.replace("export function", "function"), { loader: "ts" });

/** A realm, and whether all in it is as it was. */
function realmOf(watch: Watch = "values") {
  const context = createContext({});
  const isAsItWas = runInContext(`"use strict"; ${code}; (() => footprint("${watch}"))()`, context) as () => boolean;
  // The function itself is a global of this realm, from the beginning.
  return { run: (text: string) => runInContext(text, context), isAsItWas };
}

test("a realm in which nothing was left is as it was", () => {
  const { run, isAsItWas } = realmOf();
  expect(isAsItWas()).toBe(true);
  run("(() => { const map = new Map([[1, 2]]); return [...map].sort(); })()");
  expect(isAsItWas()).toBe(true);
});

test.each([
  ["a new global", "globalThis.lives = 1"],
  ["a global with another value", "globalThis.Math = {}"],
  ["a global that is gone", "delete globalThis.JSON"],
  ["a method of all arrays", "Array.prototype.lives = 1"],
  ["a property of Math", "Math.lives = 1"],
  ["a method that is another one", "Math.random = () => 0.5"],
  ["a property of a class", "Promise.lives = 1"],
  ["a property of what several classes have in common", "Object.getPrototypeOf(Int8Array.prototype).lives = 1"],
  [
    "a property that is not enumerable",
    "Object.defineProperty(Array.prototype, 'lives', { value: 1, enumerable: false })",
  ],
  ["a getter that is another one", "Object.defineProperty(Map.prototype, 'size', { get: () => 1 })"],
  ["an object that may get no more properties", "Object.preventExtensions(Math)"],
  [
    "an accessor in a value's place",
    "{ const own = Math; Object.defineProperty(globalThis, 'Math', { get: () => own }); }",
  ],
])("%s is noticed at once", (_, text) => {
  const { run, isAsItWas } = realmOf();
  expect(isAsItWas()).toBe(true);
  run(text);
  expect(isAsItWas()).toBe(false);
});

test.each([
  ["a method of all arrays", "Array.prototype.lives = 1", false],
  ["a global with another value", "globalThis.Math = {}", false],
  ["a method that is another one", "Math.random = () => 0.5", true],
  ["a property of a class", "Promise.lives = 1", true],
])("where properties are only counted, %s", (_, text, isMissed) => {
  const { run, isAsItWas } = realmOf("counts");
  expect(isAsItWas()).toBe(true);
  run(text);
  expect(isAsItWas()).toBe(isMissed);
});
