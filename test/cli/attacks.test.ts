import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gradingResultSchema } from "../../grader/report/schema.ts";
import type { RunResult } from "../../grader/run/result.ts";
import { childrenOf, folderWith, grade, isRunning, raftWith, until } from "./run-cli.ts";

const ONE_RUN = ["--only", "initial-election", "--runs", "1", "--workers", "1"];

/** Grades one run of a submission that misbehaves, and gives what came of it. */
async function runOf(constructorBody: string, members = ""): Promise<RunResult> {
  const folder = folderWith({ "raft.ts": raftWith(constructorBody, members) });
  const { code, out } = await grade(["lab2a", folder, ...ONE_RUN, "--json"]);
  const result = gradingResultSchema.parse(JSON.parse(out));
  expect(code).toBe(1);
  expect(result.points).toBe(0);
  return result.scenarios[0]?.runs[0] as RunResult;
}

describe.concurrent("a submission that misbehaves gets the verdict for it, and the place", () => {
  test("while (true) {} in the constructor", async () => {
    const run = await runOf("while (true) {}");
    expect(run).toMatchObject({ verdict: "hung", places: [{ file: "raft.ts", line: 5 }] });
  });

  test("a promise loop without end", async () => {
    const run = await runOf(
      "setTimeout(() => void this.elect(), 300);",
      "async elect() {\n    while (true) await null;\n  }",
    );
    expect(run).toMatchObject({ verdict: "hung", places: [{ file: "raft.ts", line: 8, function: "elect" }] });
  });

  test("a constructor that throws", async () => {
    const run = await runOf('throw new TypeError("not today");');
    expect(run).toMatchObject({ verdict: "crashed", places: [{ file: "raft.ts", line: 5, column: 11 }] });
    expect(run.message).toContain("TypeError: not today");
  });

  test("an exception after an await", async () => {
    const run = await runOf(
      "setTimeout(() => void this.elect(), 300);",
      "async elect() {\n    await null;\n    (undefined as any).foo();\n  }",
    );
    expect(run).toMatchObject({ verdict: "crashed", places: [{ file: "raft.ts", line: 9, function: "Raft.elect" }] });
  });

  test("memory that grows in a loop", async () => {
    const run = await runOf("for (;;) this.log.push({ term: 1, command: [this.log.length] });");
    expect(run.verdict).toBe("out-of-memory");
  });

  test("memory that grows from timer to timer", async () => {
    const run = await runOf("setInterval(() => this.log.push(new Uint8Array(20_000_000).fill(1)), 5);");
    expect(run.verdict).toBe("out-of-memory");
  });

  test("console output without end", async () => {
    const run = await runOf('for (;;) console.log("hello");');
    expect(run).toMatchObject({ verdict: "output-limit", message: expect.stringContaining("console") });
  });

  test("process.exit", async () => {
    const run = await runOf("(process as any).exit(0);");
    expect(run).toMatchObject({ verdict: "crashed", message: expect.stringContaining("process is not defined") });
  });

  test("an RPC argument that cannot be encoded", async () => {
    const run = await runOf(
      'peers[1 - me % 2]!.call("hi", { entries: [1, new Map()] });',
      "hi() {\n    return 1;\n  }",
    );
    expect(run).toMatchObject({
      verdict: "failed",
      property: "api",
      message: expect.stringMatching(/args\.entries\[1\] is a Map/),
    });
    expect(run.places?.[0]).toMatchObject({ file: "raft.ts", line: 5 });
  });

  test("a reply of 50 MB", async () => {
    const run = await runOf(
      'setTimeout(() => { for (const peer of peers) void peer.call("hi", {}); }, 300);',
      "hi() {\n    return new Uint8Array(50_000_000);\n  }",
    );
    expect(run).toMatchObject({ verdict: "output-limit", message: expect.stringContaining("reply") });
  });

  test("a call of a method that does not exist", async () => {
    const run = await runOf('for (const peer of peers) void peer.call("helo", {});', "hello() {\n    return 1;\n  }");
    expect(run).toMatchObject({
      verdict: "failed",
      property: "api",
      message: expect.stringMatching(/no method "helo"; did you mean "hello"/),
    });
  });
});

