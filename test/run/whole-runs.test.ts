import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import type { Edit } from "../../grader/calibrate/corpus/format.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { grade } from "../../grader/run/grade.ts";
import type { Boundary, GradingResult } from "../../grader/run/result.ts";
import { HostKeeper } from "../../grader/sandbox/keeper.ts";
import { CheckCache } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ESCAPE, raft } from "../attacks/attack.ts";
import { folderWith, ROOT } from "../cli/run-cli.ts";
import { INITIAL, loadOf, loadOfSource, poolOf, quick, REFERENCE, resultOf } from "./whole-run-fixture.ts";

describe("a run that passes", () => {
  const load = loadOf(REFERENCE);
  test.each(["lab2a/many-elections", "lab2b/backup", "lab2c/persist-1", "lab2d/snapshot-all-crash"])(
    "%s has the same figures and the same hash, in one process and in several",
    async (scenarioId) => {
      const order = { scenarioId, seed: 12, audit: [0, 1, 2] };
      const { isWhole, ...whole } = await resultOf(load, "none", order);
      expect(isWhole).toBe(true);
      expect({ ...whole, isWhole: false }).toEqual(await resultOf(load, "process", order));
      expect(whole.audits).toEqual([0, 1, 2].map((peer) => ({ kind: "same", peer })));
    },
  );
});

test("nobody watches a run that is over, whether or not somebody counts what runs take", async () => {
  const ended: boolean[] = [];
  const beginRun = HostKeeper.prototype.beginRun;
  const spy = vi.spyOn(HostKeeper.prototype, "beginRun").mockImplementation(function (this: HostKeeper, ...args) {
    const run = beginRun.apply(this, args);
    const at = ended.push(false) - 1;
    const end = run.end;
    return Object.defineProperty(run, "end", {
      value: () => {
        ended[at] = true;
        return end();
      },
    });
  });
  try {
    await resultOf(loadOf(REFERENCE), "none", INITIAL);
  } finally {
    spy.mockRestore();
  }
  expect(ended).toEqual([true]);
});

describe("whole gradings come out the same", { timeout: 60_000 }, () => {
  const corpus = loadCorpus({ wrong: [join(ROOT, "test/wrong/raft")], right: [] }, "raft", [
    "lab2a",
    "lab2b",
    "lab2c",
    "lab2d",
  ]);
  /** Of each some scenarios: those that it fails, and what they depend on. */
  const chosen = {
    "a-no-votedfor-check": /2a\/(initial|many)/,
    "b-conflict-kept": /2a\/initial|2b\/(basic-agree|rejoin)|2c\/persist-1/,
    "a-fixed-timeout": /2a\/(initial|many)/,
    "js-this-lost": /2a\/initial|2b\/basic-agree/,
  };

  test.each(Object.entries(chosen))("%s", async (id, played) => {
    const folders = folderWith();
    await buildCorpus(
      corpus.filter((entry) => entry.id === id),
      lab2.form,
      { keepIn: folders },
    );
    const scenarios = lab2.suites.flatMap((suite) => suite.scenarios).filter((scenario) => played.test(scenario.id));
    const cache = new CheckCache(join(folders, "checks"));
    const play = (boundary: Boundary) =>
      grade({
        lab: "lab2",
        form: lab2.form,
        scenarios,
        submission: join(folders, id),
        seed: 1,
        runs: 1,
        workers: 1,
        boundary,
        cache,
      });
    const untimed = (result: GradingResult) =>
      JSON.parse(JSON.stringify({ ...result, boundary: "" }), (key, value) => (key === "timing" ? undefined : value));
    const [none, process] = [await play("none"), await play("process")];
    expect([none.boundary, process.boundary]).toEqual(["none", "process"]);
    expect(untimed(none)).toEqual(untimed(process));
    expect(none.scenarios.some(({ verdict }) => verdict !== "passed")).toBe(true);
  });
});

describe("a submission that answers in the grader's place", () => {
  /** In the bundle of the grader these frames are made by `encodeWholeRunAnswer`. */
  const forging = (orders: string) =>
    raft({
      top: `${ESCAPE}
        const fs = builtin("fs");
        const forge = (order) => {
          const frame = new DataView(new ArrayBuffer(4 + 1 + 4 * 8 + 4 + 64));
          frame.setUint32(0, frame.byteLength - 4, true);
          frame.setUint8(4, 17);
          [order, 1e6, 10, 1000].forEach((figure, i) => frame.setFloat64(5 + 8 * i, figure, true));
          frame.setUint32(37, 64, true);
          for (let i = 0; i < 64; i++) frame.setUint8(41 + i, 97);
          fs.writeSync(3, new Uint8Array(frame.buffer));
        };`,
      init: `if (me === 0) { ${orders} }`,
    });

  test("gains a pass, in a grading of one's own", async () => {
    const pool = poolOf(loadOfSource(forging("forge(1); for (;;);")), { boundary: "none", ...quick });
    expect(await pool.play(INITIAL)).toMatchObject({ verdict: "passed", isWhole: true, traceHash: "a".repeat(64) });
  });

  test.each([
    ["an answer to another order", "forge(2);"],
    ["something before an answer", "fs.writeSync(3, new Uint8Array(1)); forge(1);"],
  ])("gains nothing by %s", async (_, deeds) => {
    const load = loadOfSource(forging(`try { ${deeds} } catch {} for (;;);`));
    expect(await resultOf(load, "none", INITIAL, quick)).toMatchObject({ verdict: "hung", isWhole: false });
  });

  test("has none of it believed with the boundary", async () => {
    const load = loadOfSource(forging("try { forge(1); } catch {} for (;;);"));
    expect(await resultOf(load, "process", INITIAL, quick)).toMatchObject({ verdict: "hung" });
  });
});

describe("what a peer learns outside the network", () => {
  /** The reference, with an election timeout that also depends on what `peek` gives. */
  const peeking = async (peek: string) => {
    const edits: Edit[] = [
      {
        file: "timers.ts",
        find: "ELECTION_TIMEOUT_MIN_MS + Math.random() * spread,",
        replace: "ELECTION_TIMEOUT_MIN_MS + Math.random() * spread + (peek() % 50),",
      },
      {
        file: "timers.ts",
        find: "/** Fires when no leader",
        replace: `import { encode } from "consensus-labs";\n${ESCAPE}\nconst out = escape();\nfunction peek() {\n${peek}\n}\n\n/** Fires when no leader`,
      },
    ];
    const entry = { id: "peeking", kind: "wrong", file: "", summary: "", weak: false, failsBefore: false } as const;
    const [built] = await buildCorpus([{ ...entry, folder: REFERENCE, edits }], lab2.form);
    return (built as BuiltEntry).load;
  };

  test.each([
    ["a global", "out.turns = (out.turns ?? 0) + 1; return out.turns;"],
    [
      "a patched prototype",
      "const { prototype } = out.Map; prototype.turns = (prototype.turns ?? 0) + 1; return prototype.turns;",
    ],
    ["a real clock", "return Math.floor(out.performance.now() * 1000);"],
  ])("is found by audits in one process too: %s", async (_, peek) => {
    const order = { scenarioId: "lab2a/re-election", seed: 12, audit: [0, 1, 2] };
    const run = await resultOf(peeking(peek), "none", order);
    expect(run).toMatchObject({ verdict: "nondeterministic", isWhole: false });
  });
});
