import type { Instance } from "../harness/instance.ts";
import { hashOf } from "../shrink/hash.ts";
import type { MessageRef, Script, Step } from "../shrink/script.ts";
import { crashPointOf } from "./histories.ts";
import type { Taken } from "./levels.ts";
import type { Message } from "./moment.ts";

/** The peers' dice are those of this seed, in the search and in the script of what it found. */
export const SEED = 1;

/** A way through an instance as a script, which the ordinary kernel plays. */
export function scriptOf(lab: string, instance: Instance, way: readonly Taken[]): Script {
  const { peers, options } = instance;
  const boots = Array.from({ length: peers }, (_, peer): Step => ({ do: "boot", peer }));
  const steps = [...boots, ...way.flatMap((taken) => stepsOf(instance, taken))];
  return { lab, groups: [{ role: "peer", size: peers }], seed: SEED, ...(options && { options }), steps };
}

function stepsOf({ starts }: Instance, { choice, crash: nth, moment }: Taken): Step[] {
  const { peer } = choice;
  const crash = nth === 0 || moment === null ? null : { crash: crashPointOf(moment, nth) };
  const boots: Step[] = nth === 0 ? [] : [{ do: "boot", peer }];
  switch (choice.kind) {
    case "deliver":
      return [{ do: "deliver", ref: refOf(choice.message), ...crash }, ...boots];
    case "again":
      return [{ do: "deliver", ref: refOf(choice.message), again: true, ...crash }, ...boots];
    case "fail": {
      const { from, to, method, nth } = choice.call;
      return [{ do: "fail", ref: { what: "request", from, to, method, nth }, ...crash }, ...boots];
    }
    case "service":
      return [{ do: "snapshot", peer, ...crash }, ...boots];
    case "timer":
      return [{ do: "timer", peer, ...crash }, ...boots];
    case "start": {
      const { command, slot } = starts[choice.start] as (typeof starts)[number];
      return [{ do: "start", peer, ...(slot !== undefined && { slot }), command, ...crash }, ...boots];
    }
  }
}

/** Of two answers to one call, which there are when a request arrived twice, what they hold says which one is meant. */
function refOf({ kind, from, to, call, bytes }: Message): MessageRef {
  return { what: kind, from, to, method: call.method, nth: call.nth, like: hashOf(bytes) };
}
