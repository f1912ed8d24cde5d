import { readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import type { CalibrationResult } from "../../grader/calibrate/result.ts";
import { gradeHere } from "../cli/grade-here.ts";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";

/** Two wrong ones, of which no scenario can find the second, and a right one that says it is slow. */
function corpus(): string {
  const root = folderWith();
  const base = relative(join(root, "wrong"), join(ROOT, "reference/raft"));
  const files = folderWith({
    "wrong/a.yaml": `base: ${base}
submissions:
  - id: a-quorum-even-rounding
    stage: lab2a
    expects: [election-safety]
    summary: Half is a majority.
    edits:
      - { file: raft.ts, find: "Math.floor(this.peers.length / 2) + 1", replace: "Math.ceil(this.peers.length / 2)" }
  - id: a-harmless
    stage: lab2a
    expects: [liveness]
    summary: Not wrong at all.
    edits: [{ file: timers.ts, find: "HEARTBEAT_MS = 150;", replace: "HEARTBEAT_MS = 151;" }]
`,
    "right/r.yaml": `base: ${base}
submissions:
  - id: slow-timing
    summary: Heartbeats 160 ms apart.
    edits: [{ file: timers.ts, find: "HEARTBEAT_MS = 150;", replace: "HEARTBEAT_MS = 160;" }]
`,
  });
  return files;
}

test("a calibration tells wrong from right, goes on from its journal, and fails when a wrong one lives", async () => {
  const dir = corpus();
  const [json, html] = ["result.json", "page.html"].map((name) => join(dir, name)) as [string, string];
  const args = ["calibrate", "lab2a", "--wrong", join(dir, "wrong"), "--right", join(dir, "right")];
  const size = ["--scenarios", "even-cluster", "--runs", "2", "--seeds", "3", "--journal", join(dir, "journal.jsonl")];
  const first = await grade([...args, ...size, "--json", json, "--html", html]);
  // A slow machine is told now and then how far it is.
  expect(first.err).toMatch(/^(?:\d+\/\d+ .* runs\/s\n)*$/);
  expect(first.out).toMatch(/^dies +a-quorum-even-rounding +0 of 1 +0\/3 .*election-safety$/m);
  expect(first.out).toMatch(/^LIVES +a-harmless +1 of 1 +3\/3 /m);
  expect(first.out).toMatch(/^passes +slow-timing +0\/2 /m);
  expect(first.out).toMatch(/^survivors: a-harmless$/m);
  expect(first.code).toBe(1);
  expect(readFileSync(html, "utf8")).toContain('<tr id="a-harmless" class="lives">');

  const before = readFileSync(join(dir, "journal.jsonl"), "utf8");
  const again = await gradeHere([...args, ...size, "--json", "--folders", join(dir, "kept")]);
  expect(readFileSync(join(dir, "journal.jsonl"), "utf8")).toBe(before);
  const timeless = (text: string) => JSON.parse(text, (key, value) => (key === "timing" ? undefined : value));
  expect(timeless(again.out)).toEqual(timeless(readFileSync(json, "utf8")));

  const kill = (timeless(again.out) as CalibrationResult).wrong.find(({ outcome }) => outcome === "killed");
  const words = kill?.cells[0]?.example?.replay.split(" ").slice(1) ?? [];
  const replay = await gradeHere([...words, join(dir, "kept/a-quorum-even-rounding")]);
  expect(replay.out).toContain("failed: election-safety");
});

test("a quick calibration plays one grading of each, begins with what killed last, and leaves out what is known to live", async () => {
  const dir = corpus();
  const killers = join(dir, "killers.json");
  const base = ["calibrate", "lab2a", "--wrong", join(dir, "wrong"), "--right", join(dir, "right")];
  const args = [...base, "--quick", "--scenarios", "even-cluster", "--sample", "0.01m", "--killers", killers];
  const quick = async () => {
    const { code, out } = await gradeHere([...args, "--json"]);
    return { code, ...(JSON.parse(out) as CalibrationResult) };
  };
  const first = await quick();
  expect(first.code).toBe(1);
  expect(first.totals).toMatchObject({ gradings: 2, survivors: ["a-harmless"], right: 1, falseFailures: [] });
  expect(first.right[0]?.runs).toBeGreaterThan(0);
  const [, run] =
    /^{\n {2}"a-quorum-even-rounding": "lab2a\/\S+ run (\d)"\n}\n$/.exec(readFileSync(killers, "utf8")) ?? [];
  expect(Number(run)).toBeGreaterThan(0);

  writeFileSync(killers, '{ "a-quorum-even-rounding": "lab2a/even-cluster run 2", "a-harmless": "survives" }');
  const second = await quick();
  expect(second.code).toBe(0);
  expect(second.leftOut).toEqual(["a-harmless"]);
  expect(second.wrong.map(({ id, runsToKill }) => [id, runsToKill?.max])).toEqual([["a-quorum-even-rounding", 1]]);
  expect(JSON.parse(readFileSync(killers, "utf8"))).toEqual({
    "a-harmless": "survives",
    "a-quorum-even-rounding": "lab2a/even-cluster run 2",
  });

  writeFileSync(killers, '{ "a-harmless": "rejoin" }');
  const { code, err } = await gradeHere(args);
  expect([code, err]).toEqual([
    2,
    expect.stringMatching(/killers\.json: a-harmless: "rejoin" is neither a run such as/),
  ]);
  expect((await gradeHere([...base, "--killers", killers])).err).toMatch(/^error: --killers goes with --quick/);
});

test("bad use is refused in a line", async () => {
  const dir = corpus();
  const wrong = ["--wrong", join(dir, "wrong")];
  const refused = async (...args: string[]) => {
    const { code, out, err } = await gradeHere(["calibrate", ...args]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    return err;
  };
  expect(await refused("lab2a", ...wrong, "--only", "nothing-like-it")).toBe(
    "error: --only nothing-like-it matches no submission that can be played\n",
  );
  expect(await refused("lab2a", ...wrong, "--scenarios", "even-clutser")).toMatch(
    /^error: --scenarios even-clutser matches no/,
  );
  expect(await refused("lab2b", ...wrong)).toBe("error: no submission is of a stage of lab2b\n");
  expect(await refused("lab2a", ...wrong, "--sample", "5")).toMatch(/A sample is so many minutes, such as 5m/);
  expect(await refused("lab2a", "--right", join(dir, "write"))).toMatch(
    /there is no folder .*write; name one with known-right/,
  );
  expect(await refused("lab2a", ...wrong, "--html", dir)).toMatch(/^error: --html .* is a folder; name a file\n/);
});

test("an interrupted calibration prints what is known", async () => {
  const dir = corpus();
  const args = [
    "calibrate",
    "lab2a",
    "--right",
    join(dir, "right"),
    "--runs",
    "1000",
    "--journal",
    join(dir, "j.jsonl"),
  ];
  let timer: NodeJS.Timeout | undefined;
  const { code, out } = await grade(args, {
    onStart: (child) => {
      timer = setInterval(() => {
        if (readLines(join(dir, "j.jsonl")) <= 3) return;
        clearInterval(timer);
        // Only once: a second time ends it without a report.
        child.kill("SIGINT");
      }, 50);
    },
  });
  expect(out).toMatch(/^no right submission fails in [1-9]\d* runs/m);
  expect(out).toMatch(/^interrupted: /m);
  expect(code).toBe(130);
});

function readLines(path: string): number {
  try {
    return readFileSync(path, "utf8").split("\n").length;
  } catch {
    return 0;
  }
}
