import { describe, expect, test } from "vitest";
import { checkLinearizability, type KeyOperation } from "../../../grader/check/linearizability/index.ts";
import { foundIn } from "../../../grader/harness/kv/contradiction.ts";
import type { Evidence } from "../../../grader/harness/kv/evidence.ts";

type Times = readonly [client: number, callS: number, endS: number | null];
const times = ([client, callS, endS]: Times) => {
  return { key: "x", client, call: callS * 1_000_000, at: endS === null ? null : { at: endS * 1_000_000 } };
};
const write = (kind: "put" | "append", value: string, when: Times): KeyOperation => {
  const { at, ...base } = times(when);
  return { ...base, kind, value, returned: at };
};
const put = (value: string, ...when: Times) => write("put", value, when);
const append = (value: string, ...when: Times) => write("append", value, when);
const get = (value: string, ...when: Times): KeyOperation => {
  const { at, ...base } = times(when);
  return { ...base, kind: "get", returned: at && { ...at, value } };
};
const cas = (
  expected: string,
  value: string,
  [swapped, found]: readonly [boolean, string],
  ...when: Times
): KeyOperation => {
  const { at, ...base } = times(when);
  return { ...base, kind: "cas", expected, value, returned: at && { ...at, swapped, value: found } };
};

const NOTHING: Evidence = { requests: [], entries: [] };

function told(history: readonly KeyOperation[], evidence: Readonly<Record<string, Evidence>> = {}) {
  const judgement = checkLinearizability(history);
  if (judgement.is !== "violated") throw new Error(judgement.is);
  return foundIn(judgement.counterexample(), history, {
    nameOf: (process) => (process < 3 ? `clerk ${process}` : `server ${process - 3}`),
    evidenceOf: (_, value) => evidence[value] ?? NOTHING,
  });
}

