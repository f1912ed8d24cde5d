import { encode } from "../../../labs/api/codec.ts";
import { type Digest, digestOf, digestText, EMPTY_DIGEST, extendDigest } from "../../check/log/digest.ts";
import type { SoloService } from "../solo-service.ts";
import { decodeApplied } from "./messages.ts";
import { makeSnapshot, readSnapshot, type SnapshotOptions, snapshotPlan } from "./service.ts";

/** What a service has applied: up to which index, and to what that came. */
interface Applied {
  readonly index: number;
  readonly digest: Digest;
  /** Up to where the last snapshot goes. */
  readonly lastSnapshot: number;
}

const NOTHING: Applied = { index: 0, digest: EMPTY_DIGEST, lastSnapshot: 0 };

/** The service that takes snapshots, of one peer: as `LogMonitor` plays it, as long as no rule is broken. */
export function soloLogService(options: SnapshotOptions): SoloService<Applied> {
  const { every, stagger, sizeBytes } = snapshotPlan(options);
  const restored = (snapshot: Uint8Array): Applied | null => {
    const claim = readSnapshot(snapshot, sizeBytes);
    const digest = claim === null ? null : digestOf(claim.digest);
    return claim === null || digest === null ? null : { index: claim.index, digest, lastSnapshot: claim.index };
  };
  return {
    begin: (snapshot) => restored(snapshot) ?? NOTHING,
    after: (state, peer, message) => {
      const applied = decodeApplied(message);
      // The monitor ends the run over such a one.
      if (typeof applied === "string") return { state, call: null };
      if (applied.kind === "snapshot") return { state: restored(applied.snapshot) ?? state, call: null };
      if (applied.index !== state.index + 1) return { state, call: null };
      const { kind, index } = applied;
      const digest = extendDigest(state.digest, kind, applied.command);
      const { lastSnapshot } = state;
      if (every === 0 || index - lastSnapshot < every + peer * stagger)
        return { state: { index, digest, lastSnapshot }, call: null };
      const args = encode([index, makeSnapshot(index, digestText(digest), sizeBytes)]);
      return { state: { index, digest, lastSnapshot: index }, call: { method: "snapshot", args } };
    },
  };
}
