import type { Micros } from "./peer-host.ts";

/** One RPC from its call to its answer. Its identity is (peer, incarnation, number of the call). */
export interface Call {
  /** Which call of the run it is, from 1. */
  readonly number: number;
  readonly from: number;
  readonly incarnation: number;
  readonly callId: number;
  readonly to: number;
  readonly method: string;
  readonly nth: number;
  /** Empty unless the request is on its way: nobody needs them any more. */
  args: Uint8Array;
  /** Copies of the request that are on their way. */
  copies: number;
  /** Names the call on the choice tape. */
  readonly key: string;
  readonly deadlineUs: Micros;
  /** The caller has its answer, or it is on the way to the caller and nothing can stop it. */
  done: boolean;
}
