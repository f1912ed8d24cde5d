import { expect, test } from "vitest";
import { GivenEntries, KnownLog } from "../../labs/raft/explain/known-log.ts";

test("a known log ends where its last known entry is, and forgets what may have been removed", () => {
  const log = new KnownLog();
  for (const [index, term] of [
    [1, 1],
    [2, 1],
    [4, 2],
  ] as const)
    log.add(index, term);
  expect(log.end).toEqual({ index: 4, term: 2 });
  expect([log.termAt(1), log.termAt(3), log.termAt(4), log.termAt(9)]).toEqual([1, null, 2, null]);
  expect(log.conflictWith({ index: 2, term: 1 }, [1, 2])).toBeNull();
  expect(log.conflictWith({ index: 2, term: 1 }, [1, 3])).toBe(4);
  expect(log.conflictWith({ index: 2, term: 2 }, [])).toBe(2);
  log.cutFrom(2);
  expect(log.end).toEqual({ index: 1, term: 1 });
});

test("what a request may have removed begins where its entry is not known to be the same and more is known behind", () => {
  const log = new KnownLog();
  for (const [index, term] of [
    [1, 1],
    [2, 1],
    [6, 2],
  ] as const)
    log.add(index, term);
  expect(log.mayDifferFrom({ index: 2, term: 1 }, [1, 2], 0)).toBe(3);
  expect(log.mayDifferFrom({ index: 2, term: 1 }, [1, 2, 2, 2], 0)).toBeNull();
  expect(log.mayDifferFrom({ index: 2, term: 1 }, [1, 2, 2, 2, 3], 0)).toBeNull();
  expect(log.mayDifferFrom({ index: 5, term: 2 }, [3], 0)).toBe(5);
  expect(log.mayDifferFrom({ index: 5, term: 2 }, [3], 5)).toBe(6);
  expect(log.mayDifferFrom({ index: 4, term: 1 }, [], 0)).toBe(4);
  expect(log.mayDifferFrom({ index: 4, term: 1 }, [], 4)).toBeNull();
  expect(log.mayDifferFrom({ index: 6, term: 2 }, [2], 0)).toBeNull();
});

test("another entry at a known index takes the place of that and all behind it; gaps below the end stay gaps", () => {
  const log = new KnownLog();
  log.add(1, 1);
  log.add(3, 1);
  log.add(2, 1);
  expect([log.termAt(2), log.end]).toEqual([null, { index: 3, term: 1 }]);
  log.add(1, 2);
  expect(log.end).toEqual({ index: 1, term: 2 });
});

test("what was given is never forgotten, and more terms than any right run has count as all", () => {
  const given = new GivenEntries();
  expect([given.add(1, 1), given.add(1, 1), given.add(1, 2)]).toEqual([true, false, true]);
  expect([given.has(1, 1), given.has(1, 3), given.has(2, 1), given.highest]).toEqual([true, false, false, 1]);
  for (let term = 3; term < 40; term++) given.add(1, term);
  expect(given.has(1, 99)).toBe(true);
});
