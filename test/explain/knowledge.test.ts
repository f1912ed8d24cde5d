import { expect, test } from "vitest";
import { Knowledge } from "../../labs/raft/explain/knowledge.ts";

/** A leader of five with three entries of its own, of which it applies two when these others have acknowledged them; then it crashes. */
function afterCrash(others: readonly number[], isReadable = true): number {
  const leader = new Knowledge(0, 5);
  leader.boots(0);
  leader.isLeader = true;
  for (const index of [1, 2, 3]) leader.owns(index, 1);
  for (const id of others) leader.acknowledged.set(id, { index: 2, term: 1, timeUs: 1 });
  leader.heardUnreadable = !isReadable;
  for (const index of [1, 2]) leader.applies(index);
  leader.crash(2);
  leader.boots(3);
  return leader.log.end.index;
}

test("what a leader applied by counting itself must outlast its crash; what others were a majority for it need not have saved", () => {
  expect(afterCrash([1, 2])).toBe(2);
  expect(afterCrash([1, 2, 3])).toBe(0);
  expect(afterCrash([1, 2], false)).toBe(0);
});

test("what a follower applied outlasts its crash, its leader having compared it", () => {
  const follower = new Knowledge(1, 3);
  follower.boots(0);
  follower.owns(1, 1);
  follower.owns(2, 1);
  follower.applies(1);
  follower.crash(1);
  follower.boots(2);
  expect(follower.log.end.index).toBe(1);
});

test("what a leader sends in a term of its own it may not have saved, whatever was kept there before", () => {
  const leader = new Knowledge(0, 3);
  leader.boots(0);
  for (const index of [1, 2, 3]) leader.log.add(index, 1);
  leader.applies(3);
  leader.owns(2, 2);
  expect(leader.log.end).toEqual({ index: 2, term: 2 });
  leader.crash(1);
  leader.boots(2);
  expect(leader.log.end).toEqual({ index: 1, term: 1 });
});

test("who has the votes and has not shown that it leads may have added the first entry of its term", () => {
  const candidate = new Knowledge(0, 5);
  candidate.boots(0);
  candidate.campaign = 4;
  candidate.shows(4, 1);
  for (const id of [0, 1]) candidate.voters.set(id, 1);
  expect(candidate.mayLeadFirst()).toBe(false);
  candidate.voters.set(2, 1);
  expect(candidate.mayLeadFirst()).toBe(true);
  candidate.ledTerm = 4;
  expect(candidate.mayLeadFirst()).toBe(false);
});
