import type { ChildProcess } from "node:child_process";
import { closeSync } from "node:fs";
import type { Socket } from "node:net";
import { readSpent } from "../host/own-limits.ts";
import { type Channel, ChannelStock } from "./channel.ts";
import { type Confinement, type Launch, PLAIN } from "./confine/confinement.ts";
import { launch } from "./confine/launch.ts";
import { killGroup, spawnLaunch } from "./confine/spawn.ts";
import { lossFromExit } from "./exit-reason.ts";
import { type HostProgram, hostBox, peerHostProgram, plainLaunch } from "./host-program.ts";
import type { HostLoss, HostTable } from "./host-table.ts";
import { isAtRest, type KeptHost, measure, peakOf, socketIn } from "./kept-host.ts";
import { DEFAULT_LIMITS, type HostLimits } from "./limits.ts";
import { killHolders } from "./pipe-holders.ts";
import { type Account, RunMeter, type RunUsage } from "./run-meter.ts";
import { StderrCapture } from "./stderr-capture.ts";
import { memoryKills, ProcessTree, type ThreadUsage, tellsUsage, UNKNOWN_USAGE } from "./usage.ts";
import { HostWatch, memoryLoss, runCpuLoss, windowCpuLoss } from "./watch.ts";

/** A running host as plain data, so that it can be handed to the thread that plays on it. */
export interface HostHandle {
  readonly slot: number;
  /** 0 when the process could not be started; the slot then tells why. */
  readonly pid: number;
  /** File descriptors of this process, blocking; -1 where the keeper keeps a socket (see `HostKeeper.socketOf`). */
  readonly toHost: number;
  readonly fromHost: number;
}

/** A run that is under way, as the keeper watches it. */
export interface WatchedRun {
  /** Why its hosts were ended: it, or its submission, has used up its time. */
  readonly loss: HostLoss | null;
  /** The run is over: charges what it took to its end, and gives the most memory that each of its hosts has had, in bytes. */
  end(): readonly number[];
}

interface KeptRun {
  readonly hosts: readonly KeptHost[];
  readonly player: () => ThreadUsage | null;
  readonly meter: RunMeter;
  loss: HostLoss | null;
}

export interface KeeperOptions {
  readonly limits?: HostLimits;
  readonly program?: HostProgram;
  /** How hosts are kept from the machine; see `prepareSandbox`. */
  readonly confinement?: Confinement;
  /** The channel to a host is one socket for this thread, which waits for it without blocking, instead of two pipes. */
  readonly usesSockets?: boolean;
}

/**
 * Starts host processes, watches them, kills those beyond their limits, reaps them, and records in the table why each
 * ended. Lives in a thread whose event loop turns; never in the one that plays a run, since that one blocks in reads.
 */
export class HostKeeper {
  private readonly hosts = new Map<number, KeptHost>();
  private readonly runs = new Set<KeptRun>();
  private readonly channels = new ChannelStock();
  private timer: NodeJS.Timeout | undefined;
  private readonly limits: HostLimits;
  private readonly confinement: Confinement;
  private readonly launch: Launch;
  /** A host may have made processes, which count too. A plain one is trusted not to, as its own process is. */
  private readonly mayFork: boolean;
  private readonly usesSockets: boolean;
  /** Hosts look after their limits themselves: the system does not tell this process what they use. */
  private readonly isBlind: boolean;

  constructor(
    readonly table: HostTable,
    options: KeeperOptions = {},
  ) {
    const { limits = DEFAULT_LIMITS, program = peerHostProgram(limits), confinement = PLAIN } = options;
    this.usesSockets = options.usesSockets ?? false;
    this.limits = limits;
    this.confinement = confinement;
    this.mayFork = confinement.tier === "no-seccomp" || confinement.tier === "namespaces";
    this.isBlind = confinement.tier === "plain" && !tellsUsage();
    this.launch =
      confinement.tier === "plain"
        ? plainLaunch(program, program.ownLimits ?? (this.isBlind ? limits : null))
        : launch(confinement, hostBox(program, limits.resources), STDIO_BEFORE_FILTER);
    // Whatever ends this thread, no host outlives it.
    process.on("exit", this.killAll);
  }

  /** Starts so many hosts, without waiting until they are ready. Throws when no channel can be made. */
  start(count: number): HostHandle[] {
    const channels = this.usesSockets ? new Array<null>(count).fill(null) : this.channels.take(count);
    const handles = channels.map((channel) => this.startOne(channel));
    this.timer ??= setInterval(() => this.look(), this.limits.pollMs).unref();
    return handles;
  }

