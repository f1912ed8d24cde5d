import type { SoloService } from "../harness/solo-service.ts";
import { CRASH_EFFECTS, type CrashPoint } from "../shrink/script.ts";
import type { Effect } from "../sim/peer-host.ts";
import { type Delivery, deliveryOf, type Failing, happening } from "./choice.ts";
import { effectText } from "./fingerprint.ts";
import { Interned, textOf } from "./interned.ts";
import type { LivePeers, Next, Step } from "./live-peers.ts";
import type { CallName, Crashed, Life, Message, Moment, Stimulus } from "./moment.ts";

const NOTHING = new Uint8Array(0);
const NO_SERVICE: SoloService = { begin: () => null, after: (state) => ({ state, call: null }) };
const SHOWN: ReadonlySet<Effect["kind"]> = new Set(["observed", "upcall", "result", "exception", "misuse"]);

/** All moments that peers were ever in, each found out once. */
export class Histories {
  /** How many there are: so often student code did something new. */
  count = 0;
  /** How many lives it takes at least to lead peers through them. */
  lives = 0;
  readonly #live: LivePeers;
  readonly #service: SoloService;
  readonly #edges = new Interned();
  readonly #labels = new Interned();
  readonly #lifeNames = new Interned();
  readonly #lives = new Map<number, Moment>();

  /** `service`: what the services of peers do by themselves. */
  constructor(live: LivePeers, service: SoloService = NO_SERVICE) {
    this.#live = live;
    this.#service = service;
  }

  /** A peer that boots for the first time. */
  first(peer: number): Moment {
    return this.#born({ peer, incarnation: 1, state: NOTHING, snapshot: NOTHING, sent: new Map() });
  }

  /** A number for anything else that can be done to a peer. */
  edgeOf(text: string): number {
    return this.#edges.of(text);
  }

  /** Finds out the moment after one thing more, which is kept in `next`; null of a timer when none is set that does anything. */
  find(parent: Moment, next: Next): Moment | null {
    const step = this.#live.step(parent, next);
    const moment = step === null ? null : this.#made(parent.life, parent, next.stimulus, step);
    parent.next.set(next.edge, moment);
    if (moment === null) return null;
    if (parent.isFollowed) this.lives++;
    parent.isFollowed = true;
    return moment;
  }

  /** Asks for things that are to be found out before long: so student code runs while others are walked. */
  foresee(moment: Moment, line: readonly Next[]): void {
    this.#live.foresee(moment, line);
  }

  /** Waits for all that was asked for. */
  hear(): void {
    this.#live.hear();
  }

