import { expect, test } from "vitest";
import { checkLinearizability, type KeyOperation } from "../../../grader/check/linearizability/index.ts";
import { timelineOf } from "../../../grader/harness/kv/timeline.ts";

const put = (client: number, call: number, at: number | null, value: string): KeyOperation => {
  return { kind: "put", key: "x", client, call, value, returned: at === null ? null : { at } };
};
const get = (client: number, call: number, at: number, value: string): KeyOperation => {
  return { kind: "get", key: "x", client, call, returned: { at, value } };
};

function drawn(history: readonly KeyOperation[]): string {
  const judgement = checkLinearizability(history);
  if (judgement.is !== "violated") throw new Error(judgement.is);
  return timelineOf(judgement.counterexample(), (client) => `clerk ${client}`);
}

test("who called what, when it returned, and which order is impossible", () => {
  const history = [put(0, 0, 1_000_000, "1;"), put(1, 2_000_000, 3_000_000, "2;"), get(2, 4_000_000, 5_000_000, "1;")];
  const text = drawn(history);
  expect(text.split("\n").slice(0, 3)).toEqual([
    'A  clerk 0  put(x, "1;")   |-----|  0.000 s to 1.000 s',
    'B  clerk 1  put(x, "2;")               |-----|  2.000 s to 3.000 s',
    'C  clerk 2  get(x) → "1;"                          |-----|  4.000 s to 5.000 s',
  ]);
  expect(text).toContain("A came before B: it had returned when B was called");
  expect(text).toContain("B came before C: it had returned when C was called");
});

test("an operation that never returned is drawn open, and one that was done twice is said to be", () => {
  const history = [put(0, 0, 1_000_000, "0;"), { ...put(0, 1_500_000, null, "1;"), kind: "append" } as KeyOperation];
  const text = drawn([...history, get(1, 2_000_000, 3_000_000, "0;1;1;")]);
  expect(text).toMatch(/append\(x, "1;"\) +\|-+> {2}1\.500 s to never returned/);
  expect(text).toContain('C found "1;" twice, and it was called once');
});

test("what was drawn does not grow with the values", () => {
  const long = Array.from({ length: 300 }, (_, i) => `${i};`).join("");
  expect(drawn([get(0, 0, 1_000, long)]).split("\n")[0]?.length).toBeLessThan(120);
});
