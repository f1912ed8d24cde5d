import { labs } from "../../labs/index.ts";
import type { PlayOptions } from "../harness/run-scenario.ts";
import { playScenario } from "../harness/run-scenario.ts";
import type { Scenario } from "../harness/scenario.ts";
import type { Load } from "../host/wire.ts";
import { HostTable } from "../sandbox/host-table.ts";
import type { HostHandle } from "../sandbox/keeper.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import { ProcessHost } from "../sandbox/process-host.ts";
import { HostLost } from "../sim/peer-host.ts";
import { faultyRun, type Played, runLostAtLoad } from "./player.ts";

/** One run that a thread of the pool is to play, as plain data. */
export interface WorkerRequest {
  readonly scenarioId: string;
  readonly seed: number;
  readonly options: PlayOptions;
  /** Lent for this run. */
  readonly host: HostHandle;
  /** The shared memory of the host table. */
  readonly table: SharedArrayBuffer;
  /** For a host that has no code yet. */
  readonly load: Load | null;
  readonly limits: HostLimits;
}

export interface WorkerReply {
  readonly played: Played;
  /** The host is as good as new. */
  readonly hostUsable: boolean;
}

const scenarios = new Map<string, Scenario>(
  labs.flatMap((lab) =>
    lab.suites.flatMap((suite) => suite.scenarios.map((scenario) => [scenario.id, scenario] as const)),
  ),
);

/** What a thread of the pool runs: one run, in one go. Never throws. */
export default function playOnHost({
  scenarioId,
  seed,
  options,
  host: handle,
  table,
  load,
  limits,
}: WorkerRequest): WorkerReply {
  const startedMs = performance.now();
  const wallMs = () => performance.now() - startedMs;
  try {
    const scenario = scenarios.get(scenarioId);
    if (scenario === undefined) throw new Error(`there is no scenario ${scenarioId}`);
    const host = new ProcessHost(handle, new HostTable(table), limits);
    if (load !== null) host.load(load);
    const { loss, ...result } = playScenario(scenario, seed, host, options);
    if (loss === undefined) return { played: { ...result, wallMs: wallMs() }, hostUsable: true };
    return { played: { ...result, loss: asData(loss), wallMs: wallMs() }, hostUsable: false };
  } catch (error) {
    if (error instanceof HostLost) return { played: runLostAtLoad(asData(error), wallMs()), hostUsable: false };
    const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { played: faultyRun(fault, wallMs()), hostUsable: false };
  }
}

/** An error's own fields would be lost between threads. */
function asData({ verdict, message, stackLines }: HostLost) {
  return { verdict, message, stackLines };
}
