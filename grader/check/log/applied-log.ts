import type { Micros } from "../../sim/peer-host.ts";
import { canonicalText, sameCommand } from "../command.ts";
import { peerName, seconds } from "../describe.ts";
import type { Finding } from "../failure.ts";
import { Undecided } from "../undecided.ts";
import { type Digest, digestText, EMPTY_DIGEST, extendDigest } from "./digest.ts";
import { entryName } from "./entry-name.ts";

export type EntryKind = "command" | "noop";

/** What stands at one index, by the first application of it in the run. */
export interface AppliedEntry {
  readonly kind: EntryKind;
  /** MessagePack, as it was given to `started`; empty for a no-op. */
  readonly command: Uint8Array;
  readonly peer: number;
  readonly incarnation: number;
  readonly timeUs: Micros;
}

/** What a snapshot of the service claims: the state after everything up to and including `index`. */
export interface SnapshotClaim {
  readonly index: number;
  readonly digest: string;
}

interface Cursor {
  incarnation: number;
  appliedIndex: number;
  /** Index of the snapshot it booted with; 0 without one. */
  bootIndex: number;
}

interface StartedCommand {
  readonly command: Uint8Array;
  starts: number;
  readonly appliedAt: number[];
}

/** More than any run needs; no-ops would otherwise make it longer for ever. */
export const MAX_INDEX = 50_000;

const NOTHING = new Uint8Array(0);

/**
 * What services see (Raft paper, Figure 3: State Machine Safety): every incarnation applies indices without gap or
 * repeat, from 1 or from behind the snapshot it booted with; one entry stands at an index, across peers and over the
 * whole run; every command was started, and stands at no more indices than it was started times; a snapshot moves a
 * service forward, and holds its true state.
 */
export class AppliedLog {
  /** Entry i stands at [i − 1]: indices are applied in order, so that what was ever applied is a prefix of the log. */
  readonly #entries: AppliedEntry[] = [];
  readonly #digests: Digest[] = [EMPTY_DIGEST];
  readonly #cursors = new Map<number, Cursor>();
  readonly #started = new Map<string, StartedCommand>();
  /** Bytes of the longest command that was started: what is longer is none, and need not be looked at. */
  #longest = 0;

  /** A peer boots, with the service restored from its saved snapshot if it has one. */
  booted(peer: number, incarnation: number, timeUs: Micros, snapshot: SnapshotClaim | null): Finding | null {
    const bootIndex = snapshot?.index ?? 0;
    this.#cursors.set(peer, { incarnation, appliedIndex: bootIndex, bootIndex });
    return snapshot === null ? null : this.#falseSnapshot(peer, incarnation, snapshot.index, snapshot, timeUs);
  }

  /** Somebody calls `start` with this command (MessagePack): from now on it may be applied once more. */
  started(command: Uint8Array): void {
    const text = canonicalText(command);
    const known = this.#started.get(text);
    this.#longest = Math.max(this.#longest, command.length);
    if (known === undefined) this.#started.set(text, { command, starts: 1, appliedAt: [] });
    else known.starts++;
  }

  /** A peer handed a command or a no-op to its service. */
  applied(
    peer: number,
    incarnation: number,
    kind: EntryKind,
    index: number,
    command: Uint8Array,
    timeUs: Micros,
  ): Finding | null {
    const cursor = this.#cursor(peer, incarnation);
    if (index !== cursor.appliedIndex + 1) return outOfOrder(peer, incarnation, index, cursor, timeUs);
    cursor.appliedIndex = index;
    const first = this.#entries[index - 1];
    if (first === undefined) return this.#append({ kind, command, peer, incarnation, timeUs }, index);
    if (first.kind === kind && (kind === "noop" || sameCommand(first.command, command))) return null;
    return {
      property: "state-machine-safety",
      check: "one-entry-an-index",
      expected: `${entryName(first.kind, first.command)} at index ${index} everywhere, as ${peerName(first.peer, first.incarnation)} applied it at ${seconds(first.timeUs)}`,
      seen: `${peerName(peer, incarnation)} applied ${entryName(kind, command)} there`,
      timeUs,
      peers: first.peer === peer ? [peer] : [first.peer, peer],
      where: { index },
    };
  }

  /** A peer handed a snapshot to its service; `claim` is what the snapshot's bytes say. */
  snapshot(peer: number, incarnation: number, index: number, claim: SnapshotClaim, timeUs: Micros): Finding | null {
    const cursor = this.#cursor(peer, incarnation);
    const again = index === cursor.bootIndex && cursor.appliedIndex === index;
    if (index <= cursor.appliedIndex && !again) {
      return {
        property: "state-machine-safety",
        check: "snapshot-goes-forward",
        expected: `a snapshot handed to the service of peer ${peer} to go beyond index ${cursor.appliedIndex}, which is applied`,
        seen: `${peerName(peer, incarnation)} handed over a snapshot that ends at index ${index}`,
        timeUs,
        peers: [peer],
        where: { index },
      };
    }
    cursor.appliedIndex = index;
    return this.#falseSnapshot(peer, incarnation, index, claim, timeUs);
  }

