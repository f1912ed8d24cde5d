import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, ROOT } from "../cli/run-cli.ts";

/** The native one, which starts at once. */
const compiler: string = (await import(join(ROOT, "node_modules/typescript/lib/getExePath.js"))).default();

/**
 * What the skeleton gives a student and the reference must agree in: the class with its public methods, and what is known of
 * arguments, replies and entries. The reference may have more fields, and answer by a promise.
 */
const SHAPES = `
import type { Raft as Given } from "./skeleton/raft/raft.ts";
import type { Raft as Solved } from "./reference/raft/raft.ts";
import type * as GivenTypes from "./skeleton/raft/types.ts";
import type * as SolvedTypes from "./reference/raft/types.ts";

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Fits<Whole, Part> = [Whole] extends [Part] ? true : false;
type Method<T, K extends keyof T> = T[K] extends (...args: infer A) => infer R ? { args: A; reply: Awaited<R> } : never;
const yes = <_ extends true>() => {};

yes<Same<keyof Given, keyof Solved>>();
yes<Same<ConstructorParameters<typeof import("./skeleton/raft/raft.ts").Raft>["length"], ConstructorParameters<typeof import("./reference/raft/raft.ts").Raft>["length"]>>();
${["getState", "start", "snapshot", "kill"].map((name) => `yes<Same<Method<Given, "${name}">, Method<Solved, "${name}">>>();`).join("\n")}
${["requestVote", "appendEntries", "installSnapshot"].map((name) => `yes<Fits<Method<Solved, "${name}">, Method<Given, "${name}">>>();`).join("\n")}
${["RequestVote", "AppendEntries", "InstallSnapshot"]
  .flatMap((name) => [`${name}Args`, `${name}Reply`])
  .concat("LogEntry")
  .map((name) => `yes<Fits<SolvedTypes.${name}, GivenTypes.${name}>>();`)
  .join("\n")}
`;

/** What the compiler says of the two side by side, when some texts of theirs are changed. */
function compare(changes: readonly (readonly [file: string, from: string, to: string])[] = []): string {
  const files = ["raft", "log", "timers", "types"]
    .map((name) => `skeleton/raft/${name}.ts`)
    .concat(
      ["raft", "follower", "log", "timers", "types", "saved-state", "encoded-entries"].map(
        (name) => `reference/raft/${name}.ts`,
      ),
    );
  const folder = folderWith(Object.fromEntries(files.map((path) => [path, readFileSync(join(ROOT, path), "utf8")])));
  for (const [file, from, to] of changes) {
    const text = readFileSync(join(folder, file), "utf8");
    expect(text.split(from)).toHaveLength(2);
    writeFileSync(join(folder, file), text.replace(from, to));
  }
  writeFileSync(join(folder, "shapes.ts"), SHAPES);
  const config = {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023"],
      module: "esnext",
      moduleResolution: "bundler",
      types: [],
      paths: { "consensus-labs": [join(ROOT, "labs/api/index.ts")] },
      noEmit: true,
      strict: true,
      allowImportingTsExtensions: true,
    },
    files: ["shapes.ts", join(ROOT, "labs/api/globals.d.ts")],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return spawnSync(compiler, ["-p", folder, "--pretty", "false"], { cwd: folder, encoding: "utf8" }).stdout;
}

test("the skeleton and the reference have the same class, methods, and fields of what is sent", () => {
  expect(compare()).toBe("");
});

test.each([
  ["a method of another name", [["skeleton/raft/raft.ts", "installSnapshot(args", "takeSnapshot(args"]]],
  ["another argument of a method", [["skeleton/raft/raft.ts", "snapshot(index: number,", "snapshot(index: string,"]]],
  ["another field of what is sent", [["skeleton/raft/types.ts", "voteGranted: boolean", "granted: boolean"]]],
  ["a public method more", [["reference/raft/raft.ts", "  kill(): void {", "  extra(): void {}\n  kill(): void {"]]],
] as const)("%s is noticed", (_, changes) => {
  expect(compare(changes)).toMatch(/^shapes\.ts\(\d+,\d+\): error TS2344/m);
});
