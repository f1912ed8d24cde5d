import type { Entry, Position } from "./log.ts";

export interface VoteArgs {
  term: number;
  candidate: number;
  end: Position;
}

export interface FetchArgs {
  term: number;
  peer: number;
  /** Where the log of the one who asks ends; all of it is saved. */
  end: Position;
  /** What it knows to be committed. */
  commit: number;
}

/** Of the last three, the one that brings the asker on. */
export interface FetchReply {
  term: number;
  commit: number;
  entries?: Entry[];
  /** Beyond this entry of the leader the logs differ. */
  diverges?: Position;
  snapshot?: Position & { bytes: Uint8Array };
}

/** What a killed peer answers. */
export function silence(): Promise<never> {
  return new Promise(() => {});
}
