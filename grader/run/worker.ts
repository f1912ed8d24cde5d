import { readlinkSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import { instanceOf, scenarioOf, theatreOf } from "../../labs/index.ts";
import { AuditedHost } from "../audit/audited-host.ts";
import { type AuditManner, type SoloFinding, SoloPeer } from "../audit/solo-peer.ts";
import type { PlayOptions } from "../harness/run-scenario.ts";
import { playScenario } from "../harness/run-scenario.ts";
import type { Load, Watchdog } from "../host/wire.ts";
import { HostTable } from "../sandbox/host-table.ts";
import type { HostHandle } from "../sandbox/keeper.ts";
import type { HostLimits } from "../sandbox/limits.ts";
import { lossOf, ProcessHost } from "../sandbox/process-host.ts";
import { type Searched, searchInstance } from "../search/search.ts";
import { playScript } from "../shrink/play-script.ts";
import { Recorder } from "../shrink/recorder.ts";
import type { Script } from "../shrink/script.ts";
import { HostLost, type PeerHost } from "../sim/peer-host.ts";
import { explanationOf } from "./explanation.ts";
import { type AuditFinding, faultyRun, type Played, runLostAtLoad, type SearchOrder, searchedRun } from "./player.ts";
import type { ThreadReady } from "./threads.ts";

/** One run that a thread of the pool is to play, as plain data. */
export interface WorkerRequest {
  readonly scenarioId: string;
  readonly seed: number;
  readonly options: PlayOptions;
  /** Say what the trace tells, if the run does not pass. */
  readonly explain: boolean;
  /** As in `PlayOrder`. */
  readonly record?: true;
  readonly fields?: true;
  readonly script?: Script;
  readonly atMostMs?: number;
  readonly renewsRealms?: true;
  readonly search?: SearchOrder;
  readonly host: LentHost;
  /** Of that host, where it is another one than the usual. */
  readonly watchdog?: Watchdog;
  /** Peers to be audited, each on a host that has no other peer of this run. */
  readonly audits: readonly { readonly peer: number; readonly host: LentHost }[];
  /** Of the hosts of audits: whatever they are lost by, the place is not told. */
  readonly auditWatchdog: Watchdog;
  readonly auditManner: AuditManner;
  /** The shared memory of the host table. */
  readonly table: SharedArrayBuffer;
  readonly limits: HostLimits;
}

/** A host lent for one run. */
export interface LentHost {
  readonly handle: HostHandle;
  /** For a host that has no code yet. */
  readonly load: Load | null;
}

export interface WorkerReply {
  readonly played: Played;
  /** The run's host is as good as new, and so are those of the audits, in their order. */
  readonly hostUsable: boolean;
  readonly auditsUsable: readonly boolean[];
}

parentPort?.on("message", (request: WorkerRequest) => {
  const reply = playOnHost(request);
  try {
    parentPort?.postMessage(reply);
  } catch (error) {
    // A reply that cannot be passed on is a fault of the grader, and no reason for the thread to die.
    parentPort?.postMessage(lostReply(request, faultyRun(`a run's result cannot be passed on: ${error}`, 0)));
  }
});
parentPort?.postMessage({ tid: ownTid() } satisfies ThreadReady);

/** The system's number of this thread. */
function ownTid(): number {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return 0;
  }
}

/** What a thread of the pool runs: one run with its audits, in one go. Never throws. */
function playOnHost(request: WorkerRequest): WorkerReply {
  const { scenarioId, explain } = request;
  const options = explain ? { ...request.options, keepTrace: true } : request.options;
  const startedMs = performance.now();
  const wallMs = () => performance.now() - startedMs;
  const lost = (played: Played) => lostReply(request, played);
  try {
    const host = open(request.host, request, request.watchdog);
    if (request.search !== undefined) {
      const searched = search(request.search, host);
      return { played: searchedRun(searched, wallMs()), hostUsable: isIdle(host), auditsUsable: [] };
    }
    if (request.fields === true) host.takeFields();
    host.keepRawOf(request.audits.map(({ peer }) => peer));
    const solos = request.audits.map(
      ({ peer, host }) => new SoloPeer(peer, () => open(host, request, request.auditWatchdog), request.auditManner),
    );
    const audited = new AuditedHost(host, solos);
    const { loss, ...result } = playAs({ ...request, options }, solos.length === 0 ? host : audited);
    const audits = result.verdict === "passed" ? audited.finish().map(asData) : [];
    const explanation = explain ? explanationOf(scenarioId, { ...result, ...(loss && { loss }) }) : undefined;
    const played = {
      ...result,
      // What is not asked for need not pass between threads.
      ...(request.options.keepTrace !== true && { trace: [], fields: [] }),
      ...(loss && { loss: lossOf(loss) }),
      ...(explanation && { explanation }),
      audits,
      ...(request.auditManner.renewsRealms && { hasRenewedAudits: true as const }),
      wallMs: wallMs(),
    };
    return { played, hostUsable: loss === undefined, auditsUsable: solos.map((solo) => solo.isHostUsable) };
  } catch (error) {
    if (error instanceof HostLost) return lost(runLostAtLoad(lossOf(error), wallMs()));
    return lost(faultyRun(error instanceof Error ? (error.stack ?? error.message) : String(error), wallMs()));
  }
}

/** Plays the scenario, or the script instead of it. */
function playAs({ scenarioId, seed, options, record, script, ...how }: WorkerRequest, host: PeerHost) {
  if (script !== undefined) {
    const { atMostMs, renewsRealms } = how;
    return playScript(theatreOf(script.lab, script.options ?? {}), script, host, {
      ...options,
      ...(atMostMs !== undefined && { atMostMs }),
      ...(renewsRealms && { renewsRealms }),
    });
  }
  if (record === undefined) return playScenario(scenarioOf(scenarioId), seed, host, options);
  const recorder = new Recorder();
  const result = playScenario(scenarioOf(scenarioId), seed, host, options, recorder);
  return { ...result, recording: recorder.recording() };
}

function search({ lab, instance: name, caps, isStepwise }: SearchOrder, host: ProcessHost): Searched {
  const instance = instanceOf(lab, name);
  return searchInstance(lab, theatreOf(lab, instance.options ?? {}), instance, host, caps, { isStepwise });
}

/** Waits for what it was given to do and nobody needs any more; false when it is lost. */
function isIdle(host: ProcessHost): boolean {
  try {
    host.forgetPosted();
    return true;
  } catch {
    return false;
  }
}

function lostReply(request: WorkerRequest, played: Played): WorkerReply {
  return { played, hostUsable: false, auditsUsable: request.audits.map(() => false) };
}

/** Throws `HostLost`. */
function open({ handle, load }: LentHost, { table, limits }: WorkerRequest, watchdog?: Watchdog): ProcessHost {
  const host = new ProcessHost(handle, new HostTable(table), limits);
  if (load !== null) host.load(load, watchdog);
  return host;
}

function asData(finding: SoloFinding): AuditFinding {
  return finding.kind === "lost" ? { ...finding, loss: lossOf(finding.loss) } : finding;
}