test("a hanging submission is told of in the terminal's words, with the place and the replay command", async () => {
  const folder = folderWith({
    "raft.ts": raftWith("setTimeout(() => this.spin(), 300);", "spin() {\n    while (true) {\n    }\n  }"),
  });
  const { code, out, err } = await grade(["election", folder, ...ONE_RUN]);
  expect(out).toMatch(/FAIL {2}lab2a\/initial-election/);
  expect(out).toMatch(/hung \(run 1, at 0\.300 s of virtual time\)/);
  expect(out).toMatch(/code +raft\.ts:8:\d+ in spin\n +called from raft\.ts:5:\d+/);
  expect(out).toContain(`npx --no grade replay lab2a/initial-election@5694848331441127 ${folder}`);
  expect(err).toBe("");
  expect(code).toBe(1);
});

test("type errors are shown, and the grading goes on", async () => {
  const folder = folderWith({ "raft.ts": raftWith('const n: number = "one"; void n; throw new Error("here");') });
  const { code, out } = await grade(["lab2a", folder, ...ONE_RUN, "--no-shrink"]);
  expect(out).toMatch(/1 type error/);
  expect(out).toMatch(/raft\.ts:5:11 {2}Type 'string' is not assignable to type 'number'/);
  expect(out).toContain("threw Error: here");
  expect(code).toBe(1);
});

/** And none of the programs that build a submission before that. */
function isHost(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("host.js");
  } catch {
    return false;
  }
}

describe("nothing is left behind", () => {
  const spinning = () => folderWith({ "raft.ts": raftWith("for (;;);") });

  test("Ctrl-C ends the peers, prints what is known, and exits with 130", async () => {
    let children: number[] = [];
    const finished = grade(["lab2a", spinning(), "--workers", "1"], {
      onStart: async (child) => {
        await until(() => childrenOf(child.pid as number).some(isHost), "hosts are started");
        await new Promise((resolve) => setTimeout(resolve, 400));
        children = childrenOf(child.pid as number);
        child.kill("SIGINT");
      },
    });
    const { code, out, err } = await finished;
    expect(code).toBe(130);
    expect(err).toBe("");
    expect(out).toMatch(/0\/15 points/);
    expect(out).toMatch(/Interrupted/);
    expect(children.length).toBeGreaterThan(0);
    await until(() => !children.some(isRunning), "children are gone");
  });

  test("Ctrl-C with --json gives valid JSON of what is known", async () => {
    const { code, out } = await grade(["lab2a", spinning(), "--json"], {
      onStart: async (child) => {
        await until(() => childrenOf(child.pid as number).some(isHost), "hosts are started");
        child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    expect(gradingResultSchema.parse(JSON.parse(out))).toMatchObject({ interrupted: true, points: 0 });
  });

  test("when the grader is killed the peers end too, though they hang", async () => {
    let children: number[] = [];
    await grade(["lab2a", spinning(), "--workers", "1"], {
      onStart: async (child) => {
        await until(() => childrenOf(child.pid as number).some(isHost), "hosts are started");
        await new Promise((resolve) => setTimeout(resolve, 800));
        children = childrenOf(child.pid as number);
        child.kill("SIGKILL");
      },
    });
    expect(children.length).toBeGreaterThan(0);
    await until(() => !children.some(isRunning), "children are gone");
  });

  test("a closed output pipe ends the grading quietly", async () => {
    let children: number[] = [];
    const { code, err } = await grade(["lab2", "reference", "--runs", "3"], {
      onOut: (_, child) => {
        children = childrenOf(child.pid as number);
        child.stdout?.destroy();
      },
    });
    expect(err).toBe("");
    expect(code).toBe(2);
    await until(() => !children.some(isRunning), "children are gone");
  });

  test("a current folder that cannot be written does no harm", async () => {
    const { code, err, out } = await grade(
      ["lab2a", folderWith({ "raft.ts": raftWith('throw new Error("x");') }), ...ONE_RUN],
      { cwd: "/proc" },
    );
    expect(out).toContain("threw Error: x");
    expect(err).toBe("");
    expect(code).toBe(1);
  });
});
