import { describe, expect, it } from "vitest";
import { AuditedHost } from "../../grader/audit/audited-host.ts";
import type { SoloPeer } from "../../grader/audit/solo-peer.ts";
import type { Input } from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { Simulation } from "../../grader/sim/simulation.ts";
import { Tape } from "../../grader/sim/tape.ts";
import { Trace } from "../../grader/sim/trace.ts";
import { type Actions, type Script, ScriptedHost } from "./scripted-host.ts";

/**
 * Peers 0 and 1 are cut off from peers 2 and 3 at `CUT_US`. Until then nobody does anything that differs; from then on the
 * others do what a secret says. Nothing that peers 0 and 1 are given may tell the secret.
 */
const CUT_US = 50_000;
const END_US = 8_000_000;
const HERE = [0, 1];
const THERE = [2, 3];

/** What the other side may do to be heard. */
interface Secret {
  readonly name: string;
  /** On peers 2 and 3, every 25 ms from the cut on. `asked` are the requests from before the cut that wait for an answer. */
  readonly act?: (act: Actions, asked: number[]) => void;
  /** What the grader's crash rule does at their saves. */
  readonly crashes?: "before" | "after";
}

const noise = (act: Actions, count: number): void => {
  for (let i = 0; i < count; i++) act.call(act.me === 2 ? 3 : 2, "noise");
};
const SECRETS: readonly Secret[] = [
  { name: "calls each other much", act: (act) => noise(act, 10) },
  { name: "calls each other now and then", act: (act) => noise(act, act.nowUs % 3) },
  { name: "calls the cut-off peers", act: (act) => void act.call(0, "hello") },
  {
    name: "answers what was asked before the cut",
    act: (act, asked) => {
      const requestId = asked.shift();
      if (requestId !== undefined) act.effect({ kind: "reply", requestId, reply: new Uint8Array(1) });
    },
  },
  {
    name: "crashes at a save",
    act: (act) => act.effect({ kind: "save", state: new Uint8Array(1), snapshot: null }),
    crashes: "before",
  },
  {
    name: "logs at odd moments",
    act: (act) => act.effect({ kind: "log", level: "log", text: "x" }),
  },
];

/** All that peers 0 and 1 are given in a run, by peer, in their order. */
function heard(secret: Secret | null, seed: number, weather: boolean): string[] {
  const asked = new Map(THERE.map((peer) => [peer, [] as number[]]));
  const script = (peer: number): Script => ({
    onBoot: (act) => {
      act.timer(4_000 + 311 * peer, "tick");
      if (THERE.includes(peer)) act.timer(CUT_US + 131 * peer, "secret");
    },
    onTimer: (act, name) => {
      if (name === "secret") {
        act.timer(25_000 - 17 * act.me, "secret");
        secret?.act?.(act, asked.get(peer) ?? []);
      } else {
        if (HERE.includes(peer)) for (const to of [0, 1, 2, 3]) act.call(to, "ask");
        if (HERE.includes(peer) && act.nowUs > CUT_US)
          act.effect({ kind: "save", state: new Uint8Array(2), snapshot: null });
        if (HERE.includes(peer) || act.nowUs < CUT_US) act.timer(act.nowUs < CUT_US ? 8_000 : 61_000, "tick");
      }
    },
    onRequest: (act, input) => {
      if (HERE.includes(peer)) act.effect({ kind: "reply", requestId: input.requestId, reply: new Uint8Array(0) });
      else asked.get(peer)?.push(input.requestId);
    },
  });
  const inputs: Input[] = [];
  const ear = {
    reset: () => {},
    note: (given: readonly Input[]) => inputs.push(...given.filter(({ peer }) => HERE.includes(peer))),
  };
  const nothing = () => {};
  const sim = new Simulation({
    processes: processesOf([{ role: "peer", size: 4 }]),
    host: new AuditedHost(new ScriptedHost(script), [ear as unknown as SoloPeer]),
    tape: new Tape(seed),
    trace: new Trace(),
    events: {
      booted: nothing,
      crashed: nothing,
      sent: nothing,
      heard: nothing,
      observed: nothing,
      upcall: nothing,
      log: nothing,
      exception: nothing,
      endedIn: nothing,
      misuse: nothing,
    },
  });
  if (weather) sim.network.model = { unreliable: true, longReordering: true, duplicate: 0.2, reorder: 0.2 };
  let saves = 0;
  sim.crashRules.push((peer, effect) => {
    if (effect.kind !== "save") return null;
    // The cut-off peers crash too, in the middle of windows that the other side has a part in.
    const crashes = THERE.includes(peer.id) ? secret?.crashes : ++saves % 5 === 0 ? "after" : undefined;
    if (crashes === undefined) return null;
    sim.at(sim.nowUs + 20_000, () => sim.boot(peer));
    return crashes;
  });
  for (const peer of sim.peers) sim.boot(peer);
  sim.runUntil(CUT_US);
  sim.network.partition([HERE, THERE]);
  for (let timeUs = CUT_US; timeUs < END_US; timeUs += 1_500_000) {
    sim.runUntil(timeUs);
    sim.invoke(
      [0, 2, 1].map((id) => ({
        peer: sim.peers[id] as (typeof sim.peers)[number],
        method: "poke",
        args: new Uint8Array(0),
      })),
    );
  }
  sim.runUntil(END_US);
  return inputs.sort((a, b) => a.peer - b.peer).map((input) => JSON.stringify(input));
}

describe.each([
  ["quiet", false],
  ["rough", true],
] as const)("on a %s network, peers that are cut off cannot tell whether the other side", (_, weather) => {
  const silences = [1, 2, 3].map((seed) => heard(null, seed, weather));

  it.each(SECRETS)("$name", (secret) => {
    for (const [i, silent] of silences.entries()) {
      expect(silent.filter((input) => input.includes("drop")).length).toBeGreaterThan(2);
      expect(silent.filter((input) => input.includes('"reply":null')).length).toBeGreaterThan(3);
      expect(heard(secret, i + 1, weather)).toEqual(silent);
    }
  });
});
