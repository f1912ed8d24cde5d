import type { HostLossVerdict } from "../sim/peer-host.ts";
import type { Place } from "./watch.ts";

/**
 * The shared table: one slot for each host process.
 *
 * Two threads meet here. The *player* plays a run and blocks in reads, so it cannot watch anything; it only marks when a
 * window begins and ends. The *keeper* started the process, watches it, reaps it, and writes down why it ended; the player
 * reads that when its channel closes. Nothing here is shared with the host process itself.
 */
export interface HostLoss {
  readonly verdict: HostLossVerdict;
  readonly message: string;
  /** Generated-code stack lines, innermost first; may be empty. */
  readonly stackLines: readonly string[];
  /** The peer that was at work, as the host itself told. */
  readonly peer?: number;
  /** The machine can have brought it about as well as the submission: it counts when it happens in a fresh host again. */
  readonly isDoubtful?: true;
}

const SLOTS = 512;
const TEXT_BYTES = 8 * 1024;
/** Int32 fields of a slot. */
const STATE = 0;
const WINDOW = 1;
const TEXT_LENGTH = 2;
const RUN = 3;
const FIELDS = 4;

const FREE = 0;
const ALIVE = 1;
/** The player has lost the host and waits for the reason. */
const GIVEN_UP = 2;
const ENDED = 3;

export class HostTable {
  readonly buffer: SharedArrayBuffer;
  private readonly fields: Int32Array;
  private readonly text: Uint8Array;

  /** Without a buffer: a new, empty table. With one: the view of another thread on the same table. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer(SLOTS * (FIELDS * 4 + TEXT_BYTES));
    this.fields = new Int32Array(this.buffer, 0, SLOTS * FIELDS);
    this.text = new Uint8Array(this.buffer, SLOTS * FIELDS * 4);
  }

  // ——— the keeper's side ———

  /** Takes a free slot. */
  claim(): number {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (Atomics.compareExchange(this.fields, slot * FIELDS + STATE, FREE, ALIVE) !== FREE) continue;
      Atomics.store(this.fields, slot * FIELDS + WINDOW, 0);
      Atomics.store(this.fields, slot * FIELDS + RUN, 0);
      return slot;
    }
    throw new Error(`more than ${SLOTS} peer hosts at once`);
  }

  free(slot: number): void {
    Atomics.store(this.fields, slot * FIELDS + STATE, FREE);
  }

  /** The number of the run that the host is in, and of the window, which is null between windows. */
  place(slot: number): Place {
    const window = Atomics.load(this.fields, slot * FIELDS + WINDOW);
    return { run: Atomics.load(this.fields, slot * FIELDS + RUN), window: window % 2 === 0 ? null : window };
  }

  /** How often windows began or ended so far: while it stays, and is even, the host has been asked nothing. */
  turns(slot: number): number {
    return Atomics.load(this.fields, slot * FIELDS + WINDOW);
  }

  isGivenUp(slot: number): boolean {
    return Atomics.load(this.fields, slot * FIELDS + STATE) === GIVEN_UP;
  }

  /** Writes down why the host ended, and wakes the player. */
  recordLoss(slot: number, loss: HostLoss): void {
    const bytes = encodeWithin(loss, TEXT_BYTES);
    this.text.set(bytes, slot * TEXT_BYTES);
    Atomics.store(this.fields, slot * FIELDS + TEXT_LENGTH, bytes.length);
    Atomics.store(this.fields, slot * FIELDS + STATE, ENDED);
    Atomics.notify(this.fields, slot * FIELDS + STATE);
  }

  // ——— the player's side ———

  /** A window begins or ends: odd numbers are windows, even ones the time between them. */
  turn(slot: number): void {
    Atomics.add(this.fields, slot * FIELDS + WINDOW, 1);
  }

  /** Another run begins. */
  beginRun(slot: number): void {
    Atomics.add(this.fields, slot * FIELDS + RUN, 1);
  }

  /** Says that the channel is of no use any more, and blocks until the keeper has written down why; null when it never does. */
  awaitLoss(slot: number, timeoutMs: number): HostLoss | null {
    const state = slot * FIELDS + STATE;
    Atomics.compareExchange(this.fields, state, ALIVE, GIVEN_UP);
    Atomics.wait(this.fields, state, GIVEN_UP, timeoutMs);
    return this.loss(slot);
  }

  /** Why the host ended; null while it has not, or nobody knows yet. */
  loss(slot: number): HostLoss | null {
    if (Atomics.load(this.fields, slot * FIELDS + STATE) !== ENDED) return null;
    const length = Atomics.load(this.fields, slot * FIELDS + TEXT_LENGTH);
    const bytes = this.text.slice(slot * TEXT_BYTES, slot * TEXT_BYTES + length);
    return JSON.parse(new TextDecoder().decode(bytes)) as HostLoss;
  }
}

/** Drops the outermost stack lines until the rest fits. */
function encodeWithin(loss: HostLoss, maxBytes: number): Uint8Array {
  const encoder = new TextEncoder();
  const message = loss.message.slice(0, 1000);
  for (let lines = Math.min(loss.stackLines.length, 30); ; lines--) {
    const stackLines = loss.stackLines.slice(0, lines).map((line) => line.slice(0, 300));
    const bytes = encoder.encode(JSON.stringify({ ...loss, message, stackLines }));
    if (bytes.length <= maxBytes || lines === 0) return bytes;
  }
}
