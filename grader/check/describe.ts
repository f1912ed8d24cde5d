import type { Micros } from "../sim/peer-host.ts";

/** A moment in virtual time, as people read it: "2.104 s". */
export function seconds(timeUs: Micros): string {
  return `${(timeUs / 1_000_000).toFixed(3)} s`;
}

/** A peer, and which of its boots when it was restarted: "peer 3", "peer 3 (boot 2)". */
export function peerName(peer: number, incarnation: number): string {
  return incarnation > 1 ? `peer ${peer} (boot ${incarnation})` : `peer ${peer}`;
}
