import type { Instance } from "../harness/instance.ts";
import type { Message, Moment } from "./moment.ts";

/** What is left of what an instance allows. */
export interface Budgets {
  readonly lost: number;
  readonly duplicated: number;
  readonly crashes: number;
  /** By peer. */
  readonly timers: readonly number[];
}

/** All peers at one moment, and what is on its way. */
export interface State {
  readonly moments: readonly Moment[];
  /** By receiver, in the order in which it was sent. */
  readonly pending: readonly (readonly Message[])[];
  /** By receiver: requests that arrived. */
  readonly arrived: readonly (readonly Message[])[];
  /** Bit by bit, which of the instance's starts were called. */
  readonly started: number;
  readonly budgets: Budgets;
}

/** One thing that can happen next. */
export type Choice = {
  readonly peer: number;
  /** It crashes just after the so-many-eth effect at which it can, and boots again; 0: it does not. */
  readonly crash: number;
  /** Names it among all that can ever happen to that peer. */
  readonly key: number;
} & (
  | { readonly kind: "deliver" | "again"; readonly message: Message }
  | { readonly kind: "fail"; readonly call: Moment["open"][number] }
  | { readonly kind: "timer" }
  | { readonly kind: "start"; readonly start: number }
);

export function startOf(
  { starts, timers = [], lost = 0, duplicated = 0, crashes = 0 }: Instance,
  moments: Moment[],
): State {
  if (starts.length > 30) throw new Error("an instance has too many starts");
  const budgets = { lost, duplicated, crashes, timers: moments.map((_, peer) => timers[peer] ?? 0) };
  const pending = moments.map(() => [] as Message[]);
  for (const { sends } of moments) for (const message of sends) pending[message.to]?.push(message);
  return { moments, pending, arrived: moments.map(() => []), started: 0, budgets };
}

/** Whether a message can arrive where its receiver is now. */
export function canArrive({ kind, call }: Message, { life, open }: Moment): boolean {
  if (kind === "request") return true;
  return call.incarnation === life.incarnation && open.some(({ callId }) => callId === call.callId);
}

/** The state after a choice by which a peer came to `moment`, and sent these messages on its way there. */
export function stateAfter(state: State, choice: Choice, moment: Moment, sends: readonly Message[]): State {
  const { peer } = choice;
  const moments = state.moments.slice();
  moments[peer] = moment;
  let { pending, arrived, started } = state;
  let { lost, duplicated, crashes, timers } = state.budgets;
  if (choice.kind === "deliver" || sends.length > 0) {
    const all = pending.slice();
    if (choice.kind === "deliver") all[peer] = (all[peer] ?? []).filter((message) => message !== choice.message);
    for (const message of sends) all[message.to] = [...(all[message.to] ?? []), message];
    pending = all;
  }
  if (choice.kind === "deliver" && choice.message.kind === "request" && duplicated > 0) {
    const all = arrived.slice();
    all[peer] = [...(all[peer] ?? []), choice.message];
    arrived = all;
  }
  if (choice.kind === "again") duplicated--;
  if (choice.kind === "fail") lost--;
  if (choice.kind === "timer") timers = timers.map((left, of) => (of === peer ? left - 1 : left));
  if (choice.kind === "start") started |= 1 << choice.start;
  if (choice.crash > 0) crashes--;
  const isSame =
    lost === state.budgets.lost &&
    duplicated === state.budgets.duplicated &&
    crashes === state.budgets.crashes &&
    timers === state.budgets.timers;
  return {
    moments,
    pending,
    arrived,
    started,
    budgets: isSame ? state.budgets : { lost, duplicated, crashes, timers },
  };
}
