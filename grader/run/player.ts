import type { SoloFinding } from "../audit/solo-peer.ts";
import type { Explanation } from "../explain/types.ts";
import type { PlayOptions, PlayResult } from "../harness/run-scenario.ts";
import type { WholeRunAnswer } from "../host/wire/whole-run.ts";
import type { HostLoss } from "../sandbox/host-table.ts";
import type { Caps, Searched } from "../search/search.ts";
import type { StepOutcome } from "../shrink/play-script.ts";
import type { Recording } from "../shrink/recorder.ts";
import type { Script } from "../shrink/script.ts";

export type { Load } from "../host/wire.ts";

/** What came of one audit, as plain data. */
export type AuditFinding =
  | Exclude<SoloFinding, { kind: "lost" }>
  | { readonly kind: "lost"; readonly peer: number; readonly loss: HostLoss };

/** One run as it was played, as plain data that can pass between threads. */
export interface Played extends Omit<PlayResult, "loss"> {
  /** When the host was lost: why. */
  readonly loss?: HostLoss;
  /** With verdict `internal-error`: what went wrong in the grader, with its stack. */
  readonly fault?: string;
  /** What came of the audits that were ordered, when the run passed. */
  readonly audits?: readonly AuditFinding[];
  /** The lives of an audit had realms of earlier ones: a difference may be of what these left there, and is to be looked at without. */
  readonly hasRenewedAudits?: true;
  /** The hosts had played nothing before. */
  readonly isOnFreshHost?: true;
  /** It was played whole in the process of the peers, which says of it that it passed; nothing else is known. */
  readonly isWhole?: true;
  /** What its trace tells about its end, when that was asked for and the run did not pass. */
  readonly explanation?: Explanation;
  /** The order of its entries, where it was asked for. */
  readonly recording?: Recording;
  /** Of a script: what became of each step. */
  readonly outcomes?: readonly StepOutcome[];
  /** Of a script: what it took to play. */
  readonly effort?: number;
  /** Of a script: what it expects had not come when `atMostMs` were over. */
  readonly isPending?: true;
  /** Of a search: what came of it, which is no verdict. */
  readonly searched?: SearchedData;
  readonly wallMs: number;
}

/** What came of a search, as plain data. */
export interface SearchedData extends Omit<Searched, "ended"> {
  readonly ended?: Omit<NonNullable<Searched["ended"]>, "loss">;
}

/** Which instance of which lab is searched, and how far. */
export interface SearchOrder {
  readonly lab: string;
  readonly instance: string;
  readonly caps: Caps;
  /** See `Means`. */
  readonly isStepwise: boolean;
}

/** Which run, and how. */
export interface PlayOrder {
  readonly scenarioId: string;
  readonly seed: number;
  readonly options?: PlayOptions;
  /** Peers that are run once more, each alone on a host of its own, and must do the same as in the run. */
  readonly audit?: readonly number[];
  /** Play, and audit, on host processes that have played nothing before. */
  readonly freshHost?: boolean;
  /** Say what its trace tells, if it does not pass. It takes a little time and changes nothing. */
  readonly explain?: boolean;
  /** Write down the order of its entries. */
  readonly record?: true;
  /** Keep what its hosts tell of fields, with the trace. */
  readonly fields?: true;
  /** Play this instead of the scenario. */
  readonly script?: Script;
  /** Of a script: what it expects in free running is waited for so long at most. */
  readonly atMostMs?: number;
  /** Of a script: see `PeerHost.reset`. */
  readonly renewsRealms?: true;
  /** Search an instance instead. */
  readonly search?: SearchOrder;
}

/** Plays runs of one submission. */
export interface Player {
  /** Never rejects because of the submission or a lost host: those are verdicts. Rejects with `Aborted` after `abort()`. */
  play(order: PlayOrder): Promise<Played>;
}

/** The grading was given up from outside. */
export class Aborted extends Error {
  constructor() {
    super("the grading was interrupted");
    this.name = "Aborted";
  }
}

/** A run that came to nothing because of the grader itself. */
export function faultyRun(fault: string, wallMs: number): Played {
  return { ...NOTHING_PLAYED, verdict: "internal-error", fault, wallMs };
}

/** A run that came to nothing: its host was lost before its first window, or there is no time left for it. */
export function runLostAtLoad(loss: HostLoss, wallMs: number): Played {
  return { ...NOTHING_PLAYED, verdict: loss.verdict, loss, wallMs };
}

/** A run that was played whole, with its audits, and passed. */
export function passedRun(
  { virtualUs, rpcs, bytes, traceHash }: WholeRunAnswer & { readonly kind: "passed" },
  audit: readonly number[],
  wallMs: number,
): Played {
  const audits = audit.map((peer) => ({ kind: "same" as const, peer }));
  const figures = { virtualMs: virtualUs / 1000, rpcs, bytes, traceHash };
  return { ...NOTHING_PLAYED, ...figures, verdict: "passed", audits, isWhole: true, wallMs };
}

/** A search that came to an end. What it found is yet to be played. */
export function searchedRun({ ended, ...rest }: Searched, wallMs: number): Played {
  const searched = { ...rest, ...(ended && { ended: { by: ended.by, script: ended.script } }) };
  return { ...NOTHING_PLAYED, verdict: "passed", searched, wallMs };
}

const NOTHING_PLAYED = {
  virtualMs: 0,
  rpcs: 0,
  bytes: 0,
  traceHash: "",
  peers: [],
  console: [],
  trace: [],
  choices: new Map<string, number>(),
} as const;
