import { describe, expect, test } from "vitest";
import {
  checkGeneral,
  checkLinearizability,
  type KeyOperation,
  keyModel,
} from "../../grader/check/linearizability/index.ts";
import { counterexampleLines, KEY_WORDS } from "../../grader/report/history-text.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { operationsOf } from "../check/linearizability/notation.ts";

const style = makeStyle(false);

function linesOf(history: readonly KeyOperation[], moment?: (position: number) => string): string[] {
  const judgement = checkLinearizability(history);
  if (judgement.is !== "violated") throw new Error(judgement.is);
  const words = moment === undefined ? KEY_WORDS : { ...KEY_WORDS, moment };
  return counterexampleLines(judgement.counterexample(), words, style);
}

describe("a counterexample is drawn", () => {
  test("as who called what, when it returned, and which order is impossible", () => {
    expect(linesOf(operationsOf("put a 1-2, put b 3-19, get b 4-5, get a 6-17"))).toEqual([
      `A  client 0  put("k", "a")   ├─────┤`,
      `B  client 1  put("k", "b")               ├─────────────────────────────┤`,
      `C  client 2  get("k") → "b"                    ├─────┤`,
      `D  client 3  get("k") → "a"                                ├─────┤`,
      "In time A comes before C, and C before D.",
      "By the values A and D are of one value and what was made of it, C is of another. What was replaced does",
      "not come back, so that all of the one must come before all of the other. No order has that.",
    ]);
  });

  test("with an open end where nobody knows, and with times where they say something", () => {
    const history = operationsOf("cas ''>a 1000-?, get a 2000-3000, get '' 4000-5000");
    expect(linesOf(history, (us) => `${us / 1000} ms`)).toEqual([
      `A  client 0  cas("k", "", "a") → ?  ├─────────────────────────────?  1 ms – ?`,
      `B  client 1  get("k") → "a"               ├─────┤  2 ms – 3 ms`,
      `C  client 2  get("k") → ""                            ├─────┤  4 ms – 5 ms`,
      "In time B comes before C: B returned before C was called.",
      "By the values C comes before B. No order has both.",
    ]);
  });

  test("for all that can be wrong", () => {
    const last = (lines: string) => linesOf(operationsOf(lines)).filter((line) => !/^[A-Z] {2}client/.test(line));
    expect(last("put a 1-2, cas a>b 3-4!a")).toEqual([
      "B alone cannot be: what it returned does not agree with what it was called with.",
    ]);
    expect(last("put a 1-2, get z 3-4")).toEqual([
      `A found a value that no operations on "k" give, in whatever order.`,
    ]);
    expect(last("put abc 1-2, get abc.. 3-4")).toEqual([
      `B found a value that after 3 characters goes on in a way that no operations on "k" give, in whatever order.`,
    ]);
    expect(last("put a 1-2, cas z>b 3-4!a, get b 5-6")).toEqual([
      "C found what B would have written, but B returned that it wrote nothing.",
    ]);
    expect(last("put a 1-2, append b 3-4, get abb 5-6")).toEqual([
      `"b" was written once, and is found twice: in what C found.`,
    ]);
    expect(last("append b 1-2, get b 3-4, put a 5-6, get ab 7-8")).toEqual([
      `"b" was written once, and is found twice: B and D found it in different places.`,
    ]);
    expect(last("put a 1-2, cas a>b 3-9, cas a>c 3-9")).toEqual([
      "One value was followed by one other at once; B and C say of different ones that it was.",
    ]);
    expect(last("cas a>b 1-9, cas b>a 1-9")).toEqual([
      "A and B: each found what the next one wrote, so that none can have been first.",
    ]);
    expect(last("put a 1-2, put b 3-4, put a 5-6, get b 7-8")).toEqual([
      "No order of these 2 gives what they returned, whichever others come between.",
      `Tried furthest: A; then "a" stands there, and B cannot be next.`,
    ]);
  });

  test("with long values cut in their middle, and nothing that steers a terminal", () => {
    const lines = linesOf(operationsOf(`put a 1-2, get ${"x".repeat(100)}\u001b[2Jend 3-4`));
    expect(lines[0]).toContain(`get("k") → "xxxxxxxxxxxx…xxxxxxxxx\ufffd[2Jend"`);
  });

  test("in few lines, however many operations there are", () => {
    const many = Array.from({ length: 60 }, (_, i) => `append ${"ab"[i % 2]} ${2 * i}-${2 * i + 1}`);
    const history = operationsOf([...many, `get ${"ab".repeat(29)}a 200-201`].join(", "));
    const judgement = checkGeneral(keyModel(""), [["k", history]]);
    if (judgement.is !== "violated") throw new Error(judgement.is);
    const lines = counterexampleLines(judgement.counterexample(), KEY_WORDS, style);
    expect(lines.length).toBeLessThanOrEqual(44);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(1_000);
  });
});
