import { afterEach, describe, expect, test } from "vitest";
import { StandaloneHosts } from "../../../grader/sandbox/standalone.ts";
import { HostLost, type Window } from "../../../grader/sim/peer-host.ts";
import { processesOf } from "../../../grader/sim/role.ts";
import { bundleSubmission, openSubmission } from "../../../grader/submission/index.ts";
import { folderWith, grade, raftWith } from "../../cli/run-cli.ts";
import { raftForm } from "../../submission/folder.ts";
import { hasFullSandbox, leftOut, sandbox } from "./available.ts";

const BOOT: Window = {
  untilUs: 10_000,
  spanUs: Number.POSITIVE_INFINITY,
  maxEntries: 0,
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

const opened: StandaloneHosts[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((hosts) => hosts.close()));
});

async function start(constructorBody: string) {
  const folder = folderWith({ "raft.ts": raftWith(constructorBody) });
  const { code, filename } = await bundleSubmission(openSubmission(folder, raftForm));
  const hosts = new StandaloneHosts({ confinement: sandbox.confinement });
  opened.push(hosts);
  const host = hosts.start();
  host.load({ code, filename, roles: raftForm.roles });
  return host;
}

// Without bubblewrap there is nothing to be tried.
describe.skipIf(!hasFullSandbox)(`the peer host in the full sandbox${leftOut}`, () => {
  test("plays windows, on UTC and with the locale that all machines have", async () => {
    const host = await start(`console.log(new Date(0).getTimezoneOffset(), (1234.5).toLocaleString());`);
    const [entry] = host.exchange(BOOT).entries;
    expect(JSON.stringify(entry?.effects)).toContain("0 1,234.5");
  });

  test("is ended when it hangs, and still names the place", async () => {
    const host = await start("for (;;);");
    let loss: unknown;
    try {
      host.exchange(BOOT);
    } catch (error) {
      loss = error;
    }
    expect(loss).toBeInstanceOf(HostLost);
    expect(loss).toMatchObject({ verdict: "hung", stackLines: [expect.stringMatching(/submission\.js:\d+:\d+/)] });
  });

  test("gives the same result as a plain one, byte for byte but for the time it took", async () => {
    const args = ["lab2a", "reference", "--only", "election", "--runs", "1", "--json"];
    const [confined, plain] = await Promise.all([
      grade([...args, "--sandbox"]),
      grade([...args, "--no-sandbox", "--boundary", "process"]),
    ]);
    expect(confined.code).toBe(0);
    expect(withoutTiming(confined.out)).toEqual(withoutTiming(plain.out));
  });
});

function withoutTiming(json: string): unknown {
  return JSON.parse(json, (key, value) => (key === "timing" ? undefined : value));
}
