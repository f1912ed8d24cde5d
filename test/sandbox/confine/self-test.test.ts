import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { type Launch, PLAIN } from "../../../grader/sandbox/confine/confinement.ts";
import { adviceFor, describeSelfTest } from "../../../grader/sandbox/confine/describe.ts";
import { launch } from "../../../grader/sandbox/confine/launch.ts";
import { prepareSandbox } from "../../../grader/sandbox/confine/sandbox.ts";
import { selfTest } from "../../../grader/sandbox/confine/self-test.ts";
import { hostBox, peerHostProgram } from "../../../grader/sandbox/host-program.ts";
import { DEFAULT_LIMITS } from "../../../grader/sandbox/limits.ts";
import { folderWith } from "../../cli/run-cli.ts";
import { hasFullSandbox, leftOut, sandbox } from "./available.ts";

// Without bubblewrap there is nothing to be tried.
describe.skipIf(!hasFullSandbox)(`the full sandbox${leftOut}`, () => {
  test("every attempt to get out of it fails", async () => {
    const results = await sandbox.selfTest();
    expect(results.map(({ attempt }) => attempt)).toEqual([
      "socket",
      "spawn",
      "write",
      "read",
      "environment",
      "signal",
    ]);
    expect(results.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("a hole is found: a folder of the machine that is shown to it", async () => {
    const holed = { ...sandbox.confinement, libraries: [...sandbox.confinement.libraries, ["/etc", "/etc"] as const] };
    const results = await selfTest(holed);
    expect(results.find(({ attempt }) => attempt === "read")).toMatchObject({
      ok: false,
      seen: expect.stringContaining("/etc/passwd"),
    });
    expect(describeSelfTest(results).join("\n")).toMatch(/FAIL read a file of the machine/);
  });

  test("it leaves no file behind", async () => {
    const folder = folderWith();
    vi.stubEnv("TMPDIR", folder);
    await sandbox.selfTest().finally(() => vi.unstubAllEnvs());
    expect(readdirSync(folder)).toEqual([]);
  });

  test("the limit on data grants what Node begins with, as measured here", () => {
    expect(sandbox.confinement.startDataBytes).toBeGreaterThan(30 * 1024 ** 2);
    const args = start().args.join(" ");
    expect(args).toContain(`--data=${sandbox.confinement.startDataBytes + DEFAULT_LIMITS.resources.dataBytes}`);
  });

  test("as root, submissions run as another user", () => {
    expect(start().uid).toBe(process.getuid?.() === 0 ? 65534 : null);
  });

  function start(): Launch {
    return launch(sandbox.confinement, hostBox(peerHostProgram(), DEFAULT_LIMITS.resources), 5);
  }
});

describe.each(["no-seccomp", "namespaces"] as const)("the tier %s", (tier) => {
  test("keeps from network, files, environment and other processes, where it works", async ({ skip }) => {
    const lesser = await prepareSandbox(tier);
    // It needs bubblewrap or user namespaces.
    if (lesser.tier === "plain") skip(lesser.problems[0]?.reason ?? "");
    expect((await lesser.selfTest()).filter(({ ok }) => !ok)).toEqual([]);
  });
});

test("a hole is found in a lesser tier too: processes that nobody counts", async ({ skip }) => {
  const lesser = await prepareSandbox("no-seccomp");
  // It needs bubblewrap.
  if (lesser.tier === "plain") skip(lesser.problems[0]?.reason ?? "");
  const { confinement } = lesser;
  const withoutLimit = `for word do shift; case "$word" in --nproc=*) ;; *) set -- "$@" "$word" ;; esac; done`;
  const folder = folderWith({ bwrap: `#!/bin/sh\n${withoutLimit}\nexec ${confinement.tools.bwrap} "$@"\n` });
  for (const path of [folder, join(folder, "bwrap")]) chmodSync(path, 0o755);
  const results = await selfTest({ ...confinement, tools: { ...confinement.tools, bwrap: join(folder, "bwrap") } });
  const [hole, ...more] = results.filter(({ ok }) => !ok);
  expect(hole).toMatchObject({ attempt: "spawn", seen: "started 32 processes at a time" });
  expect(more).toEqual([]);
});

test("no sandbox is wanted: none is looked for, and none is tried", async () => {
  const plain = await prepareSandbox("plain");
  expect(plain).toMatchObject({ tier: "plain", confinement: PLAIN, problems: [] });
  expect(plain.describe()).toMatch(/ordinary processes/);
  expect(await plain.selfTest()).toEqual([]);
});

test("the search is made once in a process", () => {
  expect(prepareSandbox("auto")).toBe(prepareSandbox("auto"));
});

test.each([
  ["`bwrap` is not installed", /apt-get install bubblewrap/],
  ["`prlimit` is not installed", /util-linux/],
  ["bwrap: setting up uid map: Permission denied", /user namespaces/i],
  ["bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", /user namespaces/i],
  ["bwrap: Unknown option --disable-userns", /0\.8 or later/],
])("advice on %s", (reason, expected) => {
  const lines = adviceFor([{ tier: "full", reason }]);
  expect(lines[0]).toBe(`full: ${reason}`);
  expect(lines.slice(1).join("\n")).toMatch(expected);
});
