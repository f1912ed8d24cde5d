import { describe, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import type { Edit } from "../../grader/calibrate/corpus/format.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ESCAPE, raft } from "../attacks/attack.ts";
import { INITIAL, loadOfSource, poolOf, quick, REFERENCE, resultOf } from "./whole-run-fixture.ts";

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
    const pool = poolOf(loadOfSource(forging("forge(1); for (;;);")), { boundary: "none" });
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