describe("an operation that was done twice is said to be", () => {
  const TRIED_TWICE: Evidence = {
    requests: [
      { server: 3, timeUs: 2_001_000 },
      { server: 4, timeUs: 2_401_000 },
    ],
    entries: [
      { index: 2, term: 1, servers: [3, 4] },
      { index: 3, term: 2, servers: [3, 4] },
    ],
  };

  test("with who found it, where its clerk asked for it, and where it stands in the log", () => {
    const history = [put("v1;", 0, 0, 1), append("v2;", 0, 2, 3), append("v3;", 1, 3, 4), get("v1;v2;v2;v3;", 1, 5, 6)];
    const { property, check, seen, operations } = told(history, { "v2;": TRIED_TWICE });
    // As they are called in what was seen, for whoever draws them.
    const named = seen.split("\n").filter((line) => /^[A-Z] {2}/.test(line));
    expect(operations?.map(({ name }) => name)).toEqual(named.map((line) => line[0]));
    for (const { peer, timeUs } of operations ?? [])
      expect(history.some(({ client, call }) => client === peer && call === timeUs)).toBe(true);
    expect([property, check]).toEqual(["exactly-once", "done-once"]);
    expect(seen).toMatchInlineSnapshot(`
      "B, an append of clerk 0, was done twice:
      A  clerk 0  put(x, "v1;")            |----|  0.000 s to 1.000 s
      B  clerk 0  append(x, "v2;")                   |----|  2.000 s to 3.000 s
      C  clerk 1  append(x, "v3;")                        |----|  3.000 s to 4.000 s
      D  clerk 1  get(x) → "v1;v2;v2;v3;"                           |----|  5.000 s to 6.000 s
      D found what B writes twice, and it was called once
      its clerk asked for B at server 0 at 2.001 s and server 1 at 2.401 s
      B stands in the log at index 2 (term 1) and index 3 (term 2): of server 0 and server 1"
    `);
  });

  test("where it was appended behind what came later, as the log shows", () => {
    const history = [append("v1;", 0, 0, 1), put("v2;", 1, 2, 3), get("v2;v1;", 1, 4, 5)];
    const { property, check, seen } = told(history, { "v1;": TRIED_TWICE });
    expect([property, check]).toEqual(["linearizability", "one-order"]);
    expect(seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  append(x, "v1;")   |-----|  0.000 s to 1.000 s
      B  clerk 1  put(x, "v2;")                  |-----|  2.000 s to 3.000 s
      C  clerk 1  get(x) → "v2;v1;"                          |-----|  4.000 s to 5.000 s
      A came before B: it had returned when B was called
      B came before A: it stands before it in what C found
      its clerk asked for A at server 0 at 2.001 s and server 1 at 2.401 s
      A stands in the log at index 2 (term 1) and index 3 (term 2): of server 0 and server 1"
    `);
  });

  test("or, of a cas that found what only itself writes, to have been answered as a second try", () => {
    const { check, seen } = told([cas("", "v1;", [false, "v1;"], 0, 0, 1)]);
    expect(check).toBe("first-answer");
    expect(seen).toMatchInlineSnapshot(`
      "A was done, and its clerk was told that it was not:
      A  clerk 0  cas(x, "", "v1;") → not swapped, "v1;"  |-------------------|  0.000 s to 1.000 s
      A says that it changed nothing, and that it found "v1;", which nobody but A writes
      so A had swapped before: a second try was answered with what it met itself, and not with what the first one came to"
    `);
  });

  test("and the two places are shown of a value however long", () => {
    const many = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `v${from + i};`);
    const history = many(10, 90).map((value, i) => append(value, 0, i, i + 0.5));
    const found = [...many(10, 60), "v20;", ...many(60, 90)].join("");
    const { seen } = told([...history, get(found, 1, 100, 101)]);
    expect(seen.split("\n").find((line) => line.includes("get"))).toMatchInlineSnapshot(
      `"D  clerk 1  get(x) → "…;v19;v20;v21;v…;v59;v20;v60;v…"                                |----|  100.000 s to 101.000 s"`,
    );
  });
});

describe("what contradicts itself otherwise is told by what was called and found", () => {
  test("two that go together, around others that go together", () => {
    const history = [
      put("v1;", 0, 0, 1),
      put("v2;", 1, 0, 1),
      get("v1;", 2, 2, 3),
      get("v2;", 2, 4, 5),
      get("v1;", 0, 6, 7),
    ];
    expect(told(history).seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  put(x, "v1;")   |-----|  0.000 s to 1.000 s
      B  clerk 1  put(x, "v2;")   |-----|  0.000 s to 1.000 s
      C  clerk 2  get(x) → "v2;"              |-----|  4.000 s to 5.000 s
      D  clerk 0  get(x) → "v1;"                          |-----|  6.000 s to 7.000 s
      nothing was written between A and D: the values fit together only so
      nothing was written between B and C: the values fit together only so
      A came before C: it had returned when C was called
      B came before D: it had returned when D was called
      so neither can A and D all come before B and C, nor the other way round"
    `);
  });

  test("a get from before what had been written", () => {
    expect(told([put("v1;", 0, 0, 1), get("", 1, 2, 3)]).seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  put(x, "v1;")  |---------|  0.000 s to 1.000 s
      B  clerk 1  get(x) → ""                        |---------|  2.000 s to 3.000 s
      A came before B: it had returned when B was called
      B came before A: it found nothing there, as before the first write"
    `);
  });

  test("a cas that was told that it changed nothing, and somebody who found what it writes", () => {
    const history = [put("v1;", 0, 0, 1), cas("v7;", "v2;", [false, "v1;"], 0, 2, 3), get("v2;", 1, 4, 5)];
    expect(told(history).seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  put(x, "v1;")                              |-----|  0.000 s to 1.000 s
      B  clerk 0  cas(x, "v7;", "v2;") → not swapped, "v1;"              |-----|  2.000 s to 3.000 s
      C  clerk 1  get(x) → "v2;"                                                     |-----|  4.000 s to 5.000 s
      C found what B writes, yet B was told that it changed nothing"
    `);
  });

  test("two cas of which each replaced the same", () => {
    const history = [
      put("v1;", 0, 0, 1),
      cas("v1;", "v2;", [true, "v2;"], 0, 2, 3),
      cas("v1;", "v3;", [true, "v3;"], 1, 2, 3),
    ];
    expect(told(history).seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  put(x, "v1;")                          |---------|  0.000 s to 1.000 s
      B  clerk 0  cas(x, "v1;", "v2;") → swapped, "v2;"                      |---------|  2.000 s to 3.000 s
      C  clerk 1  cas(x, "v1;", "v3;") → swapped, "v3;"                      |---------|  2.000 s to 3.000 s
      B and C say different things of what was written next to one and the same value"
    `);
  });

  test("what a cas says of itself", () => {
    expect(told([cas("", "v1;", [true, "v2;"], 0, 0, 1)]).seen).toContain(
      "A says that it swapped, and that something else stands there afterwards",
    );
    expect(told([cas("", "v1;", [false, ""], 0, 0, 1)]).seen).toContain(
      "A says that it changed nothing, and that it found what it expected",
    );
  });

  test("calls of one clerk that were open at a time", () => {
    const history = [append("v1;", 0, 0, 5), append("v2;", 0, 0, 1), get("v1;", 0, 6, 7)];
    const { check, seen } = told(history);
    expect(check).toBe("one-order-of-overlapping");
    expect(seen).toMatchInlineSnapshot(`
      "there is none:
      A  clerk 0  append(x, "v2;")  |-------|  0.000 s to 1.000 s
      B  clerk 0  append(x, "v1;")  |---------------|  0.000 s to 5.000 s
      C  clerk 0  get(x) → "v1;"                            |-------|  6.000 s to 7.000 s
      A came before C: it had returned when C was called
      C came before A: what it found lacks that
      A was open together with another call of clerk 0"
    `);
  });
});
