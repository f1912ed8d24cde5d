import { describe, expect, it, test } from "vitest";
import { clustersOf } from "../../grader/similar/clusters.ts";
import { compare } from "../../grader/similar/compare.ts";
import { LOOK_FROM, type Subject, shareIn, similarity } from "../../grader/similar/index.ts";
import { APART, copies, FROM_HANDOUTS, sourcesIn, subject } from "./classes.ts";
import { all, renamed, reordered, stripped } from "./disguise.ts";

const GIVEN = subject("skeleton", sourcesIn("skeleton/raft")).fingerprints;
const apart = [...APART, ...FROM_HANDOUTS].map(([name, sources]) => subject(name, sources));

describe("of a class in which a third copied", () => {
  const disguised = copies();
  const planted = disguised.map(({ from, how, sources }, at) => ({
    from,
    ...subject(`${from}-${how}-${at}`, sources),
  }));
  const origin = new Map<string, string>([
    ...apart.map(({ id }) => [id, id] as const),
    ...planted.map(({ id, from }) => [id, from] as const),
  ]);
  const { pairs, median, pairCount, clusters } = similarity([...apart, ...planted], GIVEN);
  const scoreOf = (one: string, other: string) =>
    pairs.find((pair) => [pair.one.id, pair.other.id].every((id) => id === one || id === other))?.score ?? 0;
  const highestApart = Math.max(
    ...pairs.filter(({ one, other }) => origin.get(one.id) !== origin.get(other.id)).map(({ score }) => score),
  );

  it("all forty copies stand above every pair that was written apart", () => {
    expect(planted).toHaveLength(40);
    const scores = planted.map(({ id, from }) => ({ id, score: scoreOf(id, from) }));
    expect(scores.filter(({ score }) => score <= highestApart)).toEqual([]);
  });

  it("the line from which a look is worth it lies between, with room on both sides", () => {
    expect(highestApart).toBeLessThan(LOOK_FROM - 0.08);
    for (const { id, from } of planted) expect(scoreOf(id, from), id).toBeGreaterThan(LOOK_FROM + 0.05);
    expect(pairCount).toBe((50 * 49) / 2);
    expect(median).toBeLessThan(0.1);
  });

  it("each origin and its copies are one group, and nobody else is in it", () => {
    const groups = clusters.map((cluster) => [...new Set(cluster.map(({ id }) => origin.get(id)))]);
    expect(groups.map(({ length }) => length)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});

test("ten that were written apart are not alike, when nobody copied", () => {
  const { pairs, clusters } = similarity(apart, GIVEN);
  expect(pairs.filter(({ score }) => score >= 0.2)).toEqual([]);
  expect(clusters).toEqual([]);
});

test("what everybody was given does not count: skeletons with a few lines of their own are not alike", () => {
  const skeleton = sourcesIn("skeleton/raft");
  const withLines = (id: string, lines: string) => {
    const raft = skeleton.get("raft.ts") ?? "";
    return subject(id, new Map(skeleton).set("raft.ts", raft.replace("constructor(", `${lines}\n  constructor(`)));
  };
  const two = [
    withLines("ana", "a() { return this.me + 1; }"),
    withLines("ben", "b(x) { while (x) x.push(this.peers); }"),
  ];
  expect(similarity(two, GIVEN).pairs).toEqual([]);
});

test("parts name the lines of both, longest first, whatever was renamed and moved", () => {
  const sources = APART.get("pull") ?? new Map();
  const copy = renamed(sources);
  const [pair] = similarity([subject("ana", sources), subject("ben", copy)], GIVEN).pairs;
  const parts = pair?.parts ?? [];
  expect(pair?.score).toBeGreaterThan(0.95);
  expect(parts[0]?.one).toMatchObject({ path: "raft.ts", firstLine: parts[0]?.other.firstLine });
  expect(parts[0]?.one.lines?.length).toBe((parts[0]?.one.lastLine ?? 0) - (parts[0]?.one.firstLine ?? 0) + 1);
  expect(parts.map(({ words }) => words)).toEqual([...parts.map(({ words }) => words)].sort((a, b) => b - a));
});

test("earlier ones and the reference are compared with the new ones, and not with each other", () => {
  const [one, other] = [APART.get("pull") ?? new Map(), APART.get("loops") ?? new Map()];
  const subjects: Subject[] = [
    subject("2024/x", one, { kind: "earlier" }),
    subject("2024/y", one, { kind: "earlier" }),
    subject("ana", other),
    subject("ben", all(stripped, reordered)(one)),
  ];
  const { pairs, pairCount } = similarity(subjects, GIVEN);
  expect(pairCount).toBe(5);
  expect(pairs.filter(({ score }) => score >= LOOK_FROM).map((pair) => [pair.one.id, pair.other.id])).toEqual([
    ["ben", "2024/x"],
    ["ben", "2024/y"],
  ]);
});

test("a whole class of copies is found, though all have everything in common", () => {
  const sources = APART.get("loops") ?? new Map();
  const many = Array.from({ length: 12 }, (_, at) => subject(`s${at}`, sources));
  const { pairs, clusters } = similarity(many, GIVEN);
  expect(pairs.filter(({ score }) => score === 1)).toHaveLength(66);
  expect(clusters[0]).toHaveLength(12);
});

test("the share of one's own that another has does not count what was given", () => {
  const reference = subject("r", APART.get("reference") ?? new Map()).fingerprints;
  expect(shareIn(GIVEN, reference, GIVEN)).toEqual({ own: 0, share: 0 });
  expect(shareIn(reference, reference, GIVEN).share).toBe(1);
});

test("what very many have is left out rather than counted for hours", () => {
  const sources = APART.get("pull") ?? new Map();
  const one = subject("a", sources).fingerprints;
  const many = Array.from({ length: 20 }, () => one);
  expect(compare(many, many.length, GIVEN, 1_000_000)).toMatchObject({ pairCount: 190, tooCommon: 0, median: 1 });
  const { tooCommon, pairs } = compare(many, many.length, GIVEN, 100_000);
  expect({ tooCommon, pairs }).toEqual({ tooCommon: shareIn(one, one, GIVEN).own, pairs: [] });
});

test("groups join whoever is tied through others", () => {
  const tie = (one: number, other: number) => ({ one, other, score: 1 });
  expect(clustersOf([tie(4, 5), tie(0, 3), tie(3, 2), tie(7, 6), tie(2, 9)])).toEqual([
    [0, 2, 3, 9],
    [4, 5],
    [6, 7],
  ]);
});
