import { savedLog } from "./given-log.ts";
import { tokensIn } from "./tokens.ts";

/** A snapshot that holds what was not done yet at the index for which it was made. */
export interface Ahead {
  /** What was written by an operation that comes later. */
  readonly token: string;
  readonly label: number;
  /** Where the operation stands in the log. */
  readonly index: number;
}

/** States are small where snapshots are taken; longer ones are not gone through. */
const STATE_BYTES_MAX = 1 << 18;

/**
 * Looks whether the snapshots of a run hold anything from behind their indices. Where an operation stands is known from the logs
 * that are saved. One that stands there twice counts where it stands first.
 */
export class SnapshotLabels {
  /** By token: the lowest index at which any server had its operation. */
  readonly #firstAt = new Map<string, number>();

  /** `isWritten`: whether an operation of the run writes the token. Any others, of which there may be no end, are not remembered. */
  constructor(private readonly isWritten: (token: string) => boolean) {}

  /** How many tokens are remembered. */
  get size(): number {
    return this.#firstAt.size;
  }

  /** A server saves a snapshot, and with it its state; `before`: what it had saved of that until now. */
  saves(before: Uint8Array, state: Uint8Array, snapshot: Uint8Array): Ahead | null {
    this.#learn(before);
    const log = this.#learn(state);
    if (log === null) return null;
    const behind = new Set(log.entries.flatMap(({ command }) => tokensIn(command)));
    for (const token of tokensIn(snapshot)) {
      const index = behind.has(token) ? this.#firstAt.get(token) : undefined;
      if (index !== undefined && index > log.coveredUpTo) return { token, label: log.coveredUpTo, index };
    }
    return null;
  }

  #learn(state: Uint8Array): ReturnType<typeof savedLog> {
    if (state.length > STATE_BYTES_MAX) return null;
    const log = savedLog(state);
    for (const { index, command } of log?.entries ?? []) {
      for (const token of tokensIn(command)) {
        if (!this.isWritten(token)) continue;
        if (index < (this.#firstAt.get(token) ?? Number.POSITIVE_INFINITY)) this.#firstAt.set(token, index);
      }
    }
    return log;
  }
}
