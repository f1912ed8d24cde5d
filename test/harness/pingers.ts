import type { LogCluster } from "../../grader/harness/log/cluster.ts";
import { type PlayResult, playScenario } from "../../grader/harness/run-scenario.ts";
import { encode } from "../../labs/api/codec.ts";
import { type Script, ScriptedHost } from "../sim/scripted-host.ts";
import { type LogDraft, logScenario } from "./log-scenario.ts";

/** Every 10 ms each peer calls each other one, and then saves the number of its boot. */
const pinger =
  (size: number) =>
  (peer: number): Script => ({
    onBoot: (act) => act.timer(10_000, "ping"),
    onTimer: (act) => {
      for (let other = 0; other < size; other++) if (other !== peer) act.call(other, "ping", encode(act.nowUs));
      act.effect({ kind: "save", state: Uint8Array.from([act.incarnation]), snapshot: null });
      act.timer(10_000, "ping");
    },
    onRequest: (act, { requestId, args }) => act.effect({ kind: "reply", requestId, reply: args }),
    onInvoke: (act, { invokeId }) => act.effect({ kind: "result", invokeId, value: encode({ isLeader: false }) }),
  });

/** Plays a scenario with a cluster of such peers. Whatever keeps it from its end, an expectation of the test included, is thrown. */
export function playPingers(
  size: number,
  run: (c: LogCluster) => void,
  more: Partial<LogDraft> = {},
  seed = 1,
): PlayResult {
  const scenario = logScenario({ id: "test/pingers", peers: size, run, ...more });
  const result = playScenario(scenario, seed, new ScriptedHost(pinger(size)), { keepTrace: true });
  if (result.verdict !== "passed") throw new Error(JSON.stringify(result.failure ?? result.loss ?? result.crash));
  return result;
}

/** Which links carried requests that arrived from `fromMs` until before `toMs`: a line for each receiver, of its senders. */
export function senders({ trace, peers }: PlayResult, fromMs: number, toMs: number): string {
  const seen = trace.filter(
    ({ kind, timeUs }) => kind === "deliver-request" && timeUs >= fromMs * 1_000 && timeUs < toMs * 1_000,
  );
  return peers
    .map(({ peer: to }) =>
      peers
        .filter(({ peer: from }) => seen.some(({ peer, other }) => peer === to && other === from))
        .map(({ peer }) => peer)
        .join(""),
    )
    .join(" ");
}

/** When something of a kind happened to a peer, in milliseconds. */
export function timesOf({ trace }: PlayResult, kind: string, peer: number): number[] {
  return trace.filter((record) => record.kind === kind && record.peer === peer).map(({ timeUs }) => timeUs / 1_000);
}
