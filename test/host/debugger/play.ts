/**
 * Plays a run in this thread, and stops at some moments of it, where a debugger in another thread looks at every peer's object:
 * `node play.mjs <order as JSON>`. Prints what the debugger found otherwise than the fields that were told.
 */
import { Worker } from "node:worker_threads";
import { playScenario } from "../../../grader/harness/run-scenario.ts";
import { Engine } from "../../../grader/host/engine.ts";
import { loadRealmTexts } from "../../../grader/host/realm-texts.ts";
import { FieldHistory } from "../../../grader/page/fields/history.ts";
import { loadOf } from "../../../grader/run/load.ts";
import type { PeerHost, Window } from "../../../grader/sim/peer-host.ts";
import type { FieldChange } from "../../../grader/sim/trace.ts";
import { bundleSubmission, openSubmission } from "../../../grader/submission/index.ts";
import { labs, scenarioOf } from "../../../labs/index.ts";

export interface Order {
  readonly submission: string;
  readonly realm: string;
  readonly scenario: string;
  readonly seed: number;
  /** At so many moments, one window in so many. */
  readonly moments: number;
  readonly every: number;
  /** Fields that are made private in the bundle. */
  readonly privates: readonly string[];
}

/** A place among the fields: the one that it lies below, its name, and what is there. */
export type Told = readonly [parent: number, name: string, text: string];

/** What the host keeps of a peer, and where. */
interface Slot {
  readonly incarnation: { readonly realm: { readonly inner: { self(): object | null } } } | null;
}

/** The debugger stops here, and looks at both. */
function atMoment(peer: object, told: string): number {
  // biome-ignore lint/suspicious/noDebugger: it is what this is for.
  debugger;
  return peer === null ? 0 : told.length;
}

/** All moments have been looked at: what comes after them in the run is of no use. */
class Enough extends Error {}

/** Between two windows nothing happens: whatever was told of fields is what is there. */
class StoppingHost implements PeerHost {
  readonly changes: FieldChange[] = [];
  left: number;
  #peers = 0;
  #roll = 1;

  constructor(
    private readonly engine: Engine,
    private readonly order: Order,
  ) {
    this.left = order.moments;
  }

  reset(): void {
    this.engine.reset();
  }

  exchange(window: Window) {
    for (const input of window.inputs) if (input.kind === "boot") this.#peers = input.processes.length;
    const result = this.engine.exchange(window);
    for (const { peer, fields } of result.entries)
      if (fields !== undefined) this.changes.push({ from: 0, to: 0, peer, bytes: fields });
    this.#roll = (Math.imul(this.#roll, 1_664_525) + 1_013_904_223) >>> 0;
    if (this.#roll % this.order.every === 0) this.stop();
    if (this.left === 0) throw new Enough();
    return result;
  }

  private stop(): void {
    const history = new FieldHistory(this.changes, this.#peers);
    const states = history.statesBefore(history.steps.length);
    const { slots } = this.engine as unknown as { slots: readonly Slot[] };
    for (const [peer, { incarnation }] of slots.entries()) {
      const object = incarnation?.realm.inner.self() ?? null;
      const state = states.get(peer);
      if (object === null || state === undefined) continue;
      const numbers = new Map([...state.keys()].map((path, at) => [path, at]));
      const told = [...state].map(([path, text]): Told => {
        const above = numbers.get(history.parents[path] as number) ?? -1;
        return [above, history.texts[history.keys[path] as number] as string, history.texts[text] as string];
      });
      atMoment(object, JSON.stringify(told));
    }
    this.left--;
  }
}

const order = JSON.parse(process.argv[2] as string) as Order;
const lab = labs.find(({ suites }) => suites.some((suite) => suite.scenarios.some(({ id }) => id === order.scenario)));
if (lab === undefined) throw new Error(`no lab has ${order.scenario}`);
const bundle = await bundleSubmission(openSubmission(order.submission, lab.form));
const code = order.privates.reduce(
  (text, name) =>
    text
      .replace(new RegExp(`this\\.${name}\\b`, "g"), `this.#${name}`)
      .replace(new RegExp(`^ {2,}${name}(?=;| = )`, "gm"), `  #${name}`),
  bundle.code,
);
const engine = new Engine({
  ...{ ...loadOf(bundle, lab.form), code },
  ...{ ...loadRealmTexts(order.realm), tellsFields: true },
});
const debuggerThread = new Worker(new URL("look.mjs", import.meta.url));
await new Promise((resolve) => debuggerThread.once("message", resolve));
const host = new StoppingHost(engine, order);
try {
  playScenario(scenarioOf(order.scenario), order.seed, host);
} catch (error) {
  if (!(error instanceof Enough)) throw error;
}
debuggerThread.once("message", (found: object) => {
  console.log(JSON.stringify({ moments: order.moments - host.left, ...found }));
  process.exit(0);
});
debuggerThread.postMessage("done");
