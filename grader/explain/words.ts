import type { Micros } from "../sim/peer-host.ts";

/** A moment of virtual time: "2.104 s". */
export function at(timeUs: Micros): string {
  return `${(timeUs / 1_000_000).toFixed(3)} s`;
}

/** "peer 2"; with the number of its boot when it is not the first: "peer 2 (boot 3)". */
export function named(peer: number, boot = 1): string {
  return boot > 1 ? `peer ${peer} (boot ${boot})` : `peer ${peer}`;
}

/** "peer 1", "peers 1 and 2", "peers 1, 2 and 4", "nobody". */
export function peersText(peers: Iterable<number>): string {
  const all = [...new Set(peers)].sort((a, b) => a - b);
  if (all.length === 0) return "nobody";
  return `peer${all.length > 1 ? "s" : ""} ${listed(all.map(String))}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** "1 entry", "3 entries". */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}
