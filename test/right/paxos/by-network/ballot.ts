/** Ballots in their order: first by round, then by who uses it. */
export type Ballot = readonly [round: number, peer: number];

export const NO_BALLOT: Ballot = [0, -1];

export function isBelow([round, peer]: Ballot, [otherRound, other]: Ballot): boolean {
  return round < otherRound || (round === otherRound && peer < other);
}

export function nameOf([round, peer]: Ballot): string {
  return `${round}.${peer}`;
}
