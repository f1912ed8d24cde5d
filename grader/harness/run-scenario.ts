import {
  type Facts,
  type Failure,
  failureOf,
  type Judging,
  type OwnFinding,
  type Rules,
  Violation,
} from "../check/failure.ts";
import type { EntryListener, SimulationEvents } from "../sim/entries.ts";
import type { PeerRecord } from "../sim/peer.ts";
import { type Effect, type HostLossVerdict, HostLost, type Micros, type PeerHost } from "../sim/peer-host.ts";
import { Simulation } from "../sim/simulation.ts";
import { Tape } from "../sim/tape.ts";
import { type FieldChange, Trace, type TraceRecord } from "../sim/trace.ts";
import { cutText, TEXT_LIMITS } from "../text/cut.ts";
import type { Cluster } from "./cluster.ts";
import { type ConsoleLine, ConsoleTail } from "./console-tail.ts";
import { Draws } from "./draws.ts";
import type { Monitor } from "./monitor.ts";
import { processesIn, type Scenario, type ScenarioMeta } from "./scenario.ts";
import { Setup } from "./setup.ts";

export type { ConsoleLine } from "./console-tail.ts";

/** How a scenario is played. None of it changes what happens in it. */
export interface PlayOptions {
  /** Width of a window, 1 … 1000 µs; default 1000. */
  readonly windowUs?: Micros;
  /** One entry at a time. */
  readonly oneEntry?: boolean;
  /** Keep the trace in whole; without it only its hash is known. */
  readonly keepTrace?: boolean;
  /** Play these choices instead of drawing them from the seed. */
  readonly choices?: ReadonlyMap<string, number>;
  /** Keep the choices that were drawn. */
  readonly recordChoices?: boolean;
  /** Throw `GivenUp` where something is waited for longer than right submissions need: whoever cares only for runs that pass. */
  readonly isImpatient?: boolean;
}

/** Student code threw. */
export interface StudentCrash {
  readonly peer: number;
  readonly timeUs: Micros;
  readonly where: string;
  readonly name: string;
  readonly message: string;
  /** In terms of the bundle; to be mapped to the student's files. */
  readonly stack: string;
}

/** What one run came to. */
export interface PlayResult {
  readonly verdict: "passed" | "failed" | HostLossVerdict;
  readonly failure?: Failure;
  /** With a failure that a scenario found: what it asked for, and since when, where that is data. */
  readonly judged?: Judging;
  /** With verdict `crashed` by an exception. */
  readonly crash?: StudentCrash;
  /** With an `api` failure: where in the bundle the interface was broken. */
  readonly misuseStack?: string;
  /** When the host was lost. */
  readonly loss?: HostLost;
  readonly virtualMs: number;
  readonly rpcs: number;
  readonly bytes: number;
  readonly traceHash: string;
  readonly peers: readonly PlayedPeer[];
  readonly console: readonly ConsoleLine[];
  readonly trace: readonly TraceRecord[];
  /** What changed in the peers' fields, where the host told it. */
  readonly fields?: readonly FieldChange[];
  readonly choices: ReadonlyMap<string, number>;
}

/** A peer at the end of a run. */
export interface PlayedPeer {
  readonly peer: number;
  readonly up: boolean;
  readonly connected: boolean;
  /** What its monitor knows of it. */
  readonly facts: Facts;
}

class Crashed extends Error {
  constructor(readonly crash: StudentCrash) {
    super(crash.message);
  }
}

class Misused extends Violation {
  constructor(
    finding: OwnFinding,
    readonly stackText: string,
  ) {
    super(finding);
  }
}

/** How many processes a run on that seed has. */
export function clusterSizeOf(scenario: ScenarioMeta, seed: number): number {
  return processNamesOf(scenario, seed).length;
}

/** What the processes of a run on that seed are called, by their ids. */
export function processNamesOf(scenario: ScenarioMeta, seed: number): readonly string[] {
  return processesIn(scenario, new Draws(new Tape(seed), seed)).map(({ name }) => name);
}

/**
 * Plays one scenario on one seed with the peers in `host`: a pure function of (submission, scenario, seed). `listener` follows
 * the run for whoever plays it.
 * Throws only on a mistake of the grader itself, and where somebody has no patience.
 */
