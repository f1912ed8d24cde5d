/**
 * What grading a batch takes: makes submissions from the corpora of known-wrong and known-right ones, grades them with
 * each number of workers in turn, and prints figures. Judges nothing: what is compared is compared within one call.
 *
 *   node scripts/batch-figures.mjs [--submissions 300] [--workers 1,2] [--lab lab2] [--runs <n>] [--rounds 1]
 *                                  [--no-sandbox] [--keep <dir>] [--plan]
 *
 * With --plan: before each batch what grade plan says of it, and behind it how far off that was, from the reference as it is graded
 * here and now, and from the batch's own times.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { parse } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
const cli = join(root, "dist/cli.js");
const LOOK_MS = 250;
const MB = 1024 * 1024;
/** Clock ticks of /proc, which Linux has at 100 a second on all processors that Node runs on. */
const TICKS = 100;
/** Of ten submissions; the others are right. */
const WRONG = 6;
/** One in so many does not load. */
const BROKEN_EVERY = 15;
/** Wall-clock figures, and what happened on the way: these may differ. */
const OWN_COURSE = new Set(["journal.jsonl", "timing.jsonl"]);

const { values } = parseArgs({
  options: {
    submissions: { type: "string", default: "300" },
    workers: { type: "string", default: "1,2" },
    lab: { type: "string", default: "lab2" },
    runs: { type: "string" },
    rounds: { type: "string", default: "1" },
    "no-sandbox": { type: "boolean", default: false },
    keep: { type: "string" },
    plan: { type: "boolean", default: false },
  },
});
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "batch-figures-"));
try {
  await main(Number(values.submissions), values.workers.split(",").map(Number), Number(values.rounds));
} finally {
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

async function main(submissions, workerCounts, rounds) {
  mkdirSync(folder, { recursive: true });
  const kinds = makeSubmissions(submissions);
  writeFileSync(join(folder, "seed-file"), "batch-figures-batch-figures\n");
  console.log(
    `${submissions} submissions (${kinds.wrong} wrong, ${kinds.right} right, ${kinds.broken} broken) × ${values.lab}; ` +
      `Node ${process.version}, ${availableParallelism()} cores, of which others use ${loadavg()[0]?.toFixed(1)}`,
  );
  let first;
  for (let round = 1; round <= rounds; round++) {
    const perMinute = [];
    for (const workers of workerCounts) {
      const out = join(folder, `round-${round}-workers-${workers}`);
      rmSync(out, { recursive: true, force: true });
      const planned = values.plan ? plan(workers) : null;
      const figures = await batch(out, workers);
      const rate = submissions / (figures.wallMs / 60_000);
      perMinute.push(rate);
      first ??= out;
      print(workers, rate, perMinute[0], figures, out === first ? null : differences(first, out));
      if (planned === null) continue;
      const off = (from, ms) =>
        `${Math.round(ms / 1000)} s by ${from}, ${(ms / figures.wallMs).toFixed(2)} of what it took`;
      console.log(`  planned: ${off("the reference", planned)}; ${off("the times of this batch", plan(workers, out))}`);
    }
  }
}

function print(workers, rate, firstRate, { wallMs, cpuSeconds, rss, hosts }, different) {
  const quarters = [0, 0.25, 0.5, 0.75, 1].map((part) => rss[Math.round(part * (rss.length - 1))]?.bytes ?? 0);
  const mb = (bytes) => `${Math.round(bytes / MB)}`;
  const seconds = wallMs / 1000;
  console.log(
    `\n${workers} worker${workers === 1 ? "" : "s"}: ${seconds.toFixed(1)} s, ${rate.toFixed(1)} submissions a minute, ` +
      `${(rate / firstRate).toFixed(2)}×\n` +
      `  CPU time, about: ${cpuSeconds.toFixed(1)} s, ${(cpuSeconds / seconds).toFixed(2)} cores\n` +
      `  memory of the grader, MB, from start to end by quarters: ${quarters.map(mb).join(" ")}; ` +
      `most ${mb(Math.max(...rss.map(({ bytes }) => bytes)))}\n` +
      `  hosts: at most ${hosts.count} at once, of at most ${mb(hosts.bytes)} MB each`,
  );
  if (different !== null)
    console.log(`  results: ${different.length === 0 ? "the same bytes" : `NOT the same: ${different.join(", ")}`}`);
}

/** No two with the same sources. */
function makeSubmissions(count) {
  const corpora = { wrong: corpus("wrong"), right: corpus("right") };
  const made = { wrong: 0, right: 0, broken: 0 };
  for (let i = 0; i < count; i++) {
    const dir = join(folder, "submissions", `s${String(i).padStart(4, "0")}`);
    rmSync(dir, { recursive: true, force: true });
    if (i % BROKEN_EVERY === BROKEN_EVERY - 1) {
      mkdirSync(dir, { recursive: true });
      writeFileSync(join(dir, "raft.ts"), `export class Raft { // ${i}\n`);
      made.broken++;
      continue;
    }
    const kind = i % 10 < WRONG ? "wrong" : "right";
    // By a step that meets all files of a corpus early, whatever the number of submissions.
    const entries = corpora[kind];
    write(entries[(made[kind] * 37) % entries.length], dir, i);
    made[kind]++;
  }
  return made;
}

/** The entries that are played, as folders and what is changed in them; whole folders too. */
function corpus(kind) {
  const home = join(root, "test", kind, "raft");
  const described = readdirSync(home)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) => {
      const { base = "", submissions } = parse(readFileSync(join(home, name), "utf8"));
      return submissions
        .filter(({ effect }) => effect !== "none")
        .map(({ id, edits }) => ({ from: join(home, edits === undefined ? id : base), edits: edits ?? [] }));
    });
  return described;
}

