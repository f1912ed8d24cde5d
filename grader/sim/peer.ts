import type { Call } from "./call.ts";
import type { Micros, PeerClock } from "./peer-host.ts";
import type { QueuedInput } from "./queued-input.ts";
import type { ProcessPlan } from "./role.ts";

/** What the kernel knows of one peer. Its memory lives in the host; what survives a crash lives here. */
export class PeerRecord {
  /** How often it was booted; the current incarnation's number. 0: never. */
  incarnation = 0;
  /** The host has said that its present incarnation booted: it can do nothing before. */
  hasBegun = false;
  up = false;
  paused = false;
  /** `kill()` was called in this incarnation: what it does from now on is counted. */
  killed = false;
  /** When it last crashed, for the rule that a restart comes at least one lookahead later. */
  crashedUs = Number.NEGATIVE_INFINITY;
  /** When the host forgets the incarnation that crashed last. What reaches it until then changes nothing, but reaches it. */
  forgottenUs: Micros = Number.NEGATIVE_INFINITY;
  clock: PeerClock = { offsetUs: 0, driftPpm: 0 };
  /** What its constructor is given as its options: MessagePack. */
  options: Uint8Array = EMPTY;

  /** What `save()` left behind. */
  state: Uint8Array = EMPTY;
  snapshot: Uint8Array = EMPTY;

  /** Inputs that the host has and has not answered yet, oldest first. */
  readonly pending: QueuedInput[] = [];
  /** Inputs that came while it was paused. */
  waiting: QueuedInput[] = [];
  /** How many requests and invocations its present incarnation was given: their ids tell it of nobody else. */
  requests = 0;
  invocations = 0;
  /** Requests whose handler has not answered, by request id. */
  readonly handling = new Map<number, Call>();
  /** What the invocations gave whose results somebody waits for, by id; null as long as they gave nothing. */
  readonly results = new Map<number, Uint8Array | null>();
  /** The request that its present step is about, by request id; null when that is about something else. */
  stepRequest: number | null = null;

  /** Requests sent and received over the whole run. */
  sent = 0;
  received = 0;
  /** What it did after `kill()`, in its current incarnation. */
  afterKill: WorkAfterKill = { calls: 0, saves: 0, upcalls: 0, timers: 0 };

  readonly id: number;

  constructor(readonly plan: ProcessPlan) {
    this.id = plan.id;
  }
}

export interface WorkAfterKill {
  calls: number;
  saves: number;
  upcalls: number;
  timers: number;
}

const EMPTY = new Uint8Array(0);
