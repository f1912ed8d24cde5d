/**
 * Evaluated first in every realm: makes its globals virtual, and gives the host what it drives the peer by.
 * Nothing of the host is here but the raw hook.
 */

import { define } from "./define.ts";
import { installStackFormat } from "./errors.ts";
import { footprint, type Watch } from "./footprint.ts";
import { installConsole } from "./globals/console.ts";
import { installDate } from "./globals/date.ts";
import { installLocale } from "./globals/locale.ts";
import { installMicrotasks } from "./globals/microtasks.ts";
import { installPerformance } from "./globals/performance.ts";
import { installRandom } from "./globals/random.ts";
import { installTimers, Timers } from "./globals/timers.ts";
import { installWeb } from "./globals/web/web.ts";
import { hideTexts } from "./hidden-texts.ts";
import { guardHook, type RawHook, type RealmEntries, type RealmOptions } from "./hook.ts";
import { createImporter, type Layers, type ModuleFactories } from "./importer.ts";
import { Buffers } from "./peer/buffers.ts";
import { createPeer, type Peer } from "./peer/peer.ts";

/** 2025-01-01T00:00:00Z: when virtual time begins. */
const EPOCH_MS = 1_735_689_600_000;

/** What real time, shared memory, other threads or the garbage collector would show through. */
const ABSENT = [
  "Atomics",
  "FinalizationRegistry",
  "SharedArrayBuffer",
  "ShadowRealm",
  "Temporal",
  "WeakRef",
  "WebAssembly",
  "gc",
];

/**
 * Prepares this realm for one incarnation of a peer, or, where there is a `watch`, for one after the other. The arguments are primitives and
 * functions of this realm, but for the raw hook.
 */
export function start(
  raw: RawHook,
  firstBootUs: number,
  seed0: number,
  seed1: number,
  seed2: number,
  seed3: number,
  optionsText: string,
  modules: ModuleFactories,
  layers: Layers | undefined,
  watch: Watch | null,
): RealmEntries {
  const { apply } = Reflect;
  const { exec } = RegExp.prototype;
  let bootUs = firstBootUs;
  let nowUs = bootUs;
  const localUs = () => nowUs;
  const nowMs = () => EPOCH_MS + Math.floor(nowUs / 1000);
  const hook = guardHook(raw);
  let options = JSON.parse(optionsText) as RealmOptions;

  for (const name of ABSENT) {
    // One that cannot be deleted, as `gc` where a flag exposes it, can be overwritten.
    if (!Reflect.deleteProperty(globalThis, name)) Reflect.set(globalThis, name, undefined);
  }
  define(globalThis, "global", globalThis);
  installStackFormat(options.filenames);
  if (layers !== undefined && layers.texts.length > 0) hideTexts(layers.texts);
  installDate(nowMs);
  installLocale(nowMs);
  installPerformance(EPOCH_MS, () => bootUs, localUs);
  const reseed = installRandom([seed0, seed1, seed2, seed3]);
  const timers = new Timers(hook, localUs);
  const timerFunctions = installTimers(timers);
  let peer: Peer;
  const failed = (where: string, error: unknown) => peer.failed(where, error);
  installMicrotasks(failed);
  const forgetConsole = installConsole(hook, localUs);
  const buffers = new Buffers(hook);
  installWeb({ buffers, hook, timers, failed });
  const setNow = (value: number) => {
    nowUs = value;
  };
  const begin = (): RealmEntries => {
    const foreign: unknown[] = [];
    const importModule = createImporter(modules, layers, { buffers, timers, timerFunctions, foreign });
    peer = createPeer({ options, hook, buffers, timers, importModule, foreign, setNow });
    return { ...peer, renew };
  };
  let isAsItWas: (() => boolean) | null = null;
  const renew: RealmEntries["renew"] = (againUs, word0, word1, word2, word3, toldText) => {
    if (isAsItWas?.() !== true) return null;
    // What `RegExp.$1` and its like give is what was matched last.
    apply(exec, /(?:)/, [""]);
    if (toldText !== null) options = JSON.parse(toldText) as RealmOptions;
    reseed([word0, word1, word2, word3]);
    forgetConsole();
    timers.renew();
    bootUs = againUs;
    nowUs = againUs;
    return begin();
  };
  if (watch !== null) isAsItWas = footprint(watch);
  return begin();
}
