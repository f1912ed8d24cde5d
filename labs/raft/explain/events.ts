import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { Asked, Handled, Knowledge } from "./knowledge.ts";
import type { Reply, Request } from "./messages.ts";

interface Happens {
  readonly timeUs: Micros;
  /** As it was before. */
  readonly peer: Knowledge;
}

/** One thing that happened to a peer or that it did, in Raft's terms. */
export type RaftEvent = Happens &
  (
    | { readonly kind: "boots"; readonly saved: Uint8Array | null }
    | { readonly kind: "crashes" }
    | { readonly kind: "gets"; readonly handled: Handled }
    | { readonly kind: "answers"; readonly handled: Handled; readonly reply: Reply | null }
    | { readonly kind: "asks"; readonly asked: Asked; readonly request: Request | null; readonly bytes: number }
    /** An answer came; `bytes` is null when the call came to nothing. */
    | {
        readonly kind: "hears";
        readonly asked: Asked;
        readonly reply: Reply | null;
        readonly bytes: number | null;
        readonly data: Uint8Array | null;
      }
    | { readonly kind: "saves"; readonly what: string; readonly bytes: Uint8Array | null }
    | { readonly kind: "applies"; readonly index: number; readonly isSnapshot: boolean; readonly message: Uint8Array }
    | { readonly kind: "shows"; readonly term: number; readonly isLeader: boolean }
    | { readonly kind: "accepts"; readonly index: number; readonly term: number; readonly command: Uint8Array | null }
    /** The end of one entry into the peer; `peer` is as it is now. */
    | {
        readonly kind: "ends";
        readonly cause: RaftEvent | null;
        readonly invoked: string | null;
        readonly did: readonly RaftEvent[];
        /** It crashed in it. */
        readonly isCut: boolean;
        readonly before: { readonly isLeader: boolean; readonly term: number };
      }
  );

export type EventOf<K extends RaftEvent["kind"]> = Extract<RaftEvent, { kind: K }>;

/** Looks on while a run is read. */
export type Onlooker = (event: RaftEvent, peers: readonly Knowledge[]) => void;