  /** What stands at an index; undefined when nobody ever applied it. */
  entryAt(index: number): AppliedEntry | undefined {
    return this.#entries[index - 1];
  }

  /** Whether this command (MessagePack) stands at that index. */
  holds(index: number, command: Uint8Array): boolean {
    const entry = this.entryAt(index);
    return entry?.kind === "command" && sameCommand(entry.command, command);
  }

  /** The lowest index at which this command (MessagePack) was applied. */
  indexOf(command: Uint8Array): number | undefined {
    return this.#startedAs(command)?.appliedAt[0];
  }

  /** The true state of a service after everything up to and including `index`. */
  digestAt(index: number): string {
    const digest = this.#digests[index];
    if (digest === undefined)
      throw new Undecided("applied log", `nobody has applied index ${index}, so its state is not known`);
    return digestText(digest);
  }

  #startedAs(command: Uint8Array): StartedCommand | undefined {
    return command.length > this.#longest ? undefined : this.#started.get(canonicalText(command));
  }

  #append(entry: AppliedEntry, index: number): Finding | null {
    if (index !== this.#entries.length + 1) {
      throw new Undecided("applied log", `index ${index} follows an index that nobody applied`);
    }
    if (index > MAX_INDEX) return tooLong(entry, index);
    const started = entry.kind === "noop" ? undefined : this.#startedAs(entry.command);
    // What a peer handed over is not kept: it may be small, and the message that it came in large.
    const command = started?.command ?? NOTHING;
    this.#entries.push({ ...entry, command });
    this.#digests.push(extendDigest(this.#digests[index - 1] as Digest, entry.kind, command));
    return entry.kind === "noop" ? null : this.#unasked(entry, index, started);
  }

  /** A command that nobody started, or that stands at more indices than it was started times. */
  #unasked(entry: AppliedEntry, index: number, started: StartedCommand | undefined): Finding | null {
    const { peer, incarnation, kind, command, timeUs } = entry;
    const before = started?.appliedAt.at(-1);
    started?.appliedAt.push(index);
    if (started !== undefined && started.appliedAt.length <= started.starts) return null;
    const name = entryName(kind, command);
    return {
      property: "state-machine-safety",
      check: "only-started-commands",
      expected:
        started === undefined
          ? `only commands to be applied that were given to start()`
          : `${name} to be applied ${times(started.starts)}, as often as it was given to start()`,
      seen:
        started === undefined
          ? `${peerName(peer, incarnation)} applied ${name} at index ${index}, which nobody started`
          : `${peerName(peer, incarnation)} applied it at index ${index} too, after index ${before}`,
      timeUs,
      peers: [peer],
      where: { index },
    };
  }

  #falseSnapshot(
    peer: number,
    incarnation: number,
    index: number,
    claim: SnapshotClaim,
    timeUs: Micros,
  ): Finding | null {
    const known = this.#digests[claim.index];
    if (index === claim.index && known !== undefined && claim.digest === digestText(known)) return null;
    return {
      property: "state-machine-safety",
      check: "snapshot-holds-its-state",
      expected: `a snapshot that ends at index ${index} to hold the service's state at that index`,
      seen:
        index === claim.index
          ? `the one at ${peerName(peer, incarnation)} holds another state`
          : `the one at ${peerName(peer, incarnation)} holds the state at index ${claim.index}`,
      timeUs,
      peers: [peer],
      where: { index },
    };
  }

  #cursor(peer: number, incarnation: number): Cursor {
    const cursor = this.#cursors.get(peer);
    if (cursor?.incarnation !== incarnation) {
      throw new Undecided("applied log", `peer ${peer} applies in its boot ${incarnation}, which was not announced`);
    }
    return cursor;
  }
}

function outOfOrder(peer: number, incarnation: number, index: number, cursor: Cursor, timeUs: Micros): Finding {
  const { appliedIndex, bootIndex } = cursor;
  const next = appliedIndex + 1;
  const atBoot = appliedIndex === bootIndex;
  const from = bootIndex > 0 ? `with a snapshot that ends at index ${bootIndex}` : "with an empty service";
  return {
    property: "state-machine-safety",
    check: "applied-in-order",
    expected: atBoot
      ? `peer ${peer}, booted ${from}, to apply index ${next} first`
      : `peer ${peer} to apply index ${next} after index ${appliedIndex}`,
    seen: `${peerName(peer, incarnation)} applied index ${index}, ${index > next ? "leaving a gap" : "which it has applied already"}`,
    timeUs,
    peers: [peer],
    where: { index },
  };
}

function tooLong({ peer, timeUs }: AppliedEntry, index: number): Finding {
  return {
    property: "efficiency",
    check: "log-length",
    expected: `at most ${MAX_INDEX} entries to be applied in a run`,
    seen: `peer ${peer} applied one at index ${index}`,
    timeUs,
    peers: [peer],
    where: { index },
  };
}

function times(count: number): string {
  return count === 1 ? "once" : `${count} times`;
}
