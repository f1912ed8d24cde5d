/**
 * `npm run bench`: how fast grading is, and what its parts cost. Prints figures and ratios, and judges nothing: machines
 * are noisy, so what is compared is compared in one run, in turn.
 *
 *   npm run bench                                   this checkout by itself
 *   npm run bench -- --against <checkout>           the times of gradings by those of another checkout, built as well
 *                    [--rounds 5] [--only <text>]   so many pairs; those gradings only whose command has the text
 *   npm run bench -- --histories                    what checks of linearizability cost, and nothing else
 */
import { spawnSync } from "node:child_process";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { playScenario } from "../grader/harness/run-scenario.ts";
import { Engine } from "../grader/host/engine.ts";
import { loadRealmTexts } from "../grader/host/realm-texts.ts";
import type { Load } from "../grader/host/wire.ts";
import { prepareSandbox } from "../grader/sandbox/confine/sandbox.ts";
import { allowedCpus, pinProcess } from "../grader/sandbox/cpus.ts";
import { distFile, packageRoot } from "../grader/sandbox/dist-file.ts";
import { StandaloneHosts } from "../grader/sandbox/standalone.ts";
import type { PeerHost, Window, WindowResult } from "../grader/sim/peer-host.ts";
import { bundleSubmission, openSubmission } from "../grader/submission/index.ts";
import { labs } from "../labs/index.ts";
import { compareCheckouts, GRADINGS } from "./measure/against.ts";
import { oneLine, spread } from "./measure/figures.ts";
import { historyFigures } from "./measure/histories.ts";

const ROUNDS = 5;
const STARTS = 30;
/** A host that is being taken down must not slow the next one. */
const SETTLE_MS = 20;
/** Scenarios that send much and boot little: what the boundary costs at most. */
const BUSY = new Set([
  "lab2b/backup",
  "lab2b/count",
  "lab2c/churn",
  "lab2c/figure-8-unreliable",
  "lab2d/snapshot-install",
  "lab2d/chaos-drops",
]);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      against: { type: "string" },
      rounds: { type: "string", default: String(ROUNDS) },
      only: { type: "string", default: "" },
      histories: { type: "boolean", default: false },
    },
  });
  console.log(`Node ${process.version}, ${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}`);
  if (values.against !== undefined) {
    compareCheckouts({
      checkouts: [packageRoot(), resolve(values.against)],
      rounds: Math.max(1, Number(values.rounds)),
      gradings: GRADINGS.filter((args) => args.join(" ").includes(values.only)),
    });
    return;
  }
  console.log(`medians of ${ROUNDS}\n`);
  if (!values.histories) {
    wholeProcess();
    await parts();
    console.log();
  }
  console.log(historyFigures().join("\n"));
}

/** The commands as a student waits for them: process start, bundling and type check included. */
function wholeProcess(): void {
  console.log("whole process, wall seconds (median, least … most)");
  for (const args of [
    ["--version"],
    ["lab2a", "reference", "--runs", "1"],
    ["lab2", "reference", "--runs", "1"],
    ["lab2", "reference"],
  ]) {
    const seconds = times(() => {
      const run = spawnSync(process.execPath, [distFile("cli.js"), ...args], { cwd: packageRoot(), encoding: "utf8" });
      if (run.status !== 0)
        throw new Error(`grade ${args.join(" ")} ended with ${run.status}:\n${run.stdout}${run.stderr}`);
    });
    console.log(
      `  grade ${args.join(" ").padEnd(28)} ${spread(
        seconds.map((ms) => ms / 1000),
        2,
      )}`,
    );
  }
}

/** Hosts as they are and in the sandbox, in turn. */
async function startUp(load: Load): Promise<void> {
  const sandbox = await prepareSandbox("auto");
  const kinds = [new StandaloneHosts(), new StandaloneHosts({ confinement: sandbox.confinement })];
  const taken = kinds.map((): number[] => []);
  for (let i = 0; i <= STARTS; i++) {
    for (const [kind, hosts] of kinds.entries()) {
      const ms = timed(() => {
        const host = hosts.start();
        host.load(load);
        hosts.end(host);
      });
      // The first one also starts the thread that keeps them.
      if (i > 0) taken[kind]?.push(ms);
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    }
  }
  await Promise.all(kinds.map((hosts) => hosts.close()));
  const [plain = [], confined = []] = taken;
  const added = confined.map((ms, i) => ms - (plain[i] as number));
  console.log(`\nstart of a peer host, loaded, milliseconds, ${STARTS} of each in turn`);
  console.log(`  plain                              ${spread(plain, 1)}`);
  console.log(`  sandbox: ${sandbox.tier.padEnd(25)} ${spread(confined, 1)}`);
  console.log(`  what the sandbox adds              ${spread(added, 1)}`);
}

