import type { Instance } from "../harness/instance.ts";
import type { Choice, Delivery, Repetition } from "./choice.ts";
import type { Message, Moment } from "./moment.ts";

/** What it takes to undo one choice. */
interface Undo {
  moment: Moment;
  started: number;
  lost: number;
  duplicated: number;
  crashes: number;
  /** Of a message that arrived: where it was. */
  place: number;
}

/**
 * All peers at one moment, what is on its way, and what is left of what an instance allows. One search has one of it, which goes
 * forth and back along the ways: a new one for each beginning took longer than all else.
 */
export class State {
  readonly moments: Moment[];
  /** By receiver, in the order in which it was sent. */
  readonly pending: Delivery[][];
  /** By receiver: requests that arrived, while they may do so again. */
  readonly arrived: Repetition[][];
  /** Bit by bit, which of the instance's starts were called. */
  started = 0;
  lost: number;
  duplicated: number;
  crashes: number;
  /** By peer. */
  readonly timers: number[];
  readonly #undo: Undo[] = [];
  #depth = 0;

  constructor({ starts, timers = [], lost = 0, duplicated = 0, crashes = 0 }: Instance, moments: readonly Moment[]) {
    if (starts.length > 30) throw new Error("an instance has too many starts");
    this.moments = [...moments];
    this.pending = moments.map(() => []);
    this.arrived = moments.map(() => []);
    this.timers = moments.map((_, peer) => timers[peer] ?? 0);
    this.lost = lost;
    this.duplicated = duplicated;
    this.crashes = crashes;
    for (const { sends } of moments) this.#send(sends);
  }

  /** Takes a choice, by which its peer came to `moment`, mostly after a crash, and sent these messages. */
  take(choice: Choice, crash: number, moment: Moment, sends: readonly Delivery[]): void {
    const { peer } = choice;
    const undo = this.#undoAt(this.#depth++);
    undo.moment = this.moments[peer] as Moment;
    undo.started = this.started;
    undo.lost = this.lost;
    undo.duplicated = this.duplicated;
    undo.crashes = this.crashes;
    this.moments[peer] = moment;
    switch (choice.kind) {
      case "deliver": {
        const all = this.pending[peer] as Delivery[];
        undo.place = all.indexOf(choice);
        removeAt(all, undo.place);
        if (this.#mayComeAgain(choice)) this.arrived[peer]?.push(choice.again);
        break;
      }
      case "again":
        this.duplicated--;
        break;
      case "fail":
        this.lost--;
        break;
      case "timer":
        (this.timers[peer] as number)--;
        break;
      case "start":
        this.started |= 1 << choice.start;
        break;
    }
    if (crash > 0) this.crashes--;
    this.#send(sends);
  }

  /** Makes it what it was before the choice that was taken last, which is this one. */
  untake(choice: Choice, sends: readonly Delivery[]): void {
    const { peer } = choice;
    const undo = this.#undo[--this.#depth] as Undo;
    for (let at = sends.length - 1; at >= 0; at--) this.pending[(sends[at] as Delivery).peer]?.pop();
    if (choice.kind === "deliver") {
      insertAt(this.pending[peer] as Delivery[], undo.place, choice);
      if (this.#mayComeAgain(choice)) this.arrived[peer]?.pop();
    } else if (choice.kind === "timer") (this.timers[peer] as number)++;
    this.moments[peer] = undo.moment;
    this.started = undo.started;
    this.lost = undo.lost;
    this.duplicated = undo.duplicated;
    this.crashes = undo.crashes;
  }

  #send(sends: readonly Delivery[]): void {
    for (let at = 0; at < sends.length; at++) {
      const delivery = sends[at] as Delivery;
      this.pending[delivery.peer]?.push(delivery);
    }
  }

  #mayComeAgain({ message }: Delivery): boolean {
    return this.duplicated > 0 && message.kind === "request";
  }

  #undoAt(depth: number): Undo {
    let undo = this.#undo[depth];
    if (undo === undefined) {
      undo = { moment: this.moments[0] as Moment, started: 0, lost: 0, duplicated: 0, crashes: 0, place: 0 };
      this.#undo.push(undo);
    }
    return undo;
  }
}

/** Whether a message can arrive where its receiver is now. */
export function canArrive({ kind, call }: Message, { life, open }: Moment): boolean {
  if (kind === "request") return true;
  if (call.incarnation !== life.incarnation) return false;
  for (let at = 0; at < open.length; at++) if (open[at]?.call.callId === call.callId) return true;
  return false;
}

function removeAt<Item>(list: Item[], place: number): void {
  for (let at = place + 1; at < list.length; at++) list[at - 1] = list[at] as Item;
  list.pop();
}

function insertAt<Item>(list: Item[], place: number, item: Item): void {
  for (let at = list.length; at > place; at--) list[at] = list[at - 1] as Item;
  list[place] = item;
}