  /** Finds out, to be kept in `crashed`, what comes of a crash just after the so-many-eth effect at which it can crash. */
  findCrashed(moment: Moment, nth: number): Crashed {
    const effects = moment.effects.slice(0, (crashesOf(moment)[nth - 1] as number) + 1);
    const { life, parent } = moment;
    const cut = consequences(life, parent, moment.stimulus, effects, this.#edges, this.#service);
    const { state, snapshot, sent } = cut;
    const reborn = this.#born({ peer: life.peer, incarnation: life.incarnation + 1, state, snapshot, sent });
    const crashed = { sends: [...cut.sends, ...reborn.sends], shows: this.#labelOf(moment, effects).label, reborn };
    moment.crashed.set(nth, crashed);
    return crashed;
  }

  #born(life: Life): Moment {
    const { peer, incarnation, state, snapshot, sent } = life;
    const counts = [...sent].map(([link, count]) => `${link} ${count}`).join();
    const name = `${peer} ${incarnation} ${counts} ${state.length} ${textOf(state)} ${textOf(snapshot)}`;
    const key = this.#lifeNames.of(name);
    let moment = this.#lives.get(key);
    if (moment === undefined) {
      moment = this.#made(life, null, { kind: "boot" }, this.#live.boot(life));
      this.lives++;
      this.#lives.set(key, moment);
    }
    return moment;
  }

  #made(life: Life, parent: Moment | null, stimulus: Stimulus, step: Step): Moment {
    const effects = step.effects ?? [];
    this.count++;
    const { since, isShown, label } = this.#labelOf({ life, parent, stimulus }, effects);
    const after = consequences(life, parent, stimulus, effects, this.#edges, this.#service);
    return {
      parent,
      stimulus,
      life,
      effects,
      depth: parent === null ? 0 : parent.depth + 1,
      step,
      // One by one: an object that is copied into another takes V8 several times as long.
      state: after.state,
      snapshot: after.snapshot,
      observed: after.observed,
      requests: after.requests,
      invocations: after.invocations,
      service: after.service,
      due: after.due,
      handling: after.handling,
      open: after.open,
      sent: after.sent,
      sends: after.sends,
      hasDelivered: (parent?.hasDelivered ?? false) || effects.some(({ kind }) => kind === "upcall"),
      since,
      shows: isShown ? label : 0,
      next: new Map(),
      isFollowed: false,
      crashed: new Map(),
    };
  }

  /** What monitors are told of when these effects happen. */
  #labelOf({ life, parent, stimulus }: Pick<Moment, "life" | "parent" | "stimulus">, effects: readonly Effect[]) {
    const shown = effects.filter(({ kind }) => SHOWN.has(kind));
    const isShown = shown.length > 0 || stimulus.kind === "boot" || stimulus.kind === "invoke";
    const before = parent === null || parent.shows !== 0 ? [] : parent.since;
    const since = withAll(before, unseenOf(stimulus, effects));
    const what = stimulus.kind === "invoke" ? `start ${stimulus.start}` : stimulus.kind;
    const text = `${life.peer}.${life.incarnation} ${what} ${since.join()} ${shown.map(effectText).join()}`;
    return { since, isShown, label: this.#labels.of(text) };
  }
}

/** Where in an entry the peer can crash: the places of those effects. */
export function crashesOf({ effects }: Moment): number[] {
  return effects.flatMap(({ kind }, at) => (CRASH_EFFECTS.some((known) => known === kind) ? [at] : []));
}

/** The same as a script says it. */
export function crashPointOf(moment: Moment, nth: number): CrashPoint {
  const at = crashesOf(moment)[nth - 1] as number;
  const { kind } = moment.effects[at] as Effect;
  const effect = CRASH_EFFECTS.find((known) => known === kind) as CrashPoint["effect"];
  return { when: "after", effect, nth: moment.effects.slice(0, at + 1).filter((other) => other.kind === kind).length };
}

/** What monitors are told of beside what shows: whom it heard, and that it sent something. */
function unseenOf(stimulus: Stimulus, effects: readonly Effect[]): string[] {
  const heard = stimulus.kind === "deliver" ? [`heard ${stimulus.message.from}`] : [];
  const isRequest = stimulus.kind === "deliver" && stimulus.message.kind === "request";
  const sent = effects.flatMap(({ kind }) =>
    kind === "call" ? ["called"] : kind === "reply" ? [isRequest ? "answered" : "answered later"] : [],
  );
  return [...heard, ...sent];
}

/** Both together, each once and in order, as the first ones are. */
function withAll(some: readonly string[], others: readonly string[]): readonly string[] {
  return others.every((other) => some.includes(other)) ? some : [...new Set([...some, ...others])].sort();
}

/** What is different after these effects. */
function consequences(
  life: Life,
  parent: Moment | null,
  stimulus: Stimulus,
  effects: readonly Effect[],
  edges: Interned,
  services: SoloService,
): Pick<
  Moment,
  | "state"
  | "snapshot"
  | "observed"
  | "requests"
  | "invocations"
  | "service"
  | "due"
  | "handling"
  | "open"
  | "sent"
  | "sends"
> {
  const { peer, incarnation } = life;
  let { state, snapshot, sent } = parent ?? life;
  let observed = parent?.observed ?? null;
  let requests = parent?.requests ?? 0;
  let invocations = parent?.invocations ?? 0;
  let service = parent === null ? services.begin(life.snapshot) : parent.service;
  let due = parent?.due ?? [];
  let handling = parent?.handling ?? [];
  let open = parent?.open ?? [];
  const sends: Delivery[] = [];
  const isAnswered = (callId: number): void => {
    open = open.filter(({ call }) => call.callId !== callId);
  };
  const send = (message: Message): void => {
    sends.push(deliveryOf(message));
  };
  if (stimulus.kind === "invoke") invocations++;
  else if (stimulus.kind === "service") due = due.slice(1);
  else if (stimulus.kind === "fail") isAnswered(stimulus.call.callId);
  else if (stimulus.kind === "deliver") {
    const { kind, call } = stimulus.message;
    if (kind === "reply") isAnswered(call.callId);
    else handling = [...handling, [++requests, call]];
  }
  for (const effect of effects) {
    switch (effect.kind) {
      case "save":
        state = effect.state;
        snapshot = effect.snapshot ?? snapshot;
        break;
      case "observed":
        observed = effect.value;
        break;
      case "upcall": {
        const { state: next, call } = services.after(service, peer, effect.message);
        service = next;
        if (call === null) break;
        const edge = edges.of(`service ${call.method} ${++invocations} ${textOf(call.args)}`);
        due = [...due, { ...happening(peer, edge), kind: "service", call, invokeId: invocations }];
        break;
      }
      case "call": {
        const { callId, to, method, args: bytes } = effect;
        const link = `${to} ${method}`;
        const nth = (sent.get(link) ?? 0) + 1;
        sent = new Map(sent).set(link, nth);
        const call: CallName = { from: peer, incarnation, callId, to, method, nth };
        const { edge: failure, key } = happening(peer, edges.of(`fail ${callId}`));
        const failing: Failing = { peer, edge: failure, key, kind: "fail", call };
        open = [...open, failing];
        const edge = edges.of(`request ${peer} ${incarnation} ${callId} ${nth} ${method} ${textOf(bytes)}`);
        send({ kind: "request", from: peer, to, call, bytes, edge });
        break;
      }
      case "reply": {
        const { requestId, reply: bytes } = effect;
        const call = handling.find(([id]) => id === requestId)?.[1];
        if (call === undefined) break;
        handling = handling.filter(([id]) => id !== requestId);
        const edge = edges.of(`reply ${call.incarnation} ${call.callId} ${textOf(bytes)}`);
        send({ kind: "reply", from: peer, to: call.from, call, bytes, edge });
        break;
      }
    }
  }
  return { state, snapshot, observed, requests, invocations, service, due, handling, open, sent, sends };
}
