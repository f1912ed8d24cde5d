import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import type { HostLimits } from "../../grader/sandbox/limits.ts";
import type { ProcessHost } from "../../grader/sandbox/process-host.ts";
import { StandaloneHosts } from "../../grader/sandbox/standalone.ts";
import { HostLost, type Window } from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { folderWith, isRunning, raftWith } from "../cli/run-cli.ts";
import { raftForm } from "../submission/folder.ts";

const opened: StandaloneHosts[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((hosts) => hosts.close()));
});

const EMPTY: Window = { untilUs: 1000, spanUs: Number.POSITIVE_INFINITY, maxEntries: 0, inputs: [] };
const BOOT: Window = {
  ...EMPTY,
  inputs: [
    {
      kind: "boot",
      timeUs: 0,
      peer: 0,
      incarnation: 1,
      processes: processesOf([{ role: "peer", size: 3 }]),
      options: new Uint8Array(0),
      seed: [1, 2, 3, 4],
      clock: { offsetUs: 0, driftPpm: 0 },
      state: new Uint8Array(),
      snapshot: new Uint8Array(),
    },
  ],
};

function fakeHost(fixture: string, limits: Partial<HostLimits> = {}): ProcessHost {
  const script = fileURLToPath(new URL(`fixtures/${fixture}.mjs`, import.meta.url));
  const hosts = new StandaloneHosts({ limits, program: { script, nodeFlags: [] } });
  opened.push(hosts);
  return hosts.start();
}

function lossOf(work: () => void): HostLost {
  try {
    work();
  } catch (error) {
    if (error instanceof HostLost) return error;
    throw error;
  }
  throw new Error("the host was not lost");
}

describe("a host that does not keep to the protocol is lost, with the verdict for it", () => {
  test.each([
    ["broken-answer", "crashed", "broke the protocol"],
    ["cut-off-answer", "crashed", "exit code 3"],
    ["exit", "crashed", "exit code 7"],
    ["leave-child", "crashed", "exit code 7"],
    ["slow-exit", "crashed", "exit code 5"],
    ["endless-answer", "output-limit", "more than 20 MB in one step"],
    ["close-channel", "crashed", "closed its channel"],
  ])("%s: %s", (fixture, verdict, message) => {
    const host = fakeHost(fixture);
    const loss = lossOf(() => host.exchange(EMPTY));
    expect(loss.verdict).toBe(verdict);
    expect(loss.message).toContain(message);
  });

  test("one that blames the grader, once a peer has run in it: crashed", () => {
    expect(lossOf(() => fakeHost("blame-grader").exchange(BOOT))).toMatchObject({
      verdict: "crashed",
      message: "the peer process says that it failed: it was you",
    });
    expect(lossOf(() => fakeHost("blame-grader").exchange(EMPTY)).verdict).toBe("internal-error");
  });

  test("one that never answers", () => {
    expect(lossOf(() => fakeHost("silent", { windowWallMs: 200 }).exchange(EMPTY)).verdict).toBe("hung");
  });

  test("one that never reads, though what it is sent fills the pipe", () => {
    const code = "x".repeat(1_000_000);
    const host = fakeHost("deaf", { windowWallMs: 200 });
    expect(lossOf(() => host.load({ code, filename: "submission.js", roles: raftForm.roles })).verdict).toBe("hung");
  });

  test("every later exchange says the same, at once", () => {
    const host = fakeHost("exit");
    const first = lossOf(() => host.exchange(EMPTY));
    host.reset();
    expect(lossOf(() => host.exchange(EMPTY))).toBe(first);
  });
});

describe("the real host", () => {
  async function realHost(constructorBody: string): Promise<ProcessHost> {
    const folder = folderWith({ "raft.ts": raftWith(constructorBody) });
    const { code, filename } = await bundleSubmission(openSubmission(folder, raftForm));
    const hosts = new StandaloneHosts();
    opened.push(hosts);
    const host = hosts.start();
    host.load({ code, filename, roles: raftForm.roles });
    return host;
  }

  test("plays a window, and after a reset another run", async () => {
    const host = await realHost("setTimeout(() => console.log(Date.now() - performance.timeOrigin), 0);");
    const first = host.exchange({ ...BOOT, untilUs: 10_000 });
    expect(first.entries.map(({ cause, timeUs }) => `${cause} ${timeUs}`)).toEqual(["input 0", "timer 1000"]);
    host.reset();
    expect(host.exchange({ ...BOOT, untilUs: 10_000 })).toEqual(first);
  });

  test("names the place where it hangs", async () => {
    const loss = lossOf(await realHost("for (;;);").then((host) => () => host.exchange(BOOT)));
    expect(loss.verdict).toBe("hung");
    expect(loss.stackLines[0]).toMatch(/^at .*\(submission\.js:\d+:\d+\)$/);
  });

  test("ends when its channel is closed", async () => {
    const host = await realHost("");
    await opened[0]?.close();
    expect(isRunning(host.handle.pid)).toBe(false);
  });
});