export function playScenario(
  scenario: Scenario,
  seed: number,
  host: PeerHost,
  options: PlayOptions = {},
  listener?: EntryListener,
): PlayResult {
  const tape = new Tape(seed, options.choices, options.recordChoices);
  const trace = new Trace(options.keepTrace);
  const draws = new Draws(tape, seed);
  const processes = processesIn(scenario, draws);
  const { monitor, rules, setUp, open } = scenario.begin(processes);
  const tail = new ConsoleTail();
  let sim: Simulation | undefined;
  let cluster: Cluster | undefined;
  let ending: Ending;
  try {
    sim = new Simulation({
      processes,
      host,
      tape,
      trace,
      events: eventsInto(monitor, tail, () => sim?.nowUs ?? 0),
      ...(options.windowUs === undefined ? {} : { windowUs: options.windowUs }),
      oneEntry: options.oneEntry ?? false,
      ...(listener && { listener }),
    });
    monitor.attach(sim);
    setUp(new Setup(sim, draws));
    for (const peer of sim.peers) sim.boot(peer);
    const opened = open({ sim, draws, processes });
    cluster = opened.cluster;
    cluster.isImpatient = options.isImpatient === true;
    opened.run();
    ending = { verdict: "passed" };
  } catch (error) {
    ending = endingOf(error, rules, cluster?.currentPhase);
  }
  return { ...ending, ...outcomeOf(sim, monitor, tail, trace), choices: tape.recorded() };
}

/** What a run came to beside its verdict. Ends the trace. */
export function outcomeOf(
  played: Simulation | undefined,
  monitor: Monitor,
  tail: ConsoleTail,
  trace: Trace,
): Omit<PlayResult, keyof Ending | "choices"> {
  return {
    virtualMs: (played?.nowUs ?? 0) / 1000,
    rpcs: played?.calls.rpcs ?? 0,
    bytes: played?.calls.bytes ?? 0,
    traceHash: trace.digest(),
    peers: (played?.peers ?? []).map((peer) => ({
      peer: peer.id,
      up: peer.up,
      connected: played?.network.isConnected(peer.id) ?? false,
      facts: monitor.facts(peer.id),
    })),
    console: tail.lines(),
    trace: trace.records,
    ...(trace.fields.length > 0 && { fields: trace.fields }),
  };
}

export type Ending = Pick<PlayResult, "verdict" | "failure" | "judged" | "crash" | "misuseStack" | "loss">;

/** `during`: what the scenario was about. It stands in a failure, whoever found it. */
export function endingOf(error: unknown, rules: Rules, during: string | undefined): Ending {
  if (error instanceof Violation) {
    const failure = { ...failureOf(error.finding, rules), ...(during !== undefined && { during }) };
    const { judged } = error;
    return {
      verdict: "failed",
      failure,
      ...(judged && { judged }),
      ...(error instanceof Misused && { misuseStack: error.stackText }),
    };
  }
  if (error instanceof Crashed) return { verdict: "crashed", crash: error.crash };
  if (error instanceof HostLost) return { verdict: error.verdict, loss: error };
  throw error;
}

/**
 * What the kernel reports goes to the monitor; what ends a run is thrown. Texts of the submission's are cut here, where they
 * enter; the trace alone has them whole.
 */
export function eventsInto(monitor: Monitor, tail: ConsoleTail, now: () => Micros): SimulationEvents {
  return {
    booted: (peer) => monitor.booted(peer),
    crashed: (peer) => monitor.crashed(peer),
    sent: (peer, by, requestId) => monitor.sent(peer, by, requestId),
    heard: (peer, from) => monitor.heard(peer, from),
    observed: (peer, value) => monitor.observed(peer, value),
    saves: (peer, effect) => monitor.saves?.(peer, effect),
    upcall: (peer, message) => monitor.upcall(peer, message),
    invoked: (peer, invokeId) => monitor.invoked?.(peer, invokeId),
    returned: (peer, invokeId, value) => monitor.returned?.(peer, invokeId, value),
    endedIn: (peer, effects) => monitor.endedIn(peer, effects),
    log: (peer, { level, text }) =>
      tail.add({ timeUs: now(), peer: peer.id, level, text: cutText(text, TEXT_LIMITS.line) }),
    exception: (peer, effect) => {
      throw new Crashed(crashOf(peer, effect, now()));
    },
    misuse: (peer, { message, stack }) => {
      throw new Misused(
        {
          property: "api",
          check: "student-api",
          expected: "the student interface to be used as it is documented",
          seen: `${peer.plan.name}: ${cutText(message, TEXT_LIMITS.message)}`,
          timeUs: now(),
          peers: [peer.id],
          ...memberIn(peer, message),
        },
        stack,
      );
    },
  };
}

/** The method of the student's that a misuse is of, where it is found out when none of their code runs any more. */
function memberIn({ plan }: PeerRecord, message: string): Pick<OwnFinding, "member"> {
  const [, method] = /^(\w+): result /.exec(message) ?? /^class \w+ has no method (\w+)$/.exec(message) ?? [];
  return method === undefined ? {} : { member: { role: plan.role, method } };
}

function crashOf(peer: PeerRecord, effect: Extract<Effect, { kind: "exception" }>, timeUs: Micros): StudentCrash {
  const [where, name] = [effect.where, effect.name].map((text) => cutText(text, TEXT_LIMITS.name)) as [string, string];
  const message = cutText(effect.message, TEXT_LIMITS.message);
  return { peer: peer.id, timeUs, where, name, message, stack: effect.stack };
}
