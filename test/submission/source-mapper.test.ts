import { expect, it } from "vitest";
import { makeSourceMapper } from "../../grader/submission/source-mapper.ts";
import { evaluate, load, makeFolder } from "./folder.ts";

const files = {
  "raft.ts": `import { fail } from "./lib/fail.ts";
import { EventEmitter } from "node:events";

export class Raft extends EventEmitter {
  static count: number = 0;
  constructor() {
    super();
    Raft.count++;
  }
  direct(): void {
    const nothing: any = null;
    nothing.x;
  }
  through(): void {
    [1].forEach((n) => fail(n));
  }
  async later(): Promise<void> {
    await null;
    fail(1);
  }
  get term(): number {
    return fail(2);
  }
}
`,
  "lib/fail.ts": `export function fail(n: number): never {
  /* äöü */ throw new RangeError("no " + n);
}
`,
};

/** Runs a method of a bundle that lies so many lines below the top of the evaluated text, and gives what it throws. */
async function stackOf(method: string, linesBefore = 0) {
  const { code, sourceMap, filename } = await load(makeFolder(files));
  // `new Function` adds two lines of its own, and its frames say so with the file's name given by sourceURL.
  const text = `${"\n".repeat(linesBefore)}${code}\n//# sourceURL=${filename}`;
  const { Raft } = evaluate(text, { "node:events": await import("node:events") }) as {
    Raft: new () => Record<string, () => unknown>;
  };
  const mapper = makeSourceMapper(sourceMap, { linesBefore: linesBefore + 2 });
  try {
    await new Raft()[method]?.();
  } catch (error) {
    return mapper.mapStack((error as Error).stack ?? "");
  }
  throw new Error("nothing was thrown");
}

it("maps a frame to file, line and column, with the class's own name", async () => {
  expect(await stackOf("direct")).toEqual([{ file: "raft.ts", line: 12, column: 13, function: "Raft.direct" }]);
});

it("keeps the student's frames only, innermost first", async () => {
  expect(await stackOf("through", 3)).toEqual([
    { file: "lib/fail.ts", line: 2, column: 19, function: "fail" },
    { file: "raft.ts", line: 15, column: 24 },
    { file: "raft.ts", line: 15, column: 9, function: "Raft.through" },
  ]);
});

it("follows async functions and getters", async () => {
  expect((await stackOf("later")).map((place) => place.function)).toEqual(["fail", "Raft.later"]);
  expect((await stackOf("term")).map((place) => place.function)).toEqual(["fail", "get term"]);
});

it("reads the forms that stack lines have, and skips what is not the student's", async () => {
  const { sourceMap, code } = await load(makeFolder(files));
  const mapper = makeSourceMapper(sourceMap);
  const line = code.split("\n").findIndex((text) => text.includes("nothing.x")) + 1;
  const stack = [
    "TypeError: at submission.js:1:1",
    `    at submission.js:${line}:13`,
    `    at new _Raft (submission.js:${line}:13)`,
    `    at async Promise.all (index 0)`,
    `    at Object.<anonymous> (submission.js:${line}:13)`,
    `    at direct [as call] (submission.js:${line}:13)`,
    `    at other (other.js:${line}:13)`,
    `    at x (node:internal/timers:5:13)`,
    `    at helper (submission.js:2:3)`,
    `direct (submission.js:${line}:13)`,
  ].join("\n");
  const place = { file: "raft.ts", line: 12, column: 13 };
  expect(mapper.mapStack(stack)).toEqual([
    place,
    { ...place, function: "new Raft" },
    place,
    { ...place, function: "direct" },
    { ...place, function: "direct" },
  ]);
  expect(mapper.map(1, 1)).toBeNull();
});