  /** Whether a host is there, has enough CPU time left for further runs, and holds not too much of earlier ones. */
  canPlay(handle: HostHandle): boolean {
    const host = this.hosts.get(handle.slot);
    // One that was killed is not yet gone for a moment.
    if (host?.exited !== false || host.isKilled) return false;
    const { cpuMs, residentBytes } = measure(host);
    return (
      (cpuMs ?? 0) < (this.limits.resources.cpuSeconds * 1000) / 2 && (residentBytes ?? 0) <= this.limits.keptBytes
    );
  }

  /**
   * A run begins on some hosts, of which nobody plays on any other meanwhile. `player` gives what the thread that plays it has
   * used so far; `account` is charged. When a budget is used up, all of these hosts are ended.
   */
  beginRun(handles: readonly HostHandle[], player: () => ThreadUsage | null, account: Account | null): WatchedRun {
    const hosts = handles.flatMap(({ slot }) => this.hosts.get(slot) ?? []);
    const usageNow = (): RunUsage => ({ hosts: hosts.map(measure), player: player() });
    const start = usageNow();
    for (const host of hosts) host.watch.beginRun(host.latest);
    const meter = new RunMeter(this.limits, account, start, performance.now());
    const run: KeptRun = { hosts, player, meter, loss: null };
    this.runs.add(run);
    return {
      get loss() {
        return run.loss;
      },
      end: () => {
        this.runs.delete(run);
        meter.look(usageNow(), performance.now());
        return hosts.map(peakOf);
      },
    };
  }

  /** Ends a host that nobody plays on: resolves when it is reaped and nothing of it is left. */
  async end(handle: HostHandle): Promise<void> {
    const host = this.hosts.get(handle.slot);
    if (host === undefined || host.handle.pid !== handle.pid) return;
    this.killHost(host);
    await host.gone;
    // Somebody else may have waited for the same end.
    if (this.hosts.get(handle.slot) !== host) return;
    this.hosts.delete(handle.slot);
    if (this.usesSockets) host.socket?.destroy();
    else for (const fd of [handle.toHost, handle.fromHost]) closeSync(fd);
    this.table.free(handle.slot);
  }

  /** The channel to a host, and when that host is gone, for whoever talks to it in this thread; null when there is none. */
  socketOf(handle: HostHandle): { readonly socket: Socket; readonly gone: Promise<void> } | null {
    const host = this.hosts.get(handle.slot);
    if (host?.handle.pid !== handle.pid || host.socket === null) return null;
    return { socket: host.socket, gone: host.gone };
  }

  /** Kills every host at once; whoever plays on one finds its channel closed. */
  readonly killAll = (): void => {
    for (const host of this.hosts.values()) this.killHost(host);
  };

  /** Kills one host at once, as `killAll` does; it is still to be ended. */
  kill(handle: HostHandle): void {
    const host = this.hosts.get(handle.slot);
    if (host?.handle.pid === handle.pid) this.killHost(host);
  }

  /** Ends every host, and the watch with them. Nobody may play on one any more. */
  async endAll(): Promise<void> {
    this.killAll();
    await Promise.all([...this.hosts.values()].map((host) => this.end(host.handle)));
    this.channels.close();
    clearInterval(this.timer);
    this.timer = undefined;
    process.off("exit", this.killAll);
  }

  /** `channel`: null for a socket. */
  private startOne(channel: Channel | null): HostHandle {
    const slot = this.table.claim();
    const memoryKillsBefore = memoryKills();
    // A process group of its own: Ctrl-C reaches this process alone, which then ends its hosts in good order.
    const ends = channel === null ? ["pipe" as const] : [channel.hostRead, channel.hostWrite];
    const child = spawnLaunch(this.launch, ["ignore", "ignore", "pipe", ...ends]);
    if (channel !== null) for (const fd of [channel.hostRead, channel.hostWrite]) closeSync(fd);
    const { toHost, fromHost } = channel ?? { toHost: -1, fromHost: -1 };
    const handle = { slot, pid: child.pid ?? 0, toHost, fromHost };
    const socket = channel === null ? socketIn(child) : null;
    const stderr = new StderrCapture(child.stderr, this.limits.stderrBytes, () => this.overflow(host));
    const gone = this.whenGone(child, stderr, () => host);
    const host: KeptHost = {
      handle,
      child,
      socket,
      stderr,
      watch: new HostWatch(this.limits),
      tree: new ProcessTree(child.pid ?? 0, this.launch.depth, this.mayFork),
      latest: UNKNOWN_USAGE,
      looksAtRest: 0,
      turns: 0,
      memoryKillsBefore,
      loss: null,
      isKilled: false,
      exited: false,
      givenUpMs: null,
      heldSinceMs: null,
      gone,
    };
    this.hosts.set(slot, host);
    return handle;
  }

