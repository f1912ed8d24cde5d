import { OutOfTime } from "../harness/cluster.ts";
import { ConsoleTail } from "../harness/console-tail.ts";
import { Draws } from "../harness/draws.ts";
import { type Ending, endingOf, eventsInto, outcomeOf, type PlayResult } from "../harness/run-scenario.ts";
import type { Expectations, Scenario } from "../harness/scenario.ts";
import { isScripted, type Scripted } from "../harness/scripted.ts";
import { Setup } from "../harness/setup.ts";
import type { SoloService } from "../harness/solo-service.ts";
import type { PeerRecord } from "../sim/peer.ts";
import type { PeerHost } from "../sim/peer-host.ts";
import { processesOf } from "../sim/role.ts";
import { Tape } from "../sim/tape.ts";
import { Trace } from "../sim/trace.ts";
import { doFault } from "./fault.ts";
import { ManualHost } from "./manual-host.ts";
import { type Found, ManualSimulation, OutOfPatience } from "./manual-simulation.ts";
import type { Expectation, Script, Step } from "./script.ts";

/** What became of one step. */
export interface StepOutcome {
  /** Why there was nothing to do; absent: it took place. */
  readonly nothing?: string;
  /** Of a message that was found: which one it was, and whether an older one of its method was on its way, too. */
  readonly method?: string;
  readonly nth?: number;
  readonly isOldest?: boolean;
  /** It crashed where the step said. */
  readonly crashed?: boolean;
  /** Where its records begin in a trace that is kept. */
  readonly traceFrom: number;
}

/** What came of a script. */
export interface ScriptPlay extends PlayResult {
  /** Of each step up to the one in which the run ended. */
  readonly outcomes: readonly StepOutcome[];
  /** What it took to play, in things that happen: see `effortOf`. */
  readonly effort: number;
  /** What was expected had not come when `atMostMs` were over. */
  readonly isPending?: true;
}

/** Where scripts of a lab are played. */
export interface Theatre {
  /** The scenario in which nothing happens by itself; what it runs comes behind the last step of each script. */
  readonly stage: Scenario;
  readonly expectations: Expectations;
  /** What its services do by themselves; absent: nothing, or nobody says it of single peers. */
  readonly service?: SoloService;
}

const HOUR_US = 3_600_000_000;
const TOO_LONG = "more than an hour of the run would be over";
/** No expectation takes longer. */
const ASKED_MAX_MS = 600_000;

export interface ScriptOptions {
  /** Keep the trace in whole. */
  readonly keepTrace?: boolean;
  /** What is expected is waited for so long at most, however long it may take. */
  readonly atMostMs?: number;
  /** See `PeerHost.reset`: most of what a short script takes is realms. */
  readonly renewsRealms?: boolean;
}

/**
 * Plays a script with the peers in `host`: a pure function of (submission, script). A run passes that comes to its last step.
 * Throws only on a mistake of the grader itself.
 */
export function playScript(
  { stage, expectations }: Theatre,
  script: Script,
  host: PeerHost,
  options: ScriptOptions = {},
): ScriptPlay {
  const trace = new Trace(options.keepTrace);
  const tape = new Tape(script.seed);
  const processes = processesOf(script.groups);
  const { monitor, rules, setUp, open } = stage.begin(processes);
  const tail = new ConsoleTail();
  const outcomes: StepOutcome[] = [];
  let sim: ManualSimulation | undefined;
  let ending: Ending;
  let isPending = false;
  try {
    const events = eventsInto(monitor, tail, () => sim?.nowUs ?? 0);
    const settings = { processes, host: new ManualHost(host, options.renewsRealms), tape, trace, events };
    sim = new ManualSimulation(
      settings,
      script.steps.some((step) => step.do === "deliver" && step.again === true),
    );
    monitor.attach(sim);
    const draws = new Draws(tape, script.seed);
    setUp(new Setup(sim, draws));
    for (const [peer, clock] of Object.entries(script.clocks ?? {})) {
      const record = sim.peers[Number(peer)];
      if (record !== undefined) record.clock = clock;
    }
    const { cluster, run: end } = open({ sim, draws, processes });
    if (!isScripted(cluster)) throw new Error(`there are no scripts for ${script.lab}`);
    const player = new StepPlayer(sim, cluster, expectations, options.atMostMs ?? Number.POSITIVE_INFINITY);
    for (const step of script.steps) {
      const traceFrom = trace.records.length;
      const at = outcomes.push({ traceFrom }) - 1;
      try {
        outcomes[at] = { ...player.play(step), traceFrom };
      } catch (error) {
        outcomes[at] = { ...outcomeOfFound(sim.lastFound, step), traceFrom };
        throw error;
      }
    }
    end();
    ending = { verdict: "passed" };
  } catch (error) {
    isPending = error instanceof OutOfPatience;
    ending = isPending ? { verdict: "passed" } : endingOf(error, rules, undefined);
  }
  const outcome = outcomeOf(sim, monitor, tail, trace);
  const effort = effortOf(sim, trace, outcomes.length);
  const played = { outcomes, effort, ...(isPending && { isPending: true as const }) };
  return { ...ending, ...outcome, choices: new Map(), ...played };
}

/** Many things happen in the time in which one peer boots, whose realm is made for it. */
const BOOT_EFFORT = 80;

/** What a script took to play, the same on every machine: things that happened, steps, and boots. */
function effortOf(sim: ManualSimulation | undefined, trace: Trace, steps: number): number {
  const boots = (sim?.peers ?? []).reduce((sum, { incarnation }) => sum + incarnation, 0);
  return BOOT_EFFORT * boots + trace.count + steps;
}

