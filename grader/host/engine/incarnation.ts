import type { Context } from "node:vm";
import type { Effect, Input, PeerClock } from "../../sim/peer-host.ts";
import type { ProcessPlan } from "../../sim/role.ts";
import { localTime } from "../clock.ts";
import { FieldReader, type ReadSoFar, type Subject } from "../fields/field-reader.ts";
import { getOwnPropertyDescriptor } from "../fields/intrinsics.ts";
import type { PrivateFields } from "../fields/privates.ts";
import type { Watch } from "../realm/footprint.ts";
import type { RealmEntries } from "../realm/hook.ts";
import { bytesFor, decodeValue } from "./host-codec.ts";
import type { Meter } from "./meter.ts";
import { Outlet } from "./outlet.ts";
import type { Program } from "./program.ts";
import { areSame, realmOptions } from "./realm-options.ts";
import { TimerQueue } from "./timer-queue.ts";

export type BootInput = Extract<Input, { kind: "boot" }>;

/** One life of a peer: a realm, and what the host keeps for it. */
export class Incarnation {
  number: number;
  clock: PeerClock;
  readonly timers = new TimerQueue();
  private readonly outlet: Outlet;
  private readonly context: Context;
  /** All processes of the run, as the realm was told of them last. */
  private processes: readonly ProcessPlan[];
  private realm: RealmEntries;
  private readonly submission: unknown;
  private readonly privates: PrivateFields | null;
  private fields: FieldReader | null = null;

  /**
   * Makes the realm; the peer in it is constructed by `run` with the same input. `settle` reports rejections that nobody
   * handled; `soFar` counts what is read of fields in the run; `watch`: further lives may follow in the realm
   * where nothing that is watched has changed.
   */
  constructor(
    peer: number,
    boot: BootInput,
    private readonly program: Program,
    private readonly meter: Meter,
    private readonly settle: () => void,
    private readonly soFar: ReadSoFar,
    watch: Watch | null,
  ) {
    this.number = boot.incarnation;
    this.clock = boot.clock;
    this.outlet = new Outlet(peer, this.timers, meter);
    const { context, start, modules, submission, layers, privates } = program.createRealm();
    const nowUs = localTime(boot.clock, boot.timeUs);
    this.processes = boot.processes;
    this.realm = start(this.outlet.hook, nowUs, ...boot.seed, realmOptions(boot, program), modules, layers, watch);
    this.outlet.realm = this.realm;
    this.context = context;
    this.submission = submission;
    this.privates = privates;
  }

  /** Becomes another life of the same peer, in the same realm; false when that takes a new one. It is constructed by `run`. */
  renew(boot: BootInput): boolean {
    const realm = this.renewedRealm(boot);
    if (realm === null) return false;
    this.realm = realm;
    this.processes = boot.processes;
    this.number = boot.incarnation;
    this.clock = boot.clock;
    this.fields = null;
    this.timers.renew();
    this.outlet.renew(realm);
    return true;
  }

  /** What changed in the peer's fields since this was asked last; null: nothing, or they are not told. */
  changedFields(): Uint8Array | null {
    if (this.privates === null) return null;
    // Only now: what the submission is given is known when its peer was made.
    this.fields ??= new FieldReader(subjectOf(this.realm, this.privates), this.soFar);
    return this.fields.read();
  }

  /** Runs one input and gives what it did. */
  run(input: Input): Effect[] {
    const nowUs = localTime(this.clock, input.timeUs);
    try {
      this.hand(input, nowUs);
    } catch {
      this.overflowed();
    }
    return this.finish();
  }

  /** Fires the timer that is due first. */
  fireTimer(timeUs: number): Effect[] {
    const id = this.timers.take();
    try {
      this.realm.timer(localTime(this.clock, timeUs), id);
    } catch {
      this.overflowed();
    }
    return this.finish();
  }

  /** Whether a promise was made in this realm. */
  owns(promise: object): boolean {
    return Object.prototype.isPrototypeOf.call(this.realm.promisePrototype, promise);
  }

  /** Reports a rejection that nobody handled. */
  rejected(reason: unknown): void {
    try {
      this.realm.rejected(reason);
    } catch {
      this.overflowed();
    }
  }

  /** Null also when the realm comes to grief over it, as it may when the submission changed what lists can do. */
  private renewedRealm(boot: BootInput): RealmEntries | null {
    const { clock, timeUs, seed, processes } = boot;
    const told = areSame(processes, this.processes) ? null : realmOptions(boot, this.program);
    try {
      return this.realm.renew(localTime(clock, timeUs), ...seed, told);
    } catch {
      return null;
    }
  }

  private hand(input: Input, nowUs: number): void {
    const { realm } = this;
    switch (input.kind) {
      case "boot": {
        const { makers } = realm;
        const options = input.options.length === 0 ? undefined : decodeValue(input.options, makers);
        const [state, snapshot] = [bytesFor(makers, input.state), bytesFor(makers, input.snapshot)];
        realm.boot(nowUs, this.submission, options, state, snapshot);
        break;
      }
      case "request":
        realm.request(nowUs, input.requestId, input.from, input.method, decodeValue(input.args, realm.makers));
        break;
      case "reply":
        realm.reply(nowUs, input.callId, input.reply === null ? null : decodeValue(input.reply, realm.makers));
        break;
      case "invoke":
        realm.invoke(nowUs, input.invokeId, input.method, decodeValue(input.args, realm.makers));
        break;
    }
  }

  private finish(): Effect[] {
    this.program.drain(this.context);
    this.settle();
    try {
      this.realm.observe();
    } catch {
      this.overflowed();
    }
    if (this.meter.lost !== null) throw this.meter.lost;
    return this.outlet.take();
  }

  /** Nearly all exceptions are caught in the realm; what comes out of it is a stack that was too full to do so. */
  private overflowed(): void {
    const message = "Maximum call stack size exceeded";
    this.outlet.add({ kind: "exception", where: "deep recursion", name: "RangeError", message, stack: "" });
  }
}

/** What is looked for in a realm when its peer's fields are read. */
function subjectOf({ inner, objectPrototype }: RealmEntries, privates: PrivateFields): Subject {
  const namesIn = (turns: readonly unknown[]) => {
    const names = new Map<object, string>();
    // The submission may have changed what the realm's lists do when they are written to, and so what these are made of.
    const item = (at: number): unknown => getOwnPropertyDescriptor(turns, `${at}`)?.value;
    for (let i = 0; i + 1 < turns.length; i += 2) {
      const [object, name] = [item(i), item(i + 1)];
      if (object !== undefined && typeof name === "string") names.set(object as object, name);
    }
    return names;
  };
  const [given, foreign] = [namesIn(inner.given), namesIn(inner.foreign)];
  return { self: inner.self, given, foreign, objectPrototype, privates };
}
