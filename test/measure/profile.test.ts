import type { Profiler } from "node:inspector";
import { expect, test } from "vitest";
import { costsOf, PARTS } from "../../scripts/measure/cpu-profile.ts";
import { costLines } from "../../scripts/measure/run-costs.ts";
import { stepLines } from "../../scripts/measure/steps.ts";

/** A profile of these stacks, outermost first, each with so many milliseconds. */
function profileOf(...stacks: (readonly [frames: string, ms: number])[]): Profiler.Profile {
  const nodes: Profiler.ProfileNode[] = [];
  const idOf = (parent: number | null, functionName: string, url: string): number => {
    const siblings = parent === null ? [] : (nodes[parent - 1]?.children ?? []);
    const known = siblings.find(
      (id) => nodes[id - 1]?.callFrame.url === url && nodes[id - 1]?.callFrame.functionName === functionName,
    );
    if (known !== undefined) return known;
    nodes.push({
      id: nodes.length + 1,
      callFrame: { functionName, scriptId: "1", url, lineNumber: 0, columnNumber: 0 },
      children: [],
    });
    if (parent !== null) nodes[parent - 1]?.children?.push(nodes.length);
    return nodes.length;
  };
  const root = idOf(null, "(root)", "");
  const samples = stacks.map(([frames]) =>
    frames
      .split(", ")
      .reduce((parent, frame) => (frame.startsWith("(") ? idOf(parent, frame, "") : idOf(parent, "f", frame)), root),
  );
  return { nodes, startTime: 0, endTime: 1, samples, timeDeltas: stacks.map(([, ms]) => ms * 1000) };
}

const costs = (...stacks: (readonly [string, number])[]) => {
  const { runs, audits } = costsOf(profileOf(...stacks), ({ url }) => url);
  return { runs: Object.fromEntries(runs), audits: Object.fromEntries(audits) };
};

test("a sample counts for the part whose file is the innermost, and what has no file for its caller", () => {
  expect(
    costs(
      ["grader/harness/a.ts, grader/sim/b.ts", 3],
      ["grader/harness/a.ts, grader/sim/b.ts, (push)", 4],
      ["grader/harness/a.ts", 1],
      ["grader/host/engine.ts, node:vm, (runInContext)", 2],
      ["grader/host/engine.ts, consensus-labs:realm, submission.js", 5],
      ["grader/host/realm/hook.ts", 6],
      ["labs/api/codec/encoder.ts", 7],
      ["labs/raft/x.ts", 8],
      ["(program)", 9],
      ["(idle)", 100],
    ).runs,
  ).toEqual({
    [PARTS.kernel]: 7,
    [PARTS.harness]: 1,
    [PARTS.vm]: 2,
    [PARTS.submission]: 5,
    [PARTS.realm]: 6,
    [PARTS.codec]: 7,
    [PARTS.scenario]: 8,
    [PARTS.other]: 9,
  });
});

test("what stands below a solo peer is of an audit, and so is the garbage of it; the run that is listened to is not", () => {
  const run = "grader/harness/run-scenario.ts, grader/audit/audited-host.ts";
  expect(
    costs(
      [`${run}, grader/host/engine.ts`, 1],
      ["(garbage collector)", 2],
      [`${run}, grader/audit/solo-peer.ts, grader/host/engine.ts, submission.js`, 4],
      ["(garbage collector)", 8],
      [`${run}, grader/audit/solo-peer.ts, grader/audit/difference.ts`, 16],
      [run, 32],
    ),
  ).toEqual({
    runs: { [PARTS.engine]: 1, [PARTS.gc]: 2, [PARTS.audit]: 32 },
    audits: { [PARTS.submission]: 4, [PARTS.gc]: 8, [PARTS.audit]: 16 },
  });
});

test("shares of the profiler are told as shares of the CPU time, the dearest part first", () => {
  const lines = costLines(
    {
      runs: new Map([
        ["checkers", 100],
        [PARTS.kernel, 500],
      ]),
      audits: new Map([["checkers", 400]]),
    },
    2000,
  );
  expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/))).toEqual([
    [PARTS.kernel, "1.00", "0.00", "50 %"],
    ["checkers", "0.20", "0.80", "50 %"],
    ["the whole", "1.20", "0.80", "100 %"],
  ]);
});

test("the steps of a grading add up to the whole, also where one was not reached or was through late", () => {
  const phases = { begun: 100, opened: 110, bundled: 310, types: 250, firstRun: 510, lastRun: 910, ended: 920 };
  const { firstRun: _, lastRun: __, ...unplayed } = phases;
  const secondsOf = (lines: readonly string[]) =>
    lines.flatMap((line) => (/^ {2}(.{48})(\d+\.\d\d) /.exec(line) ?? []).slice(2).map(Number));
  expect(secondsOf(stepLines([{ wallMs: 1000, nodeMs: 40, phases }]))).toEqual([
    0.04, 0.06, 0.01, 0.2, 0.2, 0.4, 0.01, 0.08, 1,
  ]);
  expect(secondsOf(stepLines([{ wallMs: 1000, nodeMs: 40, phases: unplayed }]))).toEqual([
    0.04, 0.06, 0.01, 0.2, 0, 0, 0.61, 0.08, 1,
  ]);
});
