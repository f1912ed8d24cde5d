import { stepsOf } from "../../../grader/explain/steps.ts";
import { savedLog } from "../../../grader/harness/kv/given-log.ts";
import { tokensIn } from "../../../grader/harness/kv/tokens.ts";
import type { Micros } from "../../../grader/sim/peer-host.ts";
import type { TraceRecord } from "../../../grader/sim/trace.ts";
import { foundIn, type Operation, operationOf, triedIn, tryDecode } from "./operations.ts";

/** A run of a store, read from its beginning: all operations, and what servers have saved. */
export class StoreStory {
  readonly operations: Operation[] = [];
  readonly #open = new Map<string, Operation>();
  /** By process and call: which try it is. */
  readonly #calls = new Map<string, { readonly of: Operation; readonly at: number }>();
  readonly #states = new Map<number, Uint8Array>();
  readonly #booted = new Set<number>();
  /** Servers that came back from a crash, and those to which another one sent a snapshot. */
  readonly restarted = new Set<number>();
  readonly installed = new Set<number>();

  /** @param isClerk by process */
  constructor(
    private readonly isClerk: (process: number) => boolean,
    private readonly onReturned: (operation: Operation, story: StoreStory) => void,
  ) {}

  read(records: readonly TraceRecord[]): void {
    for (const item of stepsOf(records)) {
      if (item.kind === "world") continue;
      const { input, effects } = item;
      if (input !== null) this.#reached(input);
      for (const effect of effects) this.#did(effect, input);
    }
  }

  /** Where a written value stands in the log that the server saved last, by index. */
  indicesOf(value: string, server: number): number[] {
    const entries = savedLog(this.#states.get(server) ?? new Uint8Array(0))?.entries ?? [];
    return entries.flatMap(({ index, command }) => (tokensIn(command).at(-1) === value ? [index] : []));
  }

  /** Operations that have not returned. */
  get open(): readonly Operation[] {
    return [...this.#open.values()];
  }

  #reached(input: TraceRecord): void {
    const { peer, kind, id, timeUs, text } = input;
    if (!this.isClerk(peer)) {
      if (kind === "boot" && this.#booted.has(peer)) this.restarted.add(peer);
      if (kind === "boot") this.#booted.add(peer);
      if (kind === "deliver-request" && text.endsWith("installSnapshot")) this.installed.add(peer);
      return;
    }
    if (kind === "boot") {
      for (const key of this.#open.keys()) if (key.startsWith(`${peer} `)) this.#open.delete(key);
    } else if (kind === "invoke") {
      const operation = operationOf(input);
      if (operation === null) return;
      this.operations.push(operation);
      this.#open.set(`${peer} ${id}`, operation);
    } else if (kind === "deliver-reply") {
      const call = this.#calls.get(`${peer} ${id}`);
      const one = call?.of.tries[call.at];
      if (one !== undefined) one.ended ??= { timeUs, isAnswer: input.bytes !== null };
    }
  }

  #did({ kind, peer, other, id, text, bytes, timeUs }: TraceRecord, input: TraceRecord | null): void {
    if (kind === "save" && text === "state" && bytes !== null) this.#saved(peer, bytes);
    if (!this.isClerk(peer)) return;
    if (kind === "call") this.#asked(peer, other, id, text, bytes, timeUs);
    if (kind !== "result") return;
    const operation = this.#open.get(`${peer} ${id}`);
    if (operation === undefined) return;
    this.#open.delete(`${peer} ${id}`);
    const from = input?.kind === "deliver-reply" && input.bytes !== null ? input.other : null;
    operation.returned = { timeUs, from, ...foundIn(bytes) };
    this.onReturned(operation, this);
  }

  #asked(clerk: number, server: number, id: number, method: string, bytes: Uint8Array | null, timeUs: Micros): void {
    const own = this.open.filter((operation) => operation.clerk === clerk);
    const of = triedIn(bytes, own) ?? (own.length === 1 && own[0]?.kind === "get" ? own[0] : null);
    if (of === null) return;
    const args = bytes === null ? null : tryDecode(bytes);
    this.#calls.set(`${clerk} ${id}`, { of, at: of.tries.push({ server, timeUs, method, args }) - 1 });
  }

  #saved(server: number, state: Uint8Array): void {
    this.#states.set(server, state);
    const bytes = Buffer.from(state.buffer, state.byteOffset, state.byteLength);
    for (const operation of this.#open.values()) {
      if (operation.value !== "" && !operation.loggedBy.has(server) && bytes.includes(operation.value))
        operation.loggedBy.add(server);
    }
  }
}
