import type { Message } from "./network.ts";
import { HostLost } from "./peer-host.ts";

const MB = 1024 * 1024;

/**
 * Arguments and replies that are on their way, in all, each counted with `MESSAGE_OVERHEAD_BYTES` more. No right submission
 * that is known, over all scenarios, comes within a twentieth of this or of the others here.
 */
export const IN_FLIGHT_BYTES_MAX = 32 * MB;
/** What a message takes beside its bytes: small ones may each keep a pool (`compact`) that others have left. */
const MESSAGE_OVERHEAD_BYTES = 2 * 1024;
const POOL_BYTES = 2 * 1024;
/** Larger copies get memory of their own. */
const POOLED_MAX = 512;
/** Calls that are without an answer; and as many whose handler has not answered. */
export const OPEN_CALLS_MAX = 80_000;
/** States and snapshots that the peers have saved, in all. */
export const SAVED_BYTES_MAX = 24 * MB;
/** Different methods that are called, counted anew for each pair of peers. */
const METHODS_MAX = 10_000;

/** What a run keeps of what its peers did, and the limits on it: beyond them the run ends with `output-limit`. */
export class InFlight {
  #bytes = 0;

  /** A message sets out, or waits to be let go. Throws HostLost when all that do are too much. */
  sent(from: number, kind: Message["kind"], method: string, sizeBytes: number): void {
    this.#bytes += sizeBytes + MESSAGE_OVERHEAD_BYTES;
    if (this.#bytes <= IN_FLIGHT_BYTES_MAX) return;
    throw tooMuch(
      `the arguments and replies on their way passed ${IN_FLIGHT_BYTES_MAX / MB} MB, each counted with ${MESSAGE_OVERHEAD_BYTES / 1024} KB more; the last was ${kind === "request" ? "a call of" : "a reply to"} ${method} by peer ${from}`,
    );
  }

  /** It arrived, or never will. */
  gone(sizeBytes: number): void {
    this.#bytes -= sizeBytes + MESSAGE_OVERHEAD_BYTES;
  }
}

/** Throws HostLost when so many calls wait for an answer, or for their handler. */
export function checkOpenCalls(unanswered: number, handled: number): void {
  if (unanswered > OPEN_CALLS_MAX) throw tooMuch(`more than ${OPEN_CALLS_MAX} calls were without an answer at once`);
  if (handled > OPEN_CALLS_MAX)
    throw tooMuch(`more than ${OPEN_CALLS_MAX} calls reached a handler that has not answered`);
}

/** Throws HostLost when calls went to so many methods. */
export function checkMethods(count: number): void {
  if (count <= METHODS_MAX) return;
  throw tooMuch(`the peers called more than ${METHODS_MAX} different methods, counted anew for each pair of peers`);
}

/** Throws HostLost when the peers have saved so much. */
export function checkSaved(peer: number, sizeBytes: number): void {
  if (sizeBytes <= SAVED_BYTES_MAX) return;
  throw tooMuch(
    `the states and snapshots that the peers have saved passed ${SAVED_BYTES_MAX / MB} MB in all; the last was by peer ${peer}`,
  );
}

function tooMuch(message: string): HostLost {
  return new HostLost("output-limit", message);
}

let pool = new ArrayBuffer(POOL_BYTES);
let used = 0;

/**
 * The same bytes where they keep little else from being freed: what a host sends lies in larger pieces of memory, each of
 * which stays for as long as anything in it is used. For what is to wait; most messages are gone with the next window.
 */
export function compact(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (bytes.buffer.byteLength <= length + POOL_BYTES) return bytes;
  if (length > POOLED_MAX) return bytes.slice();
  if (used + length > POOL_BYTES) {
    pool = new ArrayBuffer(POOL_BYTES);
    used = 0;
  }
  const copy = new Uint8Array(pool, used, length);
  copy.set(bytes);
  used += length;
  return copy;
}
