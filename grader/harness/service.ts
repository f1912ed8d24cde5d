import { decode, encode } from "../../labs/api/codec.ts";

/** What a snapshot of the service says: everything applied up to and including `index`, as a digest. */
export interface ServiceSnapshot {
  readonly index: number;
  /** Chain digest over everything applied up to the index. */
  readonly digest: string;
}

/** Snapshots are at least this long, so that sending one needlessly shows in the byte count. */
const PADDING_BYTES = 400;

/** The service's snapshot after it applied everything up to `index`. */
export function makeSnapshot(index: number, digest: string): Uint8Array {
  return encode({
    service: "consensus-labs",
    index,
    digest,
    padding: new Uint8Array(PADDING_BYTES).fill(index & 0xff),
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
