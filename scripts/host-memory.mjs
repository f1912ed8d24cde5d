/**
 * The most resident memory of each peer host in gradings, and what they took: hosts stay below 256 MB.
 *
 *   node scripts/host-memory.mjs lab2 --runs 300 --most 256 reference test/right/raft/loops
 *   npx --no grade calibrate lab2 --sample 1% --folders out && node scripts/host-memory.mjs lab2 --runs 20 out/*
 *
 * A line for each submission: peak of its hosts, how many there were, CPU time, points. Exit status 1 when a host had more
 * than --most megabytes (default 256), or when nothing was graded.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "4" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
    most: { type: "string", default: "256" },
    "all-runs": { type: "boolean", default: false },
  },
});
const [lab, ...submissions] = positionals;
if (lab === undefined || submissions.length === 0) {
  console.error(
    "usage: node scripts/host-memory.mjs <lab> [--runs n] [--seed n] [--workers n] [--most MB] [--all-runs] <submission...>",
  );
  process.exit(2);
}
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));
const numbers = ["runs", "seed", "workers"].flatMap((name) => [`--${name}`, values[name]]);
const flags = [...numbers, ...(values["all-runs"] ? ["--all-runs"] : []), "--json"];
let isWithin = true;
for (const submission of submissions) {
  const { stdout } = spawnSync(process.execPath, [cli, lab, submission, ...flags], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const line = report(stdout);
  console.log(`${submission}: ${line}`);
}
process.exit(isWithin ? 0 : 1);

function report(stdout) {
  try {
    const { points, maxPoints, timing, scenarios, ungradable } = JSON.parse(stdout);
    if (ungradable !== undefined) throw new Error(ungradable);
    const peaksMb = timing.hostPeaksMb;
    const peakMb = Math.max(0, ...peaksMb);
    if (peakMb > Number(values.most) || peaksMb.length === 0) isWithin = false;
    const runs = scenarios.reduce((sum, scenario) => sum + scenario.runs.length, 0);
    const cpu = `${(timing.cpuMs / 1000).toFixed(1)} s of CPU time`;
    return `${peakMb} MB at most, ${peaksMb.length} hosts, ${runs} runs, ${cpu}, ${points} of ${maxPoints} points`;
  } catch (error) {
    isWithin = false;
    return `not graded: ${error.message}`;
  }
}