/** The same runs with the peers in this process and behind the process boundary, in turn. */
async function parts(): Promise<void> {
  const [lab] = labs;
  if (lab === undefined) return;
  const submission = openSubmission(join(packageRoot(), "reference"), lab.form);
  const bundling = await timesAsync(async () => void (await bundleSubmission(submission)));
  const bundle = await bundleSubmission(submission);
  const load = { code: bundle.code, filename: bundle.filename, roles: lab.form.roles };

  const hosts = new StandaloneHosts();
  await startUp(load);
  const process_ = hosts.start();
  process_.load(load);
  // As in a grading that keeps all cores busy: both sides of a pipe on one core, with all that compiles and collects for
  // them, and the same for the runs in this process.
  const [core] = allowedCpus();
  if (core !== undefined) {
    pinProcess(process.pid, core);
    pinProcess(process_.handle.pid, core);
  }
  const local = new Engine({ ...load, ...loadRealmTexts(distFile("realm")) });

  const scenarios = lab.suites.flatMap((suite) => suite.scenarios);
  const counts = { windows: 0, entries: 0, messages: 0, virtualMs: 0 };
  /** Every scenario once; gives what all of them took, and what the busy ones took. */
  const play = (host: PeerHost, seed: number, count: boolean): { allMs: number; busyMs: number } => {
    const took = { allMs: 0, busyMs: 0 };
    for (const scenario of scenarios) {
      const counted = new Counting(host);
      const startedMs = performance.now();
      const result = playScenario(scenario, seed, counted);
      const ms = performance.now() - startedMs;
      took.allMs += ms;
      if (BUSY.has(scenario.id)) took.busyMs += ms;
      if (result.verdict !== "passed") throw new Error(`${scenario.id}@${seed}: ${result.verdict}`);
      if (!count) continue;
      counts.windows += counted.windows;
      counts.entries += counted.entries;
      counts.messages += counted.messages;
      counts.virtualMs += result.virtualMs;
    }
    return took;
  };
  play(local, 1, false);
  play(process_, 1, false);
  const rounds = Array.from({ length: ROUNDS }, (_, i) => ({
    inside: play(local, i + 2, false),
    across: play(process_, i + 2, true),
  }));
  await hosts.close();

  const acrossMs = rounds.reduce((sum, { across }) => sum + across.allMs, 0);
  console.log("\nstart-up, milliseconds");
  console.log(`  bundle a submission                ${spread(bundling, 1)}`);
  console.log(`\none core, peers in a process of their own (${scenarios.length} scenarios, ${ROUNDS} seeds)`);
  console.log(`  virtual seconds a wall second      ${Math.round(counts.virtualMs / acrossMs)}`);
  console.log(
    `  microseconds a message             ${((acrossMs * 1000) / counts.messages).toFixed(1)}   (${counts.messages} requests and replies delivered)`,
  );
  console.log(
    `  microseconds an entry              ${((acrossMs * 1000) / counts.entries).toFixed(1)}   (${counts.entries} entries)`,
  );
  console.log(
    `  microseconds a window              ${((acrossMs * 1000) / counts.windows).toFixed(1)}   (${counts.windows} windows)`,
  );
  console.log("  process boundary, against the same runs in one process, times");
  const all = rounds.map(({ inside, across }) => across.allMs / inside.allMs);
  const busy = rounds.map(({ inside, across }) => across.busyMs / inside.busyMs);
  console.log(`    all scenarios                    ${spread(all, 2)}`);
  console.log(`    ${BUSY.size} that send much and boot little   ${spread(busy, 2)}`);
}

/** Counts what passes the seam between kernel and peers. */
class Counting implements PeerHost {
  windows = 0;
  entries = 0;
  messages = 0;

  constructor(private readonly host: PeerHost) {}

  reset(): void {
    this.host.reset();
  }

  exchange(window: Window): WindowResult {
    const result = this.host.exchange(window);
    this.windows++;
    this.entries += result.entries.length;
    for (const { kind } of window.inputs) if (kind === "request" || kind === "reply") this.messages++;
    return result;
  }
}

function timed(body: () => void): number {
  const startedMs = performance.now();
  body();
  return performance.now() - startedMs;
}

function times(body: () => void): number[] {
  return Array.from({ length: ROUNDS }, () => timed(body));
}

async function timesAsync(body: () => Promise<void>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const startedMs = performance.now();
    await body();
    all.push(performance.now() - startedMs);
  }
  return all;
}

try {
  await main();
} catch (error) {
  console.error(oneLine(error));
  process.exitCode = 2;
}
