import { type CrashPoint, EFFECT_KINDS } from "../sim/effects.ts";
import type { CrashRule } from "../sim/entries.ts";
import { LOOKAHEAD_US } from "../sim/network.ts";
import type { PeerRecord } from "../sim/peer.ts";
import type { Simulation } from "../sim/simulation.ts";

/** Where peers crash by themselves: between two effects of one entry, where no pause between messages could reach. */
export interface CrashSpec {
  /** Who may crash; everybody when absent. */
  readonly peers?: readonly number[];
  /** At which effect; when absent, at any call, reply, save or upcall. */
  readonly effect?: CrashPoint;
  /** Whether the effect itself still happens. Default: `before`, it does not. */
  readonly when?: "before" | "after";
  /** The chance for each such effect; default 1. */
  readonly chance?: number;
  /** How many crashes in all; default 1. */
  readonly limit?: number;
  /** The peer boots again after so long, uniformly; absent: it stays down until `restart`. */
  readonly restartAfterMs?: readonly [min: number, max: number];
  /** Never lets a crash leave less than a majority up; default true. */
  readonly keepMajority?: boolean;
  /** Of whom the majority is one; of all when absent. */
  readonly voters?: readonly number[];
}

export interface CrashHandle {
  remove(): void;
  /** How many crashes it has caused. */
  crashes(): number;
}

/** Puts a crash rule in force. `restart` boots a peer that is down. */
export function addCrashRule(sim: Simulation, spec: CrashSpec, restart: (peer: PeerRecord) => void): CrashHandle {
  const { chance = 1, limit = 1, when = "before", keepMajority = true } = spec;
  const seen = new Map<string, number>();
  let crashes = 0;
  const rule: CrashRule = (peer, effect) => {
    if (crashes >= limit) return null;
    if (spec.effect === undefined ? EFFECT_KINDS.get(effect.kind)?.crash !== "any" : spec.effect !== effect.kind)
      return null;
    if (spec.peers !== undefined && !spec.peers.includes(peer.id)) return null;
    const voters = sim.peers.filter(({ id }) => spec.voters?.includes(id) ?? true);
    const up = voters.filter((other) => other.up).length;
    if (keepMajority && 2 * (up - 1) <= voters.length) return null;
    const place = `${peer.id}.${peer.incarnation} ${effect.kind}`;
    const nth = (seen.get(place) ?? 0) + 1;
    seen.set(place, nth);
    if (chance < 1 && !sim.tape.chance(`crash ${place} #${nth}`, chance)) return null;
    crashes++;
    sim.trace.add(sim.nowUs, "fault", peer.id, -1, nth, `crash ${when} ${effect.kind}`);
    if (spec.restartAfterMs !== undefined) {
      const [minMs, maxMs] = spec.restartAfterMs;
      const waitUs =
        Math.round(minMs * 1000) + sim.tape.below(`down ${place} #${nth}`, Math.round((maxMs - minMs) * 1000) + 1);
      const { incarnation } = peer;
      sim.at(sim.nowUs + Math.max(LOOKAHEAD_US, waitUs), () => {
        if (!peer.up && peer.incarnation === incarnation) restart(peer);
      });
    }
    return when;
  };
  sim.crashRules.push(rule);
  return {
    remove: () => {
      const at = sim.crashRules.indexOf(rule);
      if (at >= 0) sim.crashRules.splice(at, 1);
    },
    crashes: () => crashes,
  };
}
