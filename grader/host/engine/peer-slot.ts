import type { Input, Micros } from "../../sim/peer-host.ts";
import { kernelTime } from "../clock.ts";
import type { Incarnation } from "./incarnation.ts";

const NEVER = Number.POSITIVE_INFINITY;

/** The place of one peer: its present incarnation, if it has one, and the inputs that wait for their time. */
export class PeerSlot {
  incarnation: Incarnation | null = null;
  private paused = false;
  /** Timers due by then were held up by a pause: they fire before any later input. */
  private resumedUs = -1;
  private readonly inputs: Input[] = [];
  private head = 0;
  /** The kernel time of the earliest timer is worked out anew only when its local time changed. */
  private dueLocalUs = NEVER;
  private dueUs = NEVER;

  push(input: Input): void {
    this.inputs.push(input);
  }

  /** When this peer's next entry is due, or Infinity. */
  nextUs(): Micros {
    return Math.min(this.inputUs(), this.timerUs());
  }

  /**
   * Whether that entry is a timer. At equal times inputs come first, but for what a pause held up: that comes before all
   * inputs but another pause, at which the peer stands still again.
   */
  isTimerNext(): boolean {
    const timerUs = this.timerUs();
    const inputUs = this.inputUs();
    if (timerUs !== inputUs || timerUs === NEVER) return timerUs < inputUs;
    return timerUs === this.resumedUs && this.inputs[this.head]?.kind !== "pause";
  }

  takeInput(): Input {
    const input = this.inputs[this.head++] as Input;
    if (this.head === this.inputs.length) {
      this.inputs.length = 0;
      this.head = 0;
    }
    return input;
  }

  forgetInputs(): void {
    this.inputs.length = 0;
    this.head = 0;
  }

  begin(incarnation: Incarnation | null): void {
    this.incarnation = incarnation;
    this.paused = false;
    this.resumedUs = -1;
    this.dueLocalUs = NEVER;
    this.dueUs = NEVER;
  }

  pause(): void {
    this.paused = true;
  }

  resume(timeUs: Micros): void {
    if (!this.paused) return;
    this.paused = false;
    this.resumedUs = timeUs;
  }

  private inputUs(): Micros {
    return this.inputs[this.head]?.timeUs ?? NEVER;
  }

  private timerUs(): Micros {
    const { incarnation } = this;
    if (incarnation === null || this.paused) return NEVER;
    const localUs = incarnation.timers.nextDueUs();
    if (localUs !== this.dueLocalUs) {
      this.dueLocalUs = localUs;
      this.dueUs = localUs === NEVER ? NEVER : kernelTime(incarnation.clock, localUs);
    }
    return Math.max(this.dueUs, this.resumedUs);
  }
}
