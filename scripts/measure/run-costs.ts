import { Session } from "node:inspector/promises";
import { AuditedHost } from "../../grader/audit/audited-host.ts";
import { planAudits } from "../../grader/audit/plan.ts";
import { SoloPeer } from "../../grader/audit/solo-peer.ts";
import { clusterSizeOf, playScenario } from "../../grader/harness/run-scenario.ts";
import type { Scenario } from "../../grader/harness/scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { loadRealmTexts } from "../../grader/host/realm-texts.ts";
import { loadOf } from "../../grader/run/load.ts";
import type { GradingResult } from "../../grader/run/result.ts";
import { distFile } from "../../grader/sandbox/dist-file.ts";
import type { PeerHost } from "../../grader/sim/peer-host.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs } from "../../labs/index.ts";
import { type Costs, costsOf, PARTS } from "./cpu-profile.ts";

const SAMPLING_US = 500;

/** Plays the runs of a grading once more in this process, under the profiler, and prints what they are made of. */
export async function printRunCosts(result: GradingResult, folder: string, hasAudits: boolean): Promise<void> {
  const play = await preparePlay(result, folder, hasAudits);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: SAMPLING_US });
  await session.post("Profiler.start");
  const before = process.cpuUsage();
  const runs = play();
  const { user, system } = process.cpuUsage(before);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  console.log(`\nCPU time of these ${runs} runs in one process, seconds`);
  for (const line of costLines(costsOf(profile), (user + system) / 1000)) console.log(line);
}

/** Gives what plays all runs, and tells how many there were. */
async function preparePlay(result: GradingResult, folder: string, hasAudits: boolean): Promise<() => number> {
  const { scenarios, boundary } = result;
  const known = new Map(
    labs.flatMap(({ form, suites }) =>
      suites.flatMap((suite) => suite.scenarios.map((scenario) => [scenario.id, { scenario, form }] as const)),
    ),
  );
  const [first] = scenarios;
  const lab = first && known.get(first.id);
  if (lab === undefined) return () => 0;
  const load = loadOf(await bundleSubmission(openSubmission(folder, lab.form)), lab.form);
  // Where runs are played whole, peers have the realms of earlier lives and runs.
  const renewsRealms = boundary === "none";
  const player = new Engine({ ...load, ...loadRealmTexts(distFile("realm")), renewsRealms });
  /** No engine of audits gets two peers of one run. */
  const auditors: PeerHost[] = [];
  return () => {
    let played = 0;
    for (const { id, runs } of scenarios) {
      const scenario = known.get(id)?.scenario as Scenario;
      const sizes = runs.map(({ seed }) => clusterSizeOf(scenario, seed));
      const audits = planAudits(hasAudits ? "each-peer" : "none", sizes, () => 0);
      for (const [i, { seed }] of runs.entries()) {
        const solos = (audits[i] ?? []).map((peer, k) => {
          auditors[k] ??= player.another();
          return new SoloPeer(peer, () => auditors[k] as PeerHost);
        });
        const host = solos.length === 0 ? player : new AuditedHost(player, solos);
        const { verdict } = playScenario(scenario, seed, host);
        if (verdict === "passed" && host instanceof AuditedHost) host.finish();
        played++;
      }
    }
    return played;
  };
}

const TITLE_WIDTH = 44;

/**
 * The table: parts down, runs and audits across, the dearest first. The profiler goes by the wall clock, which also runs
 * while others have the CPU; so its figures are shares, of the CPU time `cpuMs`.
 */
export function costLines({ runs, audits }: Costs, cpuMs: number): string[] {
  const total = (costs: ReadonlyMap<string, number>) => [...costs.values()].reduce((sum, ms) => sum + ms, 0);
  const wholeMs = Math.max(1, total(runs) + total(audits));
  const cell = (ms: number) => ((ms / wholeMs) * (cpuMs / 1000)).toFixed(2).padStart(8);
  const share = (ms: number) => `${Math.round((100 * ms) / wholeMs)} %`.padStart(8);
  const rows = Object.values(PARTS)
    .map((title) => ({ title, run: runs.get(title) ?? 0, audit: audits.get(title) ?? 0 }))
    .filter(({ run, audit }) => run + audit > 0)
    .sort((a, b) => b.run + b.audit - a.run - a.audit);
  const line = (title: string, run: number, audit: number) =>
    `  ${title.padEnd(TITLE_WIDTH)}${cell(run)}${cell(audit)}${share(run + audit)}`;
  return [
    `  ${"".padEnd(TITLE_WIDTH)}${"runs".padStart(8)}${"audits".padStart(8)}${"of all".padStart(8)}`,
    ...rows.map(({ title, run, audit }) => line(title, run, audit)),
    line("the whole", total(runs), total(audits)),
  ];
}
