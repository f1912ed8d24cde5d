import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import type { Edit } from "../../grader/calibrate/corpus/format.ts";
import { playConfirmed } from "../../grader/run/confirm.ts";
import { type PoolOptions, RunPool } from "../../grader/run/pool.ts";
import { peerHostProgram } from "../../grader/sandbox/host-program.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { slowness } from "../cpu.ts";
import { ATTACKS } from "./attacks.ts";

const REFERENCE = fileURLToPath(new URL("../../reference/raft", import.meta.url));
const HOLE = fileURLToPath(new URL("./fixtures/hole.cjs", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "audit-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

/** The reference, with an election timeout that also depends on `extra`, on hosts whose realms have a hole. */
function poolWith(extra: string, workers = 1, limits: PoolOptions["limits"] = {}): RunPool {
  const edits: Edit[] = [
    {
      file: "timers.ts",
      find: "ELECTION_TIMEOUT_MIN_MS + Math.random() * spread,",
      replace: "ELECTION_TIMEOUT_MIN_MS + Math.random() * spread + (extraMs() % 50),",
    },
    {
      file: "timers.ts",
      find: "/** Fires when no leader",
      replace: `const out = (globalThis as any).hole;\nfunction extraMs(): number {\n${extra}\n}\n\n/** Fires when no leader`,
    },
    {
      file: "raft.ts",
      find: "    const saved = fromBytes(",
      replace: "    Object.assign(globalThis, { me, size: peers.length });\n    const saved = fromBytes(",
    },
  ];
  const attack = {
    id: "attack",
    kind: "wrong",
    file: "attacks.ts",
    summary: "",
    weak: false,
    failsBefore: false,
  } as const;
  const built = buildCorpus([{ ...attack, folder: REFERENCE, edits }], lab2.form);
  const load = built.then(([entry]) => (entry as BuiltEntry).load);
  const program = peerHostProgram();
  const pool = new RunPool(workers, load, {
    ...(limits && { limits }),
    program: { ...program, nodeFlags: [...program.nodeFlags, "--require", HOLE] },
  });
  pools.push(pool);
  return pool;
}

const ORDER = { scenarioId: "lab2a/re-election", seed: 12, audit: [0, 1, 2] };
let files = 0;
const bodyOf = (peek: string) => peek.replaceAll("FILE", join(scratch, String(files++)));

test("a hole alone is no reason to accuse anybody", async () => {
  const run = await playConfirmed(poolWith("return 7;"), ORDER);
  expect(run).toMatchObject({ verdict: "passed", audits: [0, 1, 2].map((peer) => ({ kind: "same", peer })) });
});

test("a peer that sleeps when it finds itself alone uses up the budget of the run", async () => {
  const sleepy = `
    const host = out.globalThis;
    host.peers ??= new Set();
    host.calls = (host.calls ?? 0) + 1;
    host.peers.add((globalThis as any).me);
    const isAlone = host.calls > 5 && host.peers.size === 1;
    if (isAlone) host.Atomics.wait(new host.Int32Array(new host.SharedArrayBuffer(4)), 0, 0, 900);
    return 0;`;
  // In which the run itself comes to its end.
  const seconds = Math.ceil(2 * slowness());
  const pool = poolWith(sleepy, 1, { runWallMs: 1_000 * seconds });
  const loss = { message: `the peers used up the budget of wall time of the run, ${seconds} s` };
  // The run itself had come to its end, and passed.
  const first = await pool.play(ORDER);
  expect(first).toMatchObject({ verdict: "hung", loss: { ...loss, isDoubtful: true } });
  expect(first.audits?.at(-1)).toMatchObject({ kind: "lost", loss });
  expect(await playConfirmed(pool, ORDER)).toMatchObject({ verdict: "hung", loss });
});

test.each(ATTACKS)("$name is found out", async ({ peek }) => {
  const run = await playConfirmed(poolWith(bodyOf(peek)), ORDER);
  expect(run.verdict).toBe("nondeterministic");
  expect(run.difference).toMatch(
    /^peer [012] was run once more, alone .* at \d\.\d{3} s did something else\. In the run: .+\. Alone: /,
  );
});

test.each(ATTACKS)("$name is found out when one pair of peers uses it in one run only", async ({ peek }) => {
  const pool = poolWith(`
    const { me, size } = globalThis as any;
    if (size !== 5 || me > 1) return 0;
    ${bodyOf(peek)}`);
  const others = [13, 14].map((seed) => ({ ...ORDER, seed }));
  const large = { scenarioId: "lab2a/one-way-links", seed: 12, audit: [0, 1, 2, 3, 4] };
  for (const order of others) expect((await playConfirmed(pool, order)).verdict).toBe("passed");
  const run = await playConfirmed(pool, large);
  expect(run.verdict).toBe("nondeterministic");
  expect(run.audits?.filter(({ kind }) => kind === "same").map(({ peer }) => peer)).toEqual(
    expect.arrayContaining([2, 3, 4]),
  );
  for (const order of others) expect((await playConfirmed(pool, order)).verdict).toBe("passed");
});
