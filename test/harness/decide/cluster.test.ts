import { expect, test } from "vitest";
import type { DecideCluster } from "../../../grader/harness/decide/cluster.ts";
import { DECIDE_KIND } from "../../../grader/harness/decide/kind.ts";
import { playScenario } from "../../../grader/harness/run-scenario.ts";
import { makeScenario } from "../../../grader/harness/scenario.ts";
import { decode, encode } from "../../../labs/api/codec.ts";
import { RULES } from "../../../labs/paxos/rules.ts";
import { ScriptedHost } from "../../sim/scripted-host.ts";

/** Peers that forget at once what their own service is done with, and whatever the others need. */
const HASTY = () =>
  new ScriptedHost(() => ({
    onInvoke: (act, { method, args, invokeId }) => {
      act.effect({ kind: "result", invokeId, value: encode(null) });
      const [slot] = decode(args) as [number];
      if (method === "done") act.effect({ kind: "observed", value: encode({ max: slot, min: slot + 1 }) });
    },
  }));

function play(run: (c: DecideCluster) => void) {
  const draft = { id: "test/one", title: "one", peers: 2, about: "", run };
  return playScenario(makeScenario(DECIDE_KIND, RULES, draft, 1), 1, HASTY());
}

test.each<[string, (c: DecideCluster) => void]>([
  ["is down", (c) => c.crash(1)],
  ["stands still", (c) => c.pause(1)],
])("a peer that %s does not hear what its service is done with: nobody may forget that", (_, away) => {
  const { failure } = play((c) => {
    c.start(0, 0, "a");
    away(c);
    c.done(1, 0);
    expect(c.openSlots()).toEqual([0]);
    c.done(0, 0);
  });
  expect(failure).toMatchObject({
    check: "min-within-dones",
    seen: "it is 1, and peer 1 was told of no slot that it is done",
  });
});