function outcomeOfFound(found: Found, step: Step): Omit<StepOutcome, "traceFrom"> {
  if (typeof found === "string") return { nothing: found };
  const { message, isOldest } = found;
  if (message === undefined || !("ref" in step)) return {};
  const { method, nth } = message.call;
  return { method, nth, ...(isOldest !== undefined && { isOldest }) };
}

/** Brings about one step after the other. */
class StepPlayer {
  readonly #sim: ManualSimulation;
  readonly #cluster: Scripted;
  readonly #expectations: Expectations;
  readonly #atMostMs: number;

  constructor(sim: ManualSimulation, cluster: Scripted, expectations: Expectations, atMostMs: number) {
    this.#sim = sim;
    this.#cluster = cluster;
    this.#expectations = expectations;
    this.#atMostMs = atMostMs;
  }

  play(step: Step): Omit<StepOutcome, "traceFrom"> {
    this.#sim.beginStep(step.place);
    const point = "crash" in step ? step.crash : undefined;
    if (point === undefined) return outcomeOfFound(this.#happen(step), step);
    const peer = this.#actor(step);
    if (peer === null) return { nothing: "nobody leads" };
    let found: Found = {};
    const crashed = this.#sim.crashingAt(peer, point, () => {
      found = this.#happen(step);
    });
    this.#sim.step();
    return { ...outcomeOfFound(found, step), crashed };
  }

  #actor(step: Step): PeerRecord | null {
    switch (step.do) {
      case "deliver":
        return this.#sim.peers[step.ref.to] ?? null;
      case "fail":
        return this.#sim.peers[step.ref.from] ?? null;
      case "start":
        return this.#starter(step.peer);
      case "boot":
      case "timer":
      case "snapshot":
      case "done":
      case "call":
        return this.#sim.peers[step.peer] ?? null;
      default:
        return null;
    }
  }

  #starter(peer: number | "leader"): PeerRecord | null {
    const id = this.#cluster.starter(peer);
    return id === null ? null : (this.#sim.peers[id] ?? null);
  }

  #happen(step: Step): Found {
    const sim = this.#sim;
    switch (step.do) {
      case "boot":
        return this.#boot(sim.peers[step.peer] as PeerRecord);
      case "crash":
        if (!this.#cluster.isUp(step.peer)) return `${this.#nameOf(step.peer)} is down`;
        this.#cluster.crash(step.peer);
        sim.step();
        return {};
      case "timer":
        return this.#timer(sim.peers[step.peer] as PeerRecord, step.once === true, step.times ?? 1);
      case "deliver":
        return sim.deliver(step.ref, step.again === true);
      case "fail":
        return sim.fail(step.ref);
      case "lose":
        return sim.lose(step.ref);
      case "start":
        return this.#start(step);
      case "done":
        return this.#done(step);
      case "call":
        return this.#call(step);
      case "snapshot":
        return sim.snapshot(sim.peers[step.peer] as PeerRecord);
      case "kill":
        if (!this.#cluster.isUp(step.peer)) return `${this.#nameOf(step.peer)} is down`;
        this.#cluster.kill(step.peer);
        sim.step();
        return {};
      case "at":
        if (step.us <= sim.nowUs) return "the clock is past that";
        sim.runUntil(step.us);
        return {};
      case "fault":
        doFault(this.#cluster, step);
        return {};
      case "run":
        return this.#freely(step.ms, () => {
          this.#cluster.sleep(step.ms);
          return {};
        });
      case "expect":
        return this.#freely(ASKED_MAX_MS, () => this.#ask(step.expect));
    }
  }

  #timer(peer: PeerRecord, once: boolean, times: number): Found {
    for (let time = 1; ; time++) {
      const found = this.#sim.fire(peer, once);
      if (time >= times || typeof found === "string") return time > 1 ? {} : found;
    }
  }

  #boot(peer: PeerRecord): Found {
    if (peer.up) return `${peer.plan.name} is up`;
    this.#sim.boot(peer);
    this.#sim.step();
    return {};
  }

  #start(step: Step & { do: "start" }): Found {
    const record = this.#starter(step.peer);
    if (record === null) return "nobody leads";
    if (!record.up) return `${record.plan.name} is down`;
    const refusal = this.#cluster.startAsTold?.(record.id, step);
    this.#sim.step();
    return refusal ?? {};
  }

  #done({ peer, slot }: Step & { do: "done" }): Found {
    if (this.#cluster.done === undefined) return "there are no slots in this lab";
    if (!this.#cluster.isUp(peer)) return `${this.#nameOf(peer)} is down`;
    this.#cluster.done(peer, slot);
    this.#sim.step();
    return {};
  }

  #call({ peer, method, args }: Step & { do: "call" }): Found {
    if (!this.#cluster.isUp(peer)) return `${this.#nameOf(peer)} is down`;
    const refusal = this.#cluster.callAsTold?.(peer, method, args);
    this.#sim.step();
    return refusal ?? {};
  }

  #nameOf(peer: number): string {
    return this.#sim.processes[peer]?.name ?? `process ${peer}`;
  }

  #ask({ name, args }: Expectation): Found {
    const expectation = this.#expectations[name];
    if (expectation === undefined) throw new Error(`there is no expectation ${name}`);
    this.#sim.patienceEndsUs = this.#sim.nowUs + 1000 * this.#atMostMs;
    try {
      expectation.ask(this.#cluster, args);
    } catch (error) {
      if (!(error instanceof OutOfTime)) throw error;
      return TOO_LONG;
    }
    this.#sim.patienceEndsUs = Number.POSITIVE_INFINITY;
    return {};
  }

  #freely(ms: number, run: () => Found): Found {
    if (this.#sim.nowUs + 1000 * ms > HOUR_US) return TOO_LONG;
    this.#sim.goFree();
    const found = run();
    this.#sim.goManual();
    return found;
  }
}
