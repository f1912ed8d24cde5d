/**
 * Kills a batch with SIGKILL at random moments, starts it again each time, and compares what it leaves with what the same
 * batch leaves that nobody touched:
 *
 *   node scripts/kill-test.mjs [--submissions 200] [--kills 50] [--dice <n>] [--unreaped] [--keep <dir>]
 *
 * `--dice` chooses the moments. With `--unreaped` each batch has a parent that never asks what became of it, as the first
 * process of some containers, so that those that were killed stay zombies. Exit status 0 when every file has the same bytes and no submission is lost or there twice.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/cli.js");
/** Wall-clock figures, and what happened on the way: these may differ. */
const OWN_COURSE = new Set(["journal.jsonl", "timing.jsonl"]);

const { values } = parseArgs({
  options: {
    submissions: { type: "string", default: "200" },
    kills: { type: "string", default: "50" },
    unreaped: { type: "boolean", default: false },
    dice: { type: "string", default: String(Date.now() % 100_000) },
    keep: { type: "string" },
  },
});
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "kill-test-"));
/** The parents of unreaped batches; they live until all is over, as their zombies do. */
const parents = [];
try {
  process.exitCode = await main(Number(values.submissions), Number(values.kills), makeDice(Number(values.dice)));
} finally {
  for (const parent of parents) parent.kill("SIGKILL");
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function main(submissions, kills, dice) {
  console.log(`${submissions} submissions, ${kills} kills, dice ${values.dice}`);
  mkdirSync(folder, { recursive: true });
  makeSubmissions(submissions);
  writeFileSync(join(folder, "seed-file"), "kill-test-kill-test\n");

  const startedMs = performance.now();
  const whole = await batch("whole");
  if (whole !== 0) return fail(`the batch that nobody touched ended with ${whole}`);
  const wholeMs = performance.now() - startedMs;
  console.log(`untouched: ${(wholeMs / 1000).toFixed(1)} s`);

  // Long enough to get on, short enough that most kills come before the end.
  const longestMs = 600 + (2 * wholeMs) / kills;
  let killed = 0;
  let tooLate = 0;
  for (let i = 0; i < kills; i++) {
    const status = await batch("killed", dice() * longestMs);
    if (status === "killed") killed++;
    else if (status === 0) tooLate++;
    else return fail(`after ${killed} kills it ended with ${status}`);
  }
  const last = await batch("killed");
  if (last !== 0) return fail(`started for the last time it ended with ${last}`);
  console.log(`killed ${killed} times, at its end before the moment came ${tooLate} times`);
  if (values.unreaped) {
    const zombies = parents.filter(({ batchPid }) => stateOf(batchPid) === "Z").length;
    if (zombies < killed) return fail(`only ${zombies} of the killed ones stayed zombies`);
    console.log(`${zombies} zombies stayed to the end`);
  }
  return compare(submissions);
}

/** Right, wrong, broken and ungradable ones; no two with the same sources. */
function makeSubmissions(count) {
  const kinds = [
    (dir, i) => copyOf("reference/raft", dir, i),
    (dir, i) => copyOf("skeleton/raft", dir, i),
    (dir, i) =>
      writeFileSync(join(dir, "raft.ts"), `export class Raft { constructor() { throw new Error("${i}"); } }\n`),
    (dir, i) => writeFileSync(join(dir, "raft.ts"), `export class Raft { // ${i}\n`),
    (dir, i) => writeFileSync(join(dir, "readme.md"), `no code ${i}\n`),
  ];
  for (let i = 0; i < count; i++) {
    const dir = join(folder, "submissions", `s${String(i).padStart(4, "0")}`);
    mkdirSync(dir, { recursive: true });
    kinds[i % kinds.length](dir, i);
  }
}

function copyOf(name, dir, i) {
  cpSync(join(root, name), dir, { recursive: true, filter: (path) => !path.includes("node_modules") });
  const main = join(dir, "raft.ts");
  writeFileSync(main, `${readFileSync(main, "utf8")}\n// copy ${i}\n`);
}

/** Gives the exit status, or `killed` when it was killed after so many milliseconds. */
function batch(out, killAfterMs) {
  const words = [cli, "batch", "lab2a", join(folder, "submissions"), "--out", join(folder, out)];
  words.push("--only", "initial-election", "--runs", "1");
  words.push("--seed-file", join(folder, "seed-file"), "--no-sandbox");
  return values.unreaped ? unreapedBatch(words, killAfterMs) : reapedBatch(words, killAfterMs);
}

function reapedBatch(words, killAfterMs) {
  const child = spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      resolve(signal === "SIGKILL" ? "killed" : code);
    });
  });
}

/**
 * A shell starts the batch, and becomes a program that knows nothing of its child. Nobody is told the exit status then, so
 * the batch's own process writes it down; one that was killed leaves none.
 */
async function unreapedBatch(words, killAfterMs) {
  const status = join(folder, "status");
  rmSync(status, { force: true });
  const tell = `process.on("exit", (code) => require("node:fs").writeFileSync(${JSON.stringify(status)}, String(code)));`;
  writeFileSync(join(folder, "tell.cjs"), tell);
  const script = '"$@" >/dev/null & echo $!; exec sleep 86400';
  const args = ["-c", script, "sh", process.execPath, "--require", join(folder, "tell.cjs"), ...words];
  const parent = spawn("sh", args, { stdio: ["ignore", "pipe", "inherit"] });
  parents.push(parent);
  const line = await new Promise((resolve) => parent.stdout.once("data", resolve));
  parent.stdout.destroy();
  const pid = Number(String(line));
  parent.batchPid = pid;
  const endMs = killAfterMs === undefined ? Infinity : performance.now() + killAfterMs;
  while (stateOf(pid) !== "Z") {
    if (performance.now() >= endMs) process.kill(pid, "SIGKILL");
    await sleep(5);
  }
  return existsSync(status) ? Number(readFileSync(status, "utf8")) : "killed";
}

/** The state of a process as /proc has it, one letter; of one that is not there, nothing. */
function stateOf(pid) {
  try {
    return / ([A-Za-z]) /.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1] ?? "";
  } catch {
    return "";
  }
}

function compare(submissions) {
  const names = (out) => readdirSync(join(folder, out)).sort();
  if (names("whole").join() !== names("killed").join()) {
    return fail(`other files: ${names("whole").join()} against ${names("killed").join()}`);
  }
  for (const name of names("whole")) {
    if (OWN_COURSE.has(name)) continue;
    if (!readFileSync(join(folder, "whole", name)).equals(readFileSync(join(folder, "killed", name)))) {
      return fail(`${name} is not the same`);
    }
  }
  const lines = readFileSync(join(folder, "killed/results.jsonl"), "utf8").trimEnd().split("\n");
  const ids = lines.map((line) => JSON.parse(line).id);
  if (ids.length !== submissions || new Set(ids).size !== submissions) return fail(`${ids.length} results`);
  const journal = readFileSync(join(folder, "killed/journal.jsonl"), "utf8").trimEnd().split("\n");
  const graded = journal.map((line) => JSON.parse(line).entry).filter(({ kind }) => kind === "result");
  if (graded.length !== submissions) return fail(`${graded.length} gradings of ${submissions} submissions`);
  console.log(`the same bytes; ${submissions} submissions, none lost, none twice`);
  return 0;
}

function fail(message) {
  console.error(`FAILED: ${message}`);
  return 1;
}

/** A small generator of fractions, so that a course can be had again. */
function makeDice(start) {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
