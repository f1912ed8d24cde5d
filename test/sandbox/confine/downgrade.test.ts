import { expect, test, vi } from "vitest";
import { describeHoles } from "../../../grader/sandbox/confine/describe.ts";
import { prepareSandbox } from "../../../grader/sandbox/confine/sandbox.ts";

const missing = vi.hoisted(() => ({ program: "bwrap" }));
vi.mock("../../../grader/sandbox/confine/programs.ts", async (original) => {
  const programs = await original<typeof import("../../../grader/sandbox/confine/programs.ts")>();
  const findProgram = (name: string) => (name === missing.program ? null : programs.findProgram(name));
  return { ...programs, findProgram };
});

test("a lesser sandbox says in one line why it is not the full one, and how to get that", async ({ skip }) => {
  const sandbox = await prepareSandbox("auto");
  // It needs user namespaces.
  if (sandbox.tier === "plain") skip(sandbox.problems.at(-1)?.reason ?? "");
  expect(sandbox.tier).toBe("namespaces");
  expect(sandbox.describe()).toMatch(
    /^namespaces made with util-linux: .*not the full sandbox.*`bwrap` is not installed/,
  );
  expect(sandbox.describe()).toMatch(/apt-get install bubblewrap/);
  expect(sandbox.describe()).not.toContain("\n");
});

test("holes come with what mends them", () => {
  const good = { attempt: "read", ok: true, seen: "blocked: ENOENT" } as const;
  const hole = { attempt: "spawn", ok: false, seen: "started 32 processes at a time" } as const;
  expect(describeHoles([good])).toEqual([]);
  const lines = describeHoles([good, hole], [{ tier: "full", reason: "`bwrap` is not installed" }]);
  expect(lines[0]).toMatch(/^FAIL start processes +started 32 processes at a time$/);
  expect(lines.slice(1).join(" ")).toMatch(/Linux kernel.*ordinary user.*apt-get install bubblewrap/);
  expect(
    describeHoles([{ ...hole, attempt: "read" }])
      .slice(1)
      .join("\n"),
  ).toMatch(/bubblewrap 0\.8 or later/);
});