  /** Resolves when the process is reaped and its standard error is read, with the reason in the table. */
  private whenGone(child: ChildProcess, stderr: StderrCapture, hostOf: () => KeptHost): Promise<void> {
    return new Promise((resolve) => {
      const finish = (loss: HostLoss) => {
        const host = hostOf();
        this.table.recordLoss(host.handle.slot, { ...loss, ...host.stderr.stuck() });
        resolve();
      };
      child.once("error", (error) => {
        hostOf().exited = true;
        finish({ verdict: "internal-error", message: `the peer host cannot start: ${error.message}`, stackLines: [] });
      });
      child.once("exit", async (code, signal) => {
        hostOf().exited = true;
        await stderr.drained(STDERR_GRACE_MS);
        const host = hostOf();
        const killedFor = signal === "SIGKILL" ? host.loss : null;
        finish(killedFor ?? this.ownLoss(host, signal) ?? this.explain(host, code, signal));
      });
    });
  }

  /** A host that looked after its own limits ended itself at one: it says which, and can deceive nobody with it but its author. */
  private ownLoss({ stderr }: KeptHost, signal: NodeJS.Signals | null): HostLoss | null {
    const spent = this.isBlind && signal === "SIGKILL" ? readSpent(stderr.text()) : null;
    return spent === null ? null : OWN_LOSS[spent](this.limits);
  }

  private explain(host: KeptHost, code: number | null, signal: NodeJS.Signals | null): HostLoss {
    const killsNow = memoryKills();
    return lossFromExit({
      code,
      signal,
      stderr: host.stderr.text(),
      isConfined: this.confinement.tier !== "plain",
      seen: host.watch.seen,
      limits: this.limits,
      hadMemoryKill: killsNow === null ? null : killsNow !== host.memoryKillsBefore,
    });
  }

  private look(): void {
    const nowMs = performance.now();
    for (const host of this.hosts.values()) {
      const { slot } = host.handle;
      if (host.exited) this.freePlayer(host, nowMs);
      if (host.exited || host.loss !== null) continue;
      if (!isAtRest(host, this.table.turns(slot)))
        host.loss = host.watch.look(this.table.place(slot), measure(host), nowMs);
      if (host.loss === null && this.table.isGivenUp(slot)) {
        host.givenUpMs ??= nowMs;
        if (nowMs - host.givenUpMs >= CLOSED_GRACE_MS) host.loss = CHANNEL_CLOSED;
      }
      if (host.loss !== null) this.killHost(host);
    }
    for (const run of this.runs) this.lookAt(run, nowMs);
  }

  /** A host is gone, and its channel should be: who still waits there waits for a process that it left behind. */
  private freePlayer(host: KeptHost, nowMs: number): void {
    if (this.table.place(host.handle.slot).window === null) host.heldSinceMs = null;
    else host.heldSinceMs ??= nowMs;
    if (host.heldSinceMs === null || nowMs - host.heldSinceMs < CLOSED_GRACE_MS || this.usesSockets) return;
    killHolders(host.handle.fromHost);
    host.heldSinceMs = nowMs;
  }

  private lookAt(run: KeptRun, nowMs: number): void {
    const loss = run.meter.look({ hosts: run.hosts.map(({ latest }) => latest), player: run.player() }, nowMs);
    if (loss === null || run.loss !== null) return;
    run.loss = loss;
    for (const host of run.hosts) {
      host.loss ??= loss;
      this.killHost(host);
    }
  }

  private overflow(host: KeptHost): void {
    host.loss ??= {
      verdict: "output-limit",
      message: "the peer host wrote without end to its standard error",
      stackLines: [],
    };
    this.killHost(host);
  }

  private killHost(host: KeptHost): void {
    host.isKilled = true;
    if (!host.exited && host.handle.pid !== 0) killGroup(host.child);
  }
}

/**
 * A host that ends closes its channel a moment before it is reaped, and how it ended says more than that it did. On a busy
 * machine the moment is long; only one that lives on must be waited for to the end.
 */
const CLOSED_GRACE_MS = 2_000;

const OWN_LOSS = { window: windowCpuLoss, run: runCpuLoss, memory: memoryLoss } as const;

/** A grandchild could hold standard error open for ever. */
const STDERR_GRACE_MS = 100;

/** Standard input, output, error, and the two ends of the channel. */
const STDIO_BEFORE_FILTER = 5;

const CHANNEL_CLOSED: HostLoss = {
  verdict: "crashed",
  message: "the peer host closed its channel to the grader",
  stackLines: [],
};
