import type { OwnCall } from "../harness/solo-service.ts";
import type { CallName, Message } from "./moment.ts";

/** No entry has so many effects at which a peer could crash that all of them were tried. */
export const CRASHES_MAX = 63;

interface Happening {
  readonly peer: number;
  /** What happens to the peer, as a number. */
  readonly edge: number;
  /** Names it among all that can ever happen to that peer; so many more by `n`, it with a crash after its nth effect. */
  readonly key: number;
}

/** A message arrives. */
export interface Delivery extends Happening {
  readonly kind: "deliver";
  readonly message: Message;
  /** The same message once more. */
  readonly again: Repetition;
}

export interface Repetition extends Happening {
  readonly kind: "again";
  readonly message: Message;
}

/** A caller is told that no answer will come. */
export interface Failing extends Happening {
  readonly kind: "fail";
  readonly call: CallName;
}

/** The service makes a call that it makes by itself. */
export interface Serving extends Happening {
  readonly kind: "service";
  readonly call: OwnCall;
  readonly invokeId: number;
}

/** One thing that can happen next. Each is made once: a search makes nothing for a beginning of an order. */
export type Choice =
  | Delivery
  | Repetition
  | Failing
  | Serving
  | (Happening & { readonly kind: "timer" })
  | (Happening & { readonly kind: "start"; readonly start: number });

/** `edge`: see `Histories.edgeOf`. */
export function happening(peer: number, edge: number): Happening {
  return { peer, edge, key: edge * (CRASHES_MAX + 1) };
}

export function deliveryOf(message: Message): Delivery {
  const { to: peer, edge } = message;
  const { key } = happening(peer, edge);
  return { peer, edge, key, kind: "deliver", message, again: { peer, edge, key, kind: "again", message } };
}
