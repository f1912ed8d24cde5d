import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { type BuiltEntry, buildCorpus } from "../../grader/calibrate/corpus/build.ts";
import type { Edit } from "../../grader/calibrate/corpus/format.ts";
import { loadCorpus } from "../../grader/calibrate/corpus/load.ts";
import { Budget } from "../../grader/run/budget.ts";
import { playConfirmed } from "../../grader/run/confirm.ts";
import { grade } from "../../grader/run/grade.ts";
import { Aborted, type Load, type PlayOrder } from "../../grader/run/player.ts";
import { type PoolOptions, RunPool } from "../../grader/run/pool.ts";
import type { Boundary, GradingResult } from "../../grader/run/result.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { WholeRunTrials } from "../../grader/run/whole-runs.ts";
import { distFile } from "../../grader/sandbox/dist-file.ts";
import { wholeRunProgram } from "../../grader/sandbox/host-program.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { lab2 } from "../../labs/raft/index.ts";
import { ESCAPE, raft } from "../attacks/attack.ts";
import { childrenOf, folderWith, isRunning, ROOT, raftWith, until } from "../cli/run-cli.ts";

const pools: RunPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

function poolOf(load: Promise<Load>, options: PoolOptions): RunPool {
  const pool = new RunPool(1, load, options);
  pools.push(pool);
  return pool;
}

async function loadOf(folder: string): Promise<Load> {
  const { code, filename } = await bundleSubmission(openSubmission(folder, lab2.peer));
  return { code, filename, iface: lab2.peer };
}

const loadOfSource = (source: string) => loadOf(folderWith({ "raft.js": source }));
const quick = { limits: { windowCpuMs: 600 } };

/** What is reported of a run, but for what it took. */
async function resultOf(load: Promise<Load>, boundary: Boundary, order: PlayOrder, options: PoolOptions = {}) {
  const run = await playConfirmed(poolOf(load, { boundary, ...options }), order);
  const mapper = { map: () => null, mapStack: () => [] };
  const { timing: _, ...rest } = toRunResult(order.scenarioId, order.seed, run, mapper);
  // How far a growing process came is never the same twice.
  const message = rest.message?.replace(/took \d+ MB/, "took so many MB");
  return { ...rest, message, isWhole: run.isWhole === true, audits: run.audits };
}

const INITIAL = { scenarioId: "lab2a/initial-election", seed: 1 };

