import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { LOG_KIND } from "../../grader/harness/log/kind.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";
import { GOLDEN_SUBMISSIONS, GOLDENS_FILE, goldenIdsOf, playGoldens, readGoldens } from "./goldens.ts";

const kept = readGoldens(readFileSync(join(ROOT, GOLDENS_FILE), "utf8"));
const ADVICE = `If this is what you meant to change, make ${GOLDENS_FILE} anew by "npm run goldens" and commit it by itself, with what changed and why`;

test("one run of each scenario is kept for each submission, and none of any other", () => {
  const runs = GOLDEN_SUBMISSIONS.flatMap((submission) =>
    goldenIdsOf(ROOT, submission).map((id) => `${submission} ${id}`),
  );
  expect(kept.map((line) => line.split("@")[0]).sort(), ADVICE).toEqual(runs.sort());
});

/** Methods of their cluster that the scenarios of each suite of lab 2 called, in all these runs. */
const called = new Map<string, Set<string>>();

/** Plays the runs, and notes what is called: to play so much twice would take half a minute. */
async function playAndNote(submission: string): Promise<Map<string, string>> {
  let seen = new Set<string>();
  const watched = (cluster: LogCluster): LogCluster =>
    new Proxy(cluster, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        seen.add(String(name));
        return value.bind(target);
      },
    });
  const { cluster } = LOG_KIND;
  const spy = vi.spyOn(LOG_KIND, "cluster").mockImplementation((...made) => watched(cluster(...made)));
  try {
    return await playGoldens(ROOT, submission, realmTexts, (scenarioId) => {
      const suite = scenarioId.split("/")[0] as string;
      seen = called.get(suite) ?? new Set();
      called.set(suite, seen);
    });
  } finally {
    spy.mockRestore();
  }
}

describe.each(GOLDEN_SUBMISSIONS)("the runs of %s come out as ever:", async (submission) => {
  const played = await playAndNote(submission);

  test.each(goldenIdsOf(ROOT, submission))("%s", (id) => {
    const line = kept.find((golden) => golden.startsWith(`${submission} ${id}@`));
    expect(played.get(id), ADVICE).toBe(line);
  });
});

describe("a suite uses nothing of a later stage", () => {
  const REPLICATION = ["start", "startAtOnce", "one", "wait", "applied", "expectNotApplied", "settle", "kill"];
  const PERSISTENCE = ["crash", "restart", "crashAll", "restartAll", "crashOnEffect"];
  const SIZES = ["stateSize", "snapshotSize"];

  test.each([
    ["2A neither starts commands nor crashes peers", "lab2a", [...REPLICATION, ...PERSISTENCE, ...SIZES], []],
    ["2B starts commands, and does not crash peers", "lab2b", [...REPLICATION, ...PERSISTENCE, ...SIZES], REPLICATION],
    ["2C crashes peers, and does not ask how much they keep", "lab2c", [...PERSISTENCE, ...SIZES], PERSISTENCE],
  ])("%s", (_, suite, methods, used) => {
    expect(methods.filter((method) => called.get(suite)?.has(method))).toEqual(used);
  });
});
