import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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

describe.each(GOLDEN_SUBMISSIONS)("the runs of %s come out as ever:", async (submission) => {
  const played = await playGoldens(ROOT, submission, realmTexts);

  test.each(goldenIdsOf(ROOT, submission))("%s", (id) => {
    const line = kept.find((golden) => golden.startsWith(`${submission} ${id}@`));
    expect(played.get(id), ADVICE).toBe(line);
  });
});
