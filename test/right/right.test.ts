import { describe, expect, test } from "vitest";
import { openPatched } from "../wrong/play.ts";
import { RIGHT } from "./patches.ts";

/** Those in which timing, indices and numbers of messages matter most. */
const SELECTION = [
  "lab2a/re-election",
  "lab2a/one-way-links",
  "lab2b/basic-agree",
  "lab2b/count",
  "lab2b/rejoin",
  "lab2b/late-requests",
  "lab2b/isolated-leader-rejoins",
  "lab2c/crash-before-persist",
  "lab2c/chaos-drops",
  "lab2d/snapshot-install",
  "lab2d/late-snapshots",
];

describe("right submissions pass:", () => {
  test.each(RIGHT.map((right) => [right.id, right] as const))("%s", async (_, right) => {
    const play = await openPatched(right);
    for (const scenario of SELECTION) {
      const { verdict, failure } = play(scenario, 0);
      expect({ scenario, verdict, failure }).toEqual({ scenario, verdict: "passed", failure: undefined });
    }
  });
});
