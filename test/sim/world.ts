import type { SimulationEvents } from "../../grader/sim/entries.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { Simulation } from "../../grader/sim/simulation.ts";
import { Tape } from "../../grader/sim/tape.ts";
import { Trace, type TraceKind } from "../../grader/sim/trace.ts";
import { type Script, ScriptedHost } from "./scripted-host.ts";

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
export const save = (value: number): Effect => ({ kind: "save", state: bytes(value), snapshot: null });
export const log = (text: string): Effect => ({ kind: "log", level: "log", text });

export type World = ReturnType<typeof world>;

/** A kernel with scripted peers, all booted at 0; `events` has what it reported, each with its moment before it. */
export function world(
  script: (peer: number) => Script,
  options: { size?: number; windowUs?: number; oneEntry?: boolean; seed?: number } = {},
) {
  const events: string[] = [];
  /** Who heard from whom, in its order: `peer<other`. */
  const heard: string[] = [];
  const at = (what: string): void => void events.push(`${sim.nowUs} ${what}`);
  const handlers: SimulationEvents = {
    booted: (peer) => at(`boot ${peer.id}.${peer.incarnation}`),
    crashed: (peer) => at(`crash ${peer.id}`),
    sent: () => {},
    heard: (peer, from) => void heard.push(`${peer.id}<${from}`),
    observed: () => {},
    invoked: (peer, id) => at(`invoked ${peer.id} ${id}`),
    returned: (peer, id, value) => at(`returned ${peer.id} ${id} ${value[0]}`),
    upcall: (peer, message) => at(`upcall ${peer.id} ${message[0]}`),
    log: (peer, { text }) => at(`log ${peer.id} ${text}`),
    exception: (peer, { message }) => at(`exception ${peer.id} ${message}`),
    misuse: () => {},
    endedIn: () => {},
  };
  const host = new ScriptedHost(script);
  const trace = new Trace(true);
  const sim: Simulation = new Simulation({
    processes: processesOf([{ role: "peer", size: options.size ?? 2 }]),
    host,
    tape: new Tape(options.seed ?? 1),
    trace,
    events: handlers,
    oneEntry: options.oneEntry ?? false,
    windowUs: options.windowUs ?? 1000,
  });
  for (const peer of sim.peers) sim.boot(peer);
  return { sim, host, trace, events, heard };
}

/** The record of a peer. */
export const peerOf = ({ sim }: World, id: number) => sim.peers[id] as (typeof sim.peers)[number];

/** When something of a kind happened, to whom and from whom: `[timeUs, peer, other]`. */
export function times({ trace }: World, kind: TraceKind): [timeUs: number, peer: number, other: number][] {
  return trace.records.filter((record) => record.kind === kind).map(({ timeUs, peer, other }) => [timeUs, peer, other]);
}