function write({ from, edits }, dir, i) {
  cpSync(from, dir, { recursive: true, filter: (path) => basename(path) !== "node_modules" });
  for (const { file, find, replace } of edits) {
    const path = join(dir, file);
    writeFileSync(path, readFileSync(path, "utf8").split(find).join(replace));
  }
  const main = ["raft.ts", "raft.js"].map((name) => join(dir, name)).find((path) => existsSync(path));
  writeFileSync(main, `${readFileSync(main, "utf8")}\n// copy ${i}\n`);
}

/** What grade plan expects of the batch, milliseconds; from the times of a batch that was, where there is one. */
function plan(workers, out) {
  const what = [
    "plan",
    values.lab,
    join(folder, "submissions"),
    "--json",
    "--machines",
    "1",
    "--workers",
    String(workers),
  ];
  if (values.runs !== undefined) what.push("--runs", values.runs);
  if (values["no-sandbox"]) what.push("--no-sandbox");
  if (out !== undefined) what.push("--figures", out);
  const text = execFileSync(process.execPath, [cli, ...what], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(text).estimates[0].wallMs;
}

/** Grades all, and looks at the processes meanwhile. */
async function batch(out, workers) {
  const args = ["batch", values.lab, join(folder, "submissions"), "--out", out, "--workers", String(workers)];
  const more = [
    "--seed-file",
    join(folder, "seed-file"),
    ...(values.runs === undefined ? [] : ["--runs", values.runs]),
  ];
  if (values["no-sandbox"]) more.push("--no-sandbox");
  const startedMs = performance.now();
  const child = spawn(process.execPath, [cli, ...args, ...more], { stdio: ["ignore", "ignore", "inherit"] });
  const rss = [];
  const hosts = { count: 0, bytes: 0 };
  let cpuSeconds = 0;
  /** Nobody waits for what is killed inside a sandbox, so its CPU time is what was last seen of it. */
  const confined = new Map();
  const timer = setInterval(() => {
    const usage = usageOf(child.pid);
    if (usage === null) return;
    rss.push({ bytes: usage.rssBytes });
    const now = hostsBelow(child.pid);
    cpuSeconds = usage.cpuSeconds;
    hosts.count = Math.max(hosts.count, now.length);
    hosts.bytes = Math.max(hosts.bytes, ...now.map(({ rssBytes }) => rssBytes));
    for (const host of now) if (host.isConfined) confined.set(host.pid, host.cpuSeconds);
  }, LOOK_MS);
  const status = await new Promise((resolve) => child.once("exit", (code, signal) => resolve(signal ?? code)));
  clearInterval(timer);
  if (status !== 0) throw new Error(`the batch with --workers ${workers} ended with ${status}`);
  for (const seconds of confined.values()) cpuSeconds += seconds;
  return { wallMs: performance.now() - startedMs, cpuSeconds, rss, hosts };
}

/** Of the process itself; CPU time with that of all children that have ended. Null: it is gone. */
function usageOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ").map(Number);
    const rssKb = Number(/^VmRSS:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
    const [user, system, childUser, childSystem] = fields.slice(11, 15);
    return { rssBytes: rssKb * 1024, cpuSeconds: (user + system + childUser + childSystem) / TICKS };
  } catch {
    return null;
  }
}

/** What each peer host below a process uses. */
function hostsBelow(pid, isConfined = false) {
  try {
    const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
    );
    return children.flatMap((child) => {
      const args = readFileSync(`/proc/${child}/cmdline`, "utf8").split("\0");
      const isHost = basename(args[0]) === "node" && args.some((arg) => basename(arg) === "host.js");
      if (!isHost) return hostsBelow(child, true);
      const usage = usageOf(child);
      return usage === null ? [] : [{ pid: child, isConfined, ...usage }];
    });
  } catch {
    return [];
  }
}

/** The files in which two batches differ, though they should not. */
function differences(one, other) {
  const names = [...new Set([one, other].flatMap((out) => readdirSync(out)))].filter((name) => !OWN_COURSE.has(name));
  const content = (path) => (existsSync(path) ? readFileSync(path) : null);
  return names.filter((name) => {
    const [a, b] = [content(join(one, name)), content(join(other, name))];
    return a === null || b === null || !a.equals(b);
  });
}
