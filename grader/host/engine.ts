import type { Effect, Entry, HostLost, Input, Micros, PeerHost, Window, WindowResult } from "../sim/peer-host.ts";
import { type BootInput, Incarnation } from "./engine/incarnation.ts";
import { Meter } from "./engine/meter.ts";
import { PeerSlot } from "./engine/peer-slot.ts";
import { Program, type ProgramTexts } from "./engine/program.ts";
import { RejectionWatch } from "./engine/rejections.ts";
import type { ReadSoFar } from "./fields/field-reader.ts";

export interface EngineOptions extends ProgramTexts {
  /**
   * Told at once when a limit is passed, from inside the submission's code, which may never return. Without it, or when
   * it returns, the run ends by an exception that goes through the submission's code and out of `exchange`.
   */
  readonly onLost?: (lost: HostLost) => void;
  /**
   * Lives have the realms of earlier ones in each run, without being asked for it (see `reset`): of what comes of a run nothing is played
   * again in other realms, so that these are looked at closely between two lives.
   */
  readonly renewsRealms?: boolean;
  /** The process has no other use, so that its rejections need not be left to others between two exchanges. */
  readonly ownsProcess?: boolean;
  /** Its first element is kept to the peer that is at work, for somebody who looks while this thread is stuck. */
  readonly atWork?: Int32Array;
}

const NOTHING: readonly Effect[] = [];
/** So that many entries without effects take no longer in one window than a hung peer may take. */
const QUIET_ENTRIES_MAX = 32;

/** Runs the peers of one submission in realms of this process, in one synchronous loop. */
export class Engine implements PeerHost {
  private readonly program: Program;
  private readonly options: EngineOptions;
  private readonly onLost: (lost: HostLost) => void;
  private readonly ownsProcess: boolean;
  private readonly atWork: Int32Array;
  private meter: Meter;
  private slots: PeerSlot[] = [];
  private running: Incarnation | null = null;
  private renewsRealms = false;
  /** Of each peer whose last life is over, while realms are renewed: that life. */
  private ended: (Incarnation | null)[] = [];
  /** What was read of fields in the run. */
  private readonly soFar: ReadSoFar = { looks: 0, bytes: 0 };
  private readonly rejections = new RejectionWatch((reason, promise) => this.rejected(reason, promise));

  /** `program`: that of another engine with the same options. Throws UnreadableSubmission. */
  constructor(options: EngineOptions, program = new Program(options)) {
    this.program = program;
    this.options = options;
    this.onLost = options.onLost ?? (() => {});
    this.ownsProcess = options.ownsProcess ?? false;
    this.atWork = options.atWork ?? new Int32Array(1);
    this.meter = new Meter(this.onLost);
  }

  /** One more for the same submission, beside this one: they share nothing but compiled code. */
  another(): Engine {
    return new Engine({ ...this.options, ownsProcess: false }, this.program);
  }

  /** Another run. `renewsRealms`: a peer that boots once more may do so in the realm of its last life, also of one in the run before. */
  reset(renewsRealms = this.options.renewsRealms === true): void {
    if (renewsRealms && this.renewsRealms && this.meter.lost === null) {
      for (const [peer, { incarnation }] of this.slots.entries()) this.keep(peer, incarnation);
    } else {
      this.ended = [];
      this.meter = new Meter(this.onLost);
    }
    this.slots = [];
    this.renewsRealms = renewsRealms;
    this.soFar.looks = 0;
    this.soFar.bytes = 0;
  }

  exchange(window: Window): WindowResult {
    for (const input of window.inputs) this.slot(input.peer).push(input);
    this.meter.beginWindow();
    this.rejections.begin();
    try {
      return this.run(window);
    } finally {
      this.running = null;
      if (!this.ownsProcess) this.rejections.end();
    }
  }

