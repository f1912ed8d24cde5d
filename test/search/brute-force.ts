import type { Instance } from "../../grader/harness/instance.ts";
import type { Did, Given, Toy } from "./toy.ts";

/** What brute force counts. */
export interface Counts {
  orders: number;
  prefixes: number;
}

type Packet =
  | { kind: "request"; from: number; to: number; life: number; call: number; args: unknown }
  | { kind: "reply"; from: number; to: number; life: number; call: number; reply: unknown };
interface Peer {
  life: number;
  given: Given[];
  calls: number;
  requests: number;
  handling: Map<number, { from: number; life: number; call: number }>;
  open: Set<number>;
  saved: unknown;
  did: readonly Did[];
  /** All that ever happened to it. */
  past: string;
}
interface World {
  peers: Peer[];
  packets: Packet[];
  arrived: Packet[];
  started: Set<number>;
  left: { lost: number; duplicated: number; crashes: number; timers: number[] };
}

/**
 * All orders of an instance by brute force, one by one, with nothing left out and nothing remembered: those in which each peer is led
 * through the same are one order.
 */
export function bruteForce(
  toy: Toy,
  { peers, starts, timers = [], lost = 0, duplicated = 0, crashes = 0 }: Instance,
): Counts {
  const prefixes = new Set<string>();
  const orders = new Set<string>();
  const keyOf = (world: World) => world.peers.map(({ past }) => past).join("|");
  const first: World = {
    peers: Array.from({ length: peers }, () => newPeer()),
    packets: [],
    arrived: [],
    started: new Set(),
    left: { lost, duplicated, crashes, timers: Array.from({ length: peers }, (_, peer) => timers[peer] ?? 0) },
  };
  for (let peer = 0; peer < peers; peer++) happen(toy, first, peer, { kind: "boot", saved: null }, "boot", 0);
  const walk = (world: World): void => {
    const key = keyOf(world);
    if (prefixes.has(key)) return;
    prefixes.add(key);
    const arrivable = world.packets.filter((packet) => canArrive(world, packet));
    if (arrivable.length === 0 && world.started.size === starts.length) orders.add(key);
    const go = (change: (next: World) => boolean): void => {
      const next = structuredClone(world);
      if (change(next)) walk(next);
    };
    /** The same with every crash. */
    const each = (peer: number, change: (next: World, crash: number) => boolean): void => {
      go((next) => change(next, 0));
      if (world.left.crashes === 0) return;
      const probe = structuredClone(world);
      if (!change(probe, 0)) return;
      const count = (probe.peers[peer] as Peer).did.length;
      for (let crash = 1; crash <= count; crash++) go((next) => change(next, crash));
    };
    for (const packet of arrivable) {
      const at = world.packets.indexOf(packet);
      each(packet.to, (next, crash) => {
        const [taken] = next.packets.splice(at, 1) as [Packet];
        if (taken.kind === "request") next.arrived.push(taken);
        return receive(toy, next, taken, crash);
      });
    }
    starts.forEach((start, which) => {
      // Those of the same peers come in their order.
      const isFirst = starts
        .slice(0, which)
        .every((one, at) => world.started.has(at) || `${one.peers}` !== `${start.peers}`);
      if (world.started.has(which) || !isFirst) return;
      for (const peer of start.peers)
        each(peer, (next, crash) => {
          next.started.add(which);
          return happen(toy, next, peer, { kind: "start", command: start.command }, `start ${which}`, crash);
        });
    });
    for (const [peer, one] of world.peers.entries()) {
      if ((world.left.timers[peer] as number) > 0)
        each(peer, (next, crash) => {
          next.left.timers[peer] = (next.left.timers[peer] as number) - 1;
          return happen(toy, next, peer, { kind: "timer" }, "timer", crash);
        });
      if (world.left.lost > 0)
        for (const call of one.open)
          each(peer, (next, crash) => {
            next.left.lost--;
            (next.peers[peer] as Peer).open.delete(call);
            return happen(toy, next, peer, { kind: "reply", call, reply: null }, `null ${call}`, crash);
          });
    }
    if (world.left.duplicated > 0)
      for (const packet of world.arrived)
        each(packet.to, (next, crash) => {
          next.left.duplicated--;
          return receive(toy, next, packet, crash);
        });
  };
  walk(first);
  return { orders: orders.size, prefixes: prefixes.size };
}

function newPeer(): Peer {
  return {
    life: 1,
    given: [],
    calls: 0,
    requests: 0,
    handling: new Map(),
    open: new Set(),
    saved: null,
    did: [],
    past: "",
  };
}

function canArrive({ peers }: World, packet: Packet): boolean {
  const { life, open } = peers[packet.to] as Peer;
  return packet.kind === "request" || (packet.life === life && open.has(packet.call));
}

function receive(toy: Toy, world: World, packet: Packet, crash: number): boolean {
  const peer = world.peers[packet.to] as Peer;
  const { from, life, call } = packet;
  if (packet.kind === "reply") {
    peer.open.delete(call);
    const { reply } = packet;
    return happen(
      toy,
      world,
      packet.to,
      { kind: "reply", call, reply },
      `reply ${call} ${JSON.stringify(reply)}`,
      crash,
    );
  }
  const id = ++peer.requests;
  peer.handling.set(id, { from, life, call });
  const past = `request ${from} ${life} ${call} ${JSON.stringify(packet.args)}`;
  return happen(toy, world, packet.to, { kind: "request", id, from, args: packet.args }, past, crash);
}

/** False of a timer that is not set. `crash`: after so many of the things that it does. */
function happen(toy: Toy, world: World, at: number, given: Given, past: string, crash: number): boolean {
  const peer = world.peers[at] as Peer;
  const did = toy(at, [...peer.given, given]);
  if (did === null) return false;
  peer.given.push(given);
  peer.past += ` ${past}${crash > 0 ? ` crash ${crash}` : ""};`;
  peer.did = did;
  for (const one of crash > 0 ? did.slice(0, crash) : did) {
    if (one.kind === "call") {
      peer.open.add(++peer.calls);
      const { to, args } = one;
      world.packets.push({ kind: "request", from: at, to, life: peer.life, call: peer.calls, args });
    } else if (one.kind === "save") peer.saved = one.state;
    else if (one.kind === "reply") {
      const asked = peer.handling.get(one.id);
      if (asked !== undefined)
        world.packets.push({ kind: "reply", ...asked, from: at, to: asked.from, reply: one.reply });
      peer.handling.delete(one.id);
    }
  }
  if (crash === 0) return true;
  world.left.crashes--;
  const { life, saved, past: all } = peer;
  world.peers[at] = { ...newPeer(), life: life + 1, saved, past: all };
  return happen(toy, world, at, { kind: "boot", saved }, "boot", 0);
}
