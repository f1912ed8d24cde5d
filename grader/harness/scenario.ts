import type { Property } from "../check/failure.ts";
import type { PeerInterface } from "../sim/peer-host.ts";
import type { LogCluster } from "./log-cluster.ts";
import type { Setup } from "./setup.ts";

/** What a scenario is, as data: everything but its body. */
export interface ScenarioMeta {
  /** `<suite>/<name>`, for example `lab2b/backup`. */
  readonly id: string;
  /** A few words for a list. */
  readonly title: string;
  /** Points it earns when every run passes. */
  readonly points: number;
  /** Cluster size; with several, each run draws one of them. */
  readonly peers: number | readonly number[];
  /** One or two sentences for a student: what happens, and what is asked. */
  readonly about: string;
  /** Ids of scenarios without which this one cannot pass: it is skipped when one of them did not pass. */
  readonly dependsOn?: readonly string[];
  /** The service takes a snapshot whenever so many entries were applied since the last one. Absent: never. */
  readonly snapshotEvery?: number;
  /** Each peer waits for so many entries more than the one before, so that their snapshots end at different indices. Default 0. */
  readonly snapshotStagger?: number;
  /** How long a snapshot of the service is, beside what it says. Default 400. */
  readonly snapshotBytes?: number;
}

/** A scenario: its metadata, how the world is set up before the peers boot, and what happens then. */
export interface Scenario extends ScenarioMeta {
  /** Runs before the peers boot: network model, clocks, crash rules that are on from the start. */
  readonly setup?: (setup: Setup) => void;
  /** What happens, in virtual time. Returns when everything asked for was seen; throws a `Violation` otherwise. */
  readonly run: (cluster: LogCluster) => void;
}

/** One stage of a lab (2A, 2B, …): a suite of scenarios. */
export interface Suite {
  /** `lab2a`. */
  readonly id: string;
  /** A word that also names it on the command line: `election`. */
  readonly name: string;
  readonly title: string;
  readonly points: number;
  /** The handout, as a path from the project's root. */
  readonly handout: string;
  readonly scenarios: readonly Scenario[];
}

/** A lab: what it expects of a submission, and its suites in the order in which students build them. */
export interface Lab {
  /** `lab2`. */
  readonly id: string;
  readonly title: string;
  readonly peer: PeerInterface;
  /** The properties that are safety here: what violates one caps the points of its stage, whatever else it passes. */
  readonly safetyProperties: readonly Property[];
  readonly suites: readonly Suite[];
  /** What a run costs, by scenario, in milliseconds of one core: an estimate, by which a budget is planned. */
  readonly runCostsMs?: Readonly<Record<string, number>>;
}