  private run({ untilUs, spanUs, maxEntries }: Window): WindowResult {
    const { slots } = this;
    const entries: Entry[] = [];
    let endUs = untilUs;
    let lastUs = -1;
    for (;;) {
      let next = -1;
      let nextUs = Number.POSITIVE_INFINITY;
      for (let peer = 0; peer < slots.length; peer++) {
        const timeUs = (slots[peer] as PeerSlot).nextUs();
        if (timeUs < nextUs) {
          nextUs = timeUs;
          next = peer;
        }
      }
      if (entries.length >= QUIET_ENTRIES_MAX) {
        const firstUs = (entries[0] as Entry).timeUs;
        if (nextUs > lastUs && nextUs >= firstUs + spanUs) endUs = Math.min(endUs, nextUs);
      }
      if (nextUs >= endUs) return { entries, endUs, nextWakeUs: endUs < untilUs ? this.forgetInputs() : nextUs };
      if (maxEntries > 0 && entries.length >= maxEntries) return { entries, endUs, nextWakeUs: nextUs };
      const entry = this.runEntry(next, slots[next] as PeerSlot, nextUs);
      entries.push(entry);
      lastUs = nextUs;
      if (entry.effects.length > 0) endUs = Math.min(endUs, nextUs + spanUs);
    }
  }

  /** Inputs after the end of a window come again with the next. Gives when the earliest timer is due. */
  private forgetInputs(): Micros {
    let wakeUs = Number.POSITIVE_INFINITY;
    for (const slot of this.slots) {
      slot.forgetInputs();
      wakeUs = Math.min(wakeUs, slot.nextUs());
    }
    return wakeUs;
  }

  private runEntry(peer: number, slot: PeerSlot, timeUs: Micros): Entry {
    this.atWork[0] = peer;
    if (slot.isTimerNext()) {
      const incarnation = slot.incarnation as Incarnation;
      this.running = incarnation;
      const effects = incarnation.fireTimer(timeUs);
      return this.withFields({ timeUs, peer, incarnation: incarnation.number, cause: "timer", effects }, incarnation);
    }
    const input = slot.takeInput();
    const effects = this.runInput(slot, input);
    return this.withFields({ timeUs, peer, incarnation: input.incarnation, cause: "input", effects }, slot.incarnation);
  }

  private withFields(entry: Entry, incarnation: Incarnation | null): Entry {
    const fields = this.options.tellsFields === true ? incarnation?.changedFields() : null;
    return fields ? { ...entry, fields } : entry;
  }

  private runInput(slot: PeerSlot, input: Input): readonly Effect[] {
    if (input.kind === "boot") {
      const made = this.incarnationOf(slot, input);
      slot.begin(made);
      this.running = made;
      return made.run(input);
    }
    const { incarnation } = slot;
    if (incarnation === null || incarnation.number !== input.incarnation) return NOTHING;
    switch (input.kind) {
      case "pause":
        slot.pause();
        return NOTHING;
      case "resume":
        slot.resume(input.timeUs);
        return NOTHING;
      case "drop":
        this.keep(input.peer, incarnation);
        slot.begin(null);
        return NOTHING;
      default:
        this.running = incarnation;
        return incarnation.run(input);
    }
  }

  /** A life is over; another one may have its realm. */
  private keep(peer: number, incarnation: Incarnation | null): void {
    if (this.renewsRealms && incarnation !== null) this.ended[peer] = incarnation;
  }

  private incarnationOf({ incarnation }: PeerSlot, boot: BootInput): Incarnation {
    const last = incarnation ?? this.ended[boot.peer] ?? null;
    this.ended[boot.peer] = null;
    if (this.renewsRealms && last?.renew(boot) === true) return last;
    const { program, meter, rejections, soFar } = this;
    const closely = this.options.renewsRealms === true ? "values" : "counts";
    const watch = this.renewsRealms ? closely : null;
    return new Incarnation(boot.peer, boot, program, meter, rejections.settle, soFar, watch);
  }

  private rejected(reason: unknown, promise: Promise<unknown>): boolean {
    if (promise instanceof Promise) return false;
    const owner = this.slots.find((slot) => slot.incarnation?.owns(promise))?.incarnation ?? this.running;
    owner?.rejected(reason);
    return true;
  }

  private slot(peer: number): PeerSlot {
    while (this.slots.length <= peer) this.slots.push(new PeerSlot());
    return this.slots[peer] as PeerSlot;
  }
}