describe("a run that passes", () => {
  const load = loadOf(join(ROOT, "reference"));
  test.each(["lab2a/many-elections", "lab2b/backup", "lab2c/persist-1", "lab2d/snapshot-install-crash"])(
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

describe("whole gradings come out the same", () => {
  const corpus = loadCorpus({ wrong: [join(ROOT, "test/wrong")], right: [] }, "raft", [
    "lab2a",
    "lab2b",
    "lab2c",
    "lab2d",
  ]);
  const chosen = ["a-no-votedfor-check", "b-conflict-kept", "a-fixed-timeout", "js-this-lost"];

  test.each(chosen)("%s", async (id) => {
    const folders = folderWith();
    await buildCorpus(
      corpus.filter((entry) => entry.id === id),
      lab2.peer,
      { keepIn: folders },
    );
    const scenarios = lab2.suites
      .flatMap((suite) => suite.scenarios)
      .filter(({ id }) => /2a\/(initial|many)|2b\/(basic-agree|rejoin)|2c\/persist-1/.test(id));
    const play = (boundary: Boundary) =>
      grade({
        lab: "lab2",
        peer: lab2.peer,
        scenarios,
        submission: join(folders, id),
        seed: 1,
        runs: 4,
        workers: 1,
        boundary,
      });
    const untimed = (result: GradingResult) =>
      JSON.parse(JSON.stringify({ ...result, boundary: "" }), (key, value) => (key === "timing" ? undefined : value));
    const [none, process] = [await play("none"), await play("process")];
    expect([none.boundary, process.boundary]).toEqual(["none", "process"]);
    expect(untimed(none)).toEqual(untimed(process));
    expect(none.scenarios.some(({ verdict }) => verdict !== "passed")).toBe(true);
  });
});

const NOBODY_LEADS = raft({});
/** Each of these ends as it does with the boundary, to the letter. */
const ATTACKS: Record<string, string> = {
  "follows for ever": NOBODY_LEADS,
  "ends its process": raft({ top: ESCAPE, init: "escape().process.exit(0);" }),
  "aborts its process": raft({ top: ESCAPE, init: "escape().process.abort();" }),
  "kills its process": raft({
    top: ESCAPE,
    init: "const { process } = escape(); process.kill(process.pid, 'SIGSEGV');",
  }),
  "loops for ever": raft({ init: "if (me === 1) for (;;);" }),
  "loops in promises for ever": raft({
    init: "const again = () => Promise.resolve().then(again); if (me === 1) again();",
  }),
  "takes all memory": raft({ init: "const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));" }),
  "takes it in one step": raft({ init: "new Array(2 ** 27).fill({});" }),
  "writes without end": raft({ init: "for (;;) console.log('x'.repeat(1000));" }),
  "sends frames that are none": raft({
    top: `${ESCAPE}const fs = builtin("fs");`,
    init: "for (const fd of [3, 4]) try { fs.writeSync(fd, new Uint8Array(2000).fill(7)); } catch {}",
  }),
  "patches what the kernel stands on": raft({
    top: ESCAPE,
    init: "escape().Array.prototype.push = () => { throw 1; };",
  }),
  "patches what checks": raft({
    top: ESCAPE,
    init: "const { Map } = escape(); Map.prototype.get = () => undefined; Map.prototype.has = () => false;",
  }),
  "throws what is nothing": raft({ init: "throw undefined;" }),
};

test.each(Object.entries(ATTACKS))(
  "a submission that %s is judged as with the boundary",
  async (_, source) => {
    const load = loadOfSource(source);
    const none = await resultOf(load, "none", INITIAL, quick);
    expect(none.isWhole).toBe(false);
    expect(none.verdict).not.toBe("passed");
    expect(none).toEqual(await resultOf(load, "process", INITIAL, quick));
  },
  60_000,
);

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
    const [built] = await buildCorpus([{ ...entry, folder: join(ROOT, "reference"), edits }], lab2.peer);
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

describe("processes that play whole runs", () => {
  test("are used again, and nothing else is started, while runs pass", async () => {
    const pool = poolOf(loadOf(join(ROOT, "reference")), { boundary: "none" });
    const order = { ...INITIAL, audit: [0, 1] };
    for (const seed of [1, 2, 3]) expect((await pool.play({ ...order, seed })).isWhole).toBe(true);
    const hosts = childrenOf(process.pid);
    expect(hosts).toHaveLength(1);
    expect(hosts.every(isRunHost)).toBe(true);
  });

  test("are not used again when they said anything else", async () => {
    const pool = poolOf(loadOfSource(NOBODY_LEADS), { boundary: "none" });
    expect((await pool.play(INITIAL)).verdict).toBe("failed");
    expect(childrenOf(process.pid).some(isRunHost)).toBe(false);
  });

  test("that the machine stopped cost nobody a verdict", async () => {
    const load = loadOf(join(ROOT, "reference"));
    const pool = poolOf(load, { boundary: "none", limits: { windowWallMs: 500 } });
    for (const pid of childrenOf(process.pid).filter(isRunHost)) process.kill(pid, "SIGSTOP");
    const run = await pool.play({ ...INITIAL, seed: 12 });
    expect(run.isWhole).toBeUndefined();
    expect(run.verdict).toBe("passed");
  });

  test("end when the run is given up, whatever they are at", async () => {
    const load = await loadOfSource(raft({ init: "for (;;);" }));
    const pool = poolOf(Promise.resolve(load), { boundary: "none" });
    const run = pool.play(INITIAL).catch((reason: unknown) => reason);
    await until(
      () => childrenOf(process.pid).some((pid) => isRunHost(pid) && cpuTicksOf(pid) > 40),
      "it is in its loop",
    );
    pool.abort();
    expect(await run).toBeInstanceOf(Aborted);
    await pool.close();
    expect(childrenOf(process.pid).filter(isRunHost)).toEqual([]);
  });

  test("end with their parent, whatever they are at", async () => {
    const { script, nodeFlags } = wholeRunProgram();
    // A parent that gives an endless submission to play, and says who plays it.
    const parent = spawn(process.execPath, [
      "--input-type=module",
      "--eval",
      `import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ${JSON.stringify([...nodeFlags, script])}, { detached: true, stdio: ["ignore", "ignore", "ignore", "pipe"] });
      child.stdio[3].write(Buffer.from(${JSON.stringify((await endlessFrames()).toString("base64"))}, "base64"));
      console.log(child.pid);
      setInterval(() => {}, 1000);`,
    ]);
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const player = Number(line);
    await until(() => cpuTicksOf(player) > 60, "it is in its loop");
    parent.kill("SIGKILL");
    await until(() => !isRunning(player), "it is gone");
  });
});

function cpuTicksOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[13]);
}

async function endlessFrames(): Promise<Buffer> {
  const { encodeLoad } = await import("../../grader/host/wire.ts");
  const { encodeWholeRunOrder } = await import("../../grader/host/wire/whole-run.ts");
  const load = Buffer.from(encodeLoad(await loadOfSource(raft({ init: "for (;;);" }))));
  return Buffer.concat([load, encodeWholeRunOrder({ number: 1, ...INITIAL, audit: [] })]);
}

describe("a budget is charged", () => {
  const budget = () => new Budget({ cpuMs: 60_000, cpuMsPerRun: 0, wallMs: 60_000, wallMsPerRun: 0 }, () => 1);

  test("for a run that passed", async () => {
    const account = budget();
    const pool = poolOf(loadOf(join(ROOT, "reference")), { boundary: "none", budget: account });
    expect((await pool.play({ ...INITIAL, seed: 12 })).isWhole).toBe(true);
    expect(account.cpuMs).toBeGreaterThan(10);
  });

  test("for nothing that is played again", async () => {
    const account = budget();
    // The thread that plays it again says at once that it passed.
    const threadScript = fileURLToPath(new URL("fixtures/mortal-worker.mjs", import.meta.url));
    const load = loadOfSource(raft({ init: "for (;;);" }));
    const pool = poolOf(load, { boundary: "none", budget: account, threadScript, limits: { windowCpuMs: 1_500 } });
    expect(await pool.play({ ...INITIAL, seed: 7 })).toMatchObject({ verdict: "passed", rpcs: 1 });
    expect(account.cpuMs).toBeLessThan(1_000);
  });
});

describe("which runs are tried whole", () => {
  test("none that is to be seen step by step, or in a process that has done nothing before", () => {
    const trials = new WholeRunTrials();
    expect(trials.isWorth(INITIAL)).toBe(true);
    expect(trials.isWorth({ ...INITIAL, audit: [1], options: {} })).toBe(true);
    expect(trials.isWorth({ ...INITIAL, freshHost: true })).toBe(false);
    expect(trials.isWorth({ ...INITIAL, options: { keepTrace: true } })).toBe(false);
  });

  test("none of a scenario whose last run did not pass", () => {
    const trials = new WholeRunTrials();
    trials.note("lab2a/initial-election", false);
    expect(trials.isWorth(INITIAL)).toBe(false);
    expect(trials.isWorth({ ...INITIAL, scenarioId: "lab2a/re-election" })).toBe(true);
    trials.note("lab2a/initial-election", true);
    expect(trials.isWorth(INITIAL)).toBe(true);
  });

  test("none of a submission that has lost three processes", () => {
    const trials = new WholeRunTrials();
    for (const _ of [1, 2, 3]) {
      expect(trials.isWorth(INITIAL)).toBe(true);
      trials.noteLoss();
    }
    expect(trials.isWorth(INITIAL)).toBe(false);
  });
});

test("a few runs are begun by one worker, and many by all", async () => {
  const hostsOf = async (runs: number) => {
    let most = 0;
    await grade({
      lab: "lab2a",
      peer: lab2.peer,
      scenarios: lab2.suites.flatMap((suite) => suite.scenarios).filter(({ id }) => id === "lab2a/initial-election"),
      submission: folderWith({ "raft.ts": raftWith("") }),
      seed: 1,
      runs,
      workers: 3,
      boundary: "none",
      onEvent: ({ kind }) => {
        if (kind === "started") most = childrenOf(process.pid).filter(isRunHost).length;
      },
    });
    return most;
  };
  expect(distFile("run-host.js")).toContain("run-host.js");
  expect(await hostsOf(8)).toBe(1);
  expect(await hostsOf(9)).toBe(3);
});

function isRunHost(pid: number): boolean {
  return isRunning(pid) && cmdlineOf(pid).includes("run-host.js");
}

function cmdlineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
