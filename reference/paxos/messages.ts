/** What every message says beside its own: by peer, the slot up to which that peer's service needs nothing any more. */
interface WithDones {
  readonly dones: readonly number[];
}

export interface Accepted {
  readonly ballot: number;
  readonly value: unknown;
}

/** Phase 1: promise me to accept nothing below this ballot, and tell me what you have accepted. */
export interface PrepareArgs extends WithDones {
  readonly slot: number;
  readonly ballot: number;
}

/** Phase 2: accept this value. */
export interface AcceptArgs extends PrepareArgs {
  readonly value: unknown;
}

/** This value was chosen. */
export interface LearnArgs extends WithDones {
  readonly slot: number;
  readonly value: unknown;
}

/** Instead of a promise or an acceptance. */
export type No =
  /** A higher ballot was promised. */
  | { readonly kind: "refused"; readonly promised: number }
  /** No need to ask: it is decided. */
  | { readonly kind: "decided"; readonly value: unknown }
  /** Nobody needs this slot any more. */
  | { readonly kind: "forgotten" };

export type PrepareReply = WithDones & (No | { readonly kind: "promised"; readonly accepted: Accepted | null });
export type AcceptReply = WithDones & (No | { readonly kind: "accepted" });
