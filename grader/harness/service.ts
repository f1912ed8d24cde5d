import { decode, encode } from "../../labs/api/codec.ts";

/** What a snapshot of the service says: everything applied up to and including `index`, as a digest. */
export interface ServiceSnapshot {
  readonly index: number;
  /** Chain digest over everything applied up to the index. */
  readonly digest: string;
}

/** How the service takes snapshots: see `ScenarioMeta`. */
export interface SnapshotPlan {
  readonly every: number;
  readonly stagger: number;
  readonly sizeBytes: number;
}

/** Snapshots are at least this long, so that sending one needlessly shows in the byte count. */
const SIZE_BYTES = 400;

export function snapshotPlan(options: {
  readonly snapshotEvery?: number;
  readonly snapshotStagger?: number;
  readonly snapshotBytes?: number;
}): SnapshotPlan {
  const { snapshotEvery = 0, snapshotStagger = 0, snapshotBytes = SIZE_BYTES } = options;
  return { every: snapshotEvery, stagger: snapshotStagger, sizeBytes: snapshotBytes };
}

/** The service's snapshot after it applied everything up to `index`. */
export function makeSnapshot(index: number, digest: string, sizeBytes: number): Uint8Array {
  return encode({
    service: "consensus-labs",
    index,
    digest,
    padding: new Uint8Array(sizeBytes).fill(index & 0xff),
  });
}

/** Reads a snapshot back; null when the bytes are not one that the service made. */
export function readSnapshot(bytes: Uint8Array): ServiceSnapshot | null {
  try {
    const value = decode(bytes) as { service?: unknown; index?: unknown; digest?: unknown } | null;
    if (value?.service !== "consensus-labs" || typeof value.index !== "number" || typeof value.digest !== "string")
      return null;
    return { index: value.index, digest: value.digest };
  } catch {
    return null;
  }
}
