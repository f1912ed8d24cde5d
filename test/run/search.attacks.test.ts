import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";

const HOME = join(ROOT, "reference/paxos");
const names = readdirSync(HOME).filter((name) => name.endsWith(".ts"));
const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(HOME, name), "utf8")]));

test("a loop that does not end, in certain orders only, is told by the order that comes to it, however far hosts run ahead", async () => {
  const text = files["paxos.ts"] as string;
  const heard = "if (reply.accepted !== null) reports";
  expect(text.split(heard)).toHaveLength(2);
  const looped = text.replace(heard, "while (reply.accepted !== null); if (reply.accepted !== null) reports");
  const submission = folderWith({ ...files, "paxos.ts": looped });
  const cwd = folderWith();
  const args = ["--instance", "two-proposers", "--shrink-budget", "1", "--workers", "1"];
  const { code, out, err } = await grade(["search", "paxos", submission, ...args], { cwd });
  expect([code, err]).toEqual([1, ""]);
  expect(out).toMatch(/^paxos two-proposers: .*\n {2}failed: found after \d+ beginnings of orders\n/);
  expect(out).toMatch(/\n {2}hung\n {4}what +one step .*; peer 1 was at work\n/);
  expect(readFileSync(join(cwd, "paxos-two-proposers.scenario"), "utf8")).toMatch(/\nstart 1 /);
});
