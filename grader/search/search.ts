import type { Instance } from "../harness/instance.ts";
import { playScript, type Theatre } from "../shrink/play-script.ts";
import type { Script } from "../shrink/script.ts";
import { signatureOf } from "../shrink/signature.ts";
import type { Effect } from "../sim/peer-host.ts";
import { HostLost } from "../sim/peer-host.ts";
import { Tape } from "../sim/tape.ts";
import { Choices } from "./choices.ts";
import { type Caps, type Coverage, Explorer } from "./explorer.ts";
import { Histories } from "./histories.ts";
import { Ended, type Taken } from "./levels.ts";
import { type BootInput, LivePeers, type SoloHost, Unrepeatable } from "./live-peers.ts";
import { MemoHost } from "./memo-host.ts";
import type { Life } from "./moment.ts";
import { State } from "./state.ts";
import { SEED, scriptOf } from "./way-script.ts";

export type { Caps, Coverage } from "./explorer.ts";
export type { SoloHost } from "./live-peers.ts";

/** Enough for three peers, two rivals and one loss or restart, in well below a minute. */
export const DEFAULT_CAPS: Caps = { prefixes: 10_000_000, histories: 60_000, steps: 300 };
/** So many ways that break something are found before the search ends: the first may be one that the real kernel does not repeat. */
const FOUND_MAX = 3;

/** What was played of an instance whose peers do not even boot. */
const UNSEEN = { orders: 0, prefixes: 0, checked: 0, leftAtLeast: null };

/** A way through an instance that breaks something, as far as the search knows. */
export interface Found {
  readonly script: Script;
  /** See `signatureOf`. */
  readonly signature: string;
  /** So many beginnings had been looked at by then. */
  readonly prefixes: number;
}

/** How a search goes about it. It changes nothing of what is found, as long as a peer does the same whenever it is given the same. */
export interface Means {
  /**
   * Student code runs only for what is looked at there and then, so that it is known at which step a host was lost. Otherwise what
   * is wanted before long is asked for beforehand, in fewer exchanges, and a host that can works while others are walked.
   */
  readonly isStepwise?: boolean;
}

/** What came of a search. Nothing of it is a verdict: what was found is to be played by the ordinary kernel, in fresh realms. */
export interface Searched {
  readonly coverage: Coverage;
  readonly found: readonly Found[];
  /** Why it ended before its end; the script leads there. `unrepeatable`: a peer did something else when the same was done again. */
  readonly ended?: { readonly by: "unrepeatable" | "lost"; readonly script: Script; readonly loss?: HostLost };
}

/**
 * Plays all orders of an instance, as far as the caps allow: a pure function of (submission, instance, caps). Student code runs in `host`,
 * one peer by itself, and only for what no peer was led through before; everything else is looked up.
 */
export function searchInstance(
  lab: string,
  theatre: Theatre,
  instance: Instance,
  host: SoloHost,
  caps: Caps = DEFAULT_CAPS,
  means: Means = {},
): Searched {
  const searched = search(lab, theatre, instance, host, caps, means, true);
  // It may have been something in a realm's globals that another life left there.
  return searched.ended?.by === "unrepeatable" ? search(lab, theatre, instance, host, caps, means, false) : searched;
}

function search(
  lab: string,
  theatre: Theatre,
  instance: Instance,
  host: SoloHost,
  caps: Caps,
  { isStepwise = false }: Means,
  renewsRealms: boolean,
): Searched {
  const boots = bootsOf(lab, theatre, instance);
  const tape = new Tape(SEED);
  const live = new LivePeers(host, (life) => bootOf(boots, tape, life), renewsRealms);
  const histories = new Histories(live, theatre.service);
  const memo = new MemoHost();
  const found: Found[] = [];
  const judge = (way: readonly Taken[]): boolean => {
    memo.tell(entriesOf(first, way));
    const play = playScript(theatre, scriptOf(lab, instance, way), memo);
    const signature = signatureOf(play);
    if (signature !== null) {
      const script = scriptOf(lab, instance, way);
      const steps = script.steps.slice(0, play.outcomes.length);
      const prefixes = explorer?.prefixes ?? 0;
      found.push({ script: { ...script, steps, breaks: signature }, signature, prefixes });
    }
    return found.length >= FOUND_MAX;
  };
  let explorer: Explorer | null = null;
  let first: readonly (readonly Effect[])[] = [];
  try {
    const moments = boots.map((_, peer) => histories.first(peer));
    first = moments.map(({ effects }) => effects);
    const choices = new Choices(instance, histories);
    const how = { endsWithUpcall: instance.endsWithUpcall === true, foresees: !isStepwise };
    explorer = new Explorer(new State(instance, moments), choices, histories, caps, how, judge);
    return { coverage: explorer.walk(), found };
  } catch (error) {
    const reason = error instanceof Ended ? error.reason : error;
    const script = scriptOf(lab, instance, error instanceof Ended ? error.way : []);
    const coverage = explorer?.coverage() ?? { ...UNSEEN, histories: histories.count, lives: histories.lives };
    if (reason instanceof Unrepeatable) return { coverage, found, ended: { by: "unrepeatable", script } };
    if (reason instanceof HostLost) return { coverage, found, ended: { by: "lost", script, loss: reason } };
    throw reason;
  }
}

/** The effects of all entries of a way, in the order in which its script brings them about. */
function entriesOf(boots: readonly (readonly Effect[])[], way: readonly Taken[]): (readonly Effect[])[] {
  const moments = way.flatMap(({ moment, reborn }) => [moment, reborn]);
  return [...boots, ...moments.flatMap((moment) => (moment === null ? [] : [moment.effects]))];
}

/** What the kernel tells the host when peers of this instance boot for the first time. */
function bootsOf(lab: string, theatre: Theatre, instance: Instance): BootInput[] {
  const boots: BootInput[] = [];
  const memo = new MemoHost();
  memo.tell(Array.from({ length: instance.peers }, () => []));
  playScript(theatre, scriptOf(lab, instance, []), {
    reset: () => memo.reset(),
    exchange: (window) => {
      for (const input of window.inputs) if (input.kind === "boot") boots[input.peer] = input;
      return memo.exchange(window);
    },
  });
  return boots;
}

function bootOf(boots: readonly BootInput[], tape: Tape, { peer, incarnation, state, snapshot }: Life): BootInput {
  const seed = tape.words(`peer ${peer} incarnation ${incarnation}`);
  return { ...(boots[peer] as BootInput), timeUs: 0, incarnation, seed, state, snapshot };
}
