import { expect, test } from "vitest";
import { type Digest, digestText, EMPTY_DIGEST, extendDigest } from "../../../grader/check/log/digest.ts";

const NOTHING = new Uint8Array(0);
type Step = readonly ["command" | "noop", Uint8Array];
const textOf = (...steps: Step[]): string =>
  digestText(steps.reduce<Digest>((digest, [kind, command]) => extendDigest(digest, kind, command), EMPTY_DIGEST));
const command = (...bytes: number[]): Step => ["command", Uint8Array.from(bytes)];
const NOOP: Step = ["noop", NOTHING];

test("a state's digest tells apart what was applied, how long it was, in which order, and no-ops from nothing", () => {
  const histories: Step[][] = [
    [],
    [NOOP],
    [NOOP, NOOP],
    [command()],
    [command(0)],
    [command(0, 0)],
    [command(1)],
    [command(1, 2)],
    [command(2, 1)],
    [command(1), command(2)],
    [command(2), command(1)],
    [command(1), NOOP],
    [NOOP, command(1)],
  ];
  const texts = histories.map((steps) => textOf(...steps));
  expect(new Set(texts).size).toBe(histories.length);
  for (const text of texts) expect(text).toMatch(/^[0-9a-f]{16}$/);
});

test("a no-op has no command, whatever bytes come with it", () => {
  expect(textOf(["noop", Uint8Array.from([1, 2])])).toBe(textOf(NOOP));
});
