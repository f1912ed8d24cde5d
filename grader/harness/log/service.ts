import { fieldsOf, PullReader, type Range } from "../../../labs/api/codec/pull-reader.ts";
import { decode, encode } from "../../../labs/api/codec.ts";

/** What a snapshot of the service says: everything applied up to and including `index`, as a digest. */
export interface ServiceSnapshot {
  readonly index: number;
  /** Chain digest over everything applied up to the index. */
  readonly digest: string;
}

/** What a scenario says of the service's snapshots. */
export interface SnapshotOptions {
  /** The service takes a snapshot whenever so many entries were applied since the last one. Absent: never. */
  readonly snapshotEvery?: number;
  /** Each peer waits for so many entries more than the one before, so that their snapshots end at different indices. Default 0. */
  readonly snapshotStagger?: number;
  /** How long a snapshot of the service is, beside what it says. Default 400. */
  readonly snapshotBytes?: number;
}

/** How the service takes snapshots: see `SnapshotOptions`. */
export interface SnapshotPlan {
  readonly every: number;
  readonly stagger: number;
  readonly sizeBytes: number;
}

/** Snapshots are at least this long, so that sending one needlessly shows in the byte count. */
const SIZE_BYTES = 400;

export function snapshotPlan(options: SnapshotOptions): SnapshotPlan {
  const { snapshotEvery = 0, snapshotStagger = 0, snapshotBytes = SIZE_BYTES } = options;
  return { every: snapshotEvery, stagger: snapshotStagger, sizeBytes: snapshotBytes };
}

const SERVICE = "consensus-labs";

/** The service's snapshot after it applied everything up to `index`. */
export function makeSnapshot(index: number, digest: string, sizeBytes: number): Uint8Array {
  return encode({
    service: SERVICE,
    index,
    digest,
    padding: new Uint8Array(sizeBytes).fill(index & 0xff),
  });
}

/**
 * Reads a snapshot back; null when the bytes are not, one for one, those that the service made. What else a snapshot
 * carried along would come back to the peer at each boot, past all limits on what it saves.
 *
 * @param sizeBytes of the plan by which the service makes them
 */
export function readSnapshot(bytes: Uint8Array, sizeBytes: number): ServiceSnapshot | null {
  const claim = readClaim(bytes);
  if (claim === null) return null;
  const made = makeSnapshot(claim.index, claim.digest, sizeBytes);
  return bytes.length === made.length && bytes.every((byte, at) => byte === made[at]) ? claim : null;
}

function readClaim(bytes: Uint8Array): ServiceSnapshot | null {
  try {
    const fields = fieldsOf(bytes, SNAPSHOT_FIELDS);
    if (fields === null || small(bytes, fields[0]) !== SERVICE) return null;
    const [index, digest] = [small(bytes, fields[1]), small(bytes, fields[2])];
    return typeof index === "number" && typeof digest === "string" ? { index, digest } : null;
  } catch {
    return null;
  }
}

const SNAPSHOT_FIELDS = ["service", "index", "digest"];
/** Nothing that the service writes there is longer. */
const SMALL_BYTES = 64;

/** A field that is a number or a short text; null for everything else, and for a field that is not there. */
function small(bytes: Uint8Array, at: Range | undefined): number | string | null {
  if (at === undefined || at.end - at.start > SMALL_BYTES) return null;
  const reader = new PullReader(bytes, at.start, at.end);
  reader.head();
  const { kind } = reader;
  return kind === "number" || kind === "string" ? (decode(bytes.subarray(at.start, at.end)) as number | string) : null;
}
