import type { ToldFact } from "../../../../grader/explain/types.ts";
import { at } from "../../../../grader/explain/words.ts";
import type { Micros } from "../../../../grader/sim/peer-host.ts";
import type { Onlooker } from "../events.ts";
import { requestText, triggerText } from "./words.ts";

const CALLS_SHOWN = 3;

/** What peers still called after kill(). */
export class KilledFacts {
  readonly #killedUs = new Map<number, Micros>();
  readonly #calls: string[] = [];

  readonly look: Onlooker = (event) => {
    const { peer, timeUs } = event;
    if (event.kind === "boots") this.#killedUs.delete(peer.id);
    if (event.kind === "ends" && event.invoked === "kill") this.#killedUs.set(peer.id, timeUs);
    if (event.kind !== "asks" || !this.#killedUs.has(peer.id) || this.#calls.length >= CALLS_SHOWN) return;
    const { to, method, request } = event.asked;
    this.#calls.push(
      `peer ${peer.id} sent ${requestText(method, request)} to peer ${to} at ${at(timeUs)}, ${triggerText(peer)}`,
    );
  };

  get facts(): ToldFact[] {
    const killed = [...this.#killedUs].map(([peer, timeUs]) => ({
      label: "killed",
      text: `kill() of peer ${peer} was called at ${at(timeUs)}`,
    }));
    return [...killed, ...this.#calls.map((text) => ({ label: "after it", text }))];
  }
}
