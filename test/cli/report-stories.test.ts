import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, grade, raftWith } from "./run-cli.ts";

const CHEAP = ["--only", "lab2a/initial-election", "--runs", "1", "--workers", "1", "--no-sandbox"];

test("a report has the story of what failed, of the sources that were graded; the next call goes on, and what is not at hand is said", {
  timeout: 300_000,
}, async () => {
  const folder = folderWith({
    "s/ana/raft.ts": raftWith(""),
    "s/ben/raft.ts": raftWith(" "),
    "s/cy/raft.ts": raftWith("  "),
  });
  const out = join(folder, "out");
  const page = (id: string) => readFileSync(join(out, `reports/html/${id}.html`), "utf8");
  await grade(["batch", "lab2a", join(folder, "s"), "--out", out, ...CHEAP]);
  writeFileSync(join(folder, "s/ben/raft.ts"), raftWith("this.log = [1];"));
  rmSync(join(folder, "s/cy"), { recursive: true });
  const report = (...more: string[]) =>
    grade(["report", out, "--format", "html", "--batch", join(folder, "s"), "--no-sandbox", "--workers", "1", ...more]);

  const late = await report("--explain-budget", "0.00001");
  expect(late.code).toBe(0);
  expect(late.err).toMatch(
    /^not made yet, as the time was over: \d+ stor(y|ies); the same command goes on with them$/m,
  );
  expect(page("ana")).not.toContain("how it comes about");

  const { code, err } = await report();
  expect(code).toBe(0);
  expect(err).toMatch(/^ben: without a story: .*not what was graded$/m);
  expect(err).toMatch(/^cy: without a story: .*not among the sources.*$/m);
  expect(err).toContain("1 story made");
  expect(page("ana")).toMatch(/how it comes about, in \d+ steps/);
  expect(page("ana")).toContain("expect elects-first");
  expect(page("ben")).toContain("How it comes about is not told here: ");
  const [linked = ""] = readdirSync(join(out, "reports/html")).filter((name) => name.startsWith("ana.lab2a"));
  expect(page("ana")).toContain(`href="${encodeURIComponent(linked)}"`);

  const again = await grade(["report", out, "--format", "markdown", "--id", "ana"]);
  expect(again.err).toBe("");
  expect(again.out).toMatch(/how it comes about, in \d+ steps/);
});
