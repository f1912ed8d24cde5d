import type { Effect } from "../../grader/sim/peer-host.ts";
import { decode, encode } from "../../labs/api/codec.ts";
import { type Actions, type Script, ScriptedHost } from "../sim/scripted-host.ts";

/** How a fake replicated log misbehaves. */
export interface Quirks {
  /** What `getState` reports soon after boot, for each peer; peer 0 leads term 1 by default. */
  readonly state?: (act: Actions) => unknown;
  /** What `start` gives; by default the next index of peer 0. */
  readonly started?: (act: Actions, index: number) => unknown;
  /** What is applied for a command at an index; by default just that, at once, on the peer that started it. */
  readonly applies?: (command: unknown, index: number) => unknown[];
}

/** Peers that pretend to be a replicated log: peer 0 leads and applies what it is given, the others copy it a little later. */
export function fakeLog(quirks: Quirks = {}): ScriptedHost {
  let length = 0;
  const observed = (value: unknown): Effect => ({ kind: "observed", value: encode(value) });
  const upcall = (message: unknown): Effect => ({ kind: "upcall", message: encode(message) });
  const script = (peer: number): Script => ({
    onBoot: (act) => {
      if (peer === 0) length = 0;
      // Nobody may lead who has heard from nobody.
      for (const other of [0, 1, 2]) if (other !== peer) act.call(other, "hello");
      act.timer(2_500, "report");
    },
    onTimer: (act) => act.effect(observed(quirks.state?.(act) ?? { term: 1, isLeader: peer === 0 })),
    onInvoke: (act, input) => {
      const [command] = decode(input.args) as [unknown];
      const result = (value: unknown): void =>
        act.effect({ kind: "result", invokeId: input.invokeId, value: encode(value) });
      if (input.method !== "start") return result(null);
      if (peer !== 0) return result({ index: -1, term: 1, isLeader: false });
      const index = ++length;
      result(quirks.started?.(act, index) ?? { index, term: 1, isLeader: true });
      const messages = quirks.applies?.(command, index) ?? [{ kind: "command", index, command }];
      for (const message of messages) {
        act.effect(upcall(message));
        for (const to of [1, 2]) act.call(to, "copy", encode(message));
      }
    },
    onRequest: (act, input) => {
      if (input.method !== "hello") act.effect(upcall(decode(input.args)));
      act.effect({ kind: "reply", requestId: input.requestId, reply: encode({}) });
    },
  });
  return new ScriptedHost(script);
}
