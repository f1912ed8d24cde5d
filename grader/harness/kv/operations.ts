import { decode } from "../../../labs/api/codec.ts";
import type { KeyOperation } from "../../check/linearizability/index.ts";
import type { Micros } from "../../sim/peer-host.ts";

/** One operation that a client is to do. */
export type Order =
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put" | "append"; readonly key: string; readonly value: string }
  | { readonly kind: "cas"; readonly key: string; readonly expected: string; readonly value: string };

/** What it returned. */
export interface Returned {
  readonly at: Micros;
  /** What stands there, of a get and a cas. */
  readonly value: string;
  /** Of a cas: whether it wrote. */
  readonly swapped: boolean;
}

/** An operation from the moment that a client is told to do it. */
export interface Recorded {
  /** So many were begun before it in the run. */
  readonly number: number;
  readonly order: Order;
  /** The client's process. */
  readonly client: number;
  /** When the call reached the client; null before. */
  callUs: Micros | null;
  returned: Returned | null;
  /**
   * Of one that returned: how many servers got something from another server since the call; −1 where its client got nothing
   * from any.
   */
  reached: number;
  /** Its client crashed before it returned. Nobody knows what became of it. */
  isLost: boolean;
}

/** Whether it is still under way. */
export function isOpen({ returned, isLost }: Recorded): boolean {
  return returned === null && !isLost;
}

/** Method and arguments by which a client is told. */
export function callOf(order: Order): { readonly method: string; readonly args: readonly string[] } {
  const { kind: method, key } = order;
  if (order.kind === "get") return { method, args: [key] };
  if (order.kind === "cas") return { method, args: [key, order.expected, order.value] };
  return { method, args: [key, order.value] };
}

/** What each kind of operation is called with: texts, all of them. */
export const ARGUMENTS = {
  get: ["key"],
  put: ["key", "value"],
  append: ["key", "value"],
  cas: ["key", "expected", "value"],
} as const satisfies Readonly<Record<Order["kind"], readonly string[]>>;

/** An operation by its method and arguments, as `callOf` gives them; a string says why it is none. */
export function orderOf(method: string, args: readonly unknown[]): Order | string {
  const kind = (Object.keys(ARGUMENTS) as Order["kind"][]).find((known) => known === method);
  if (kind === undefined) return `there is no operation ${JSON.stringify(method.slice(0, 40))}`;
  const names: readonly string[] = ARGUMENTS[kind];
  const texts = args.filter((arg) => typeof arg === "string");
  if (texts.length !== args.length || args.length !== names.length)
    return `${kind} is called with these texts: ${names.join(", ")}`;
  return { kind, ...Object.fromEntries(names.map((name, at) => [name, texts[at]])) } as unknown as Order;
}

/** Answers are read as a whole, and kept, so longer ones are not: a right one holds what the scenario wrote, a few kilobytes. */
const ANSWER_BYTES_MAX = 1 << 17;

/** Reads what an operation returned; a string says what is wrong with it. */
export function decodeReturned({ kind }: Order, bytes: Uint8Array, at: Micros): Returned | string {
  if (bytes.length > ANSWER_BYTES_MAX) return `${kind}() answered with ${bytes.length} bytes`;
  let answer: unknown;
  try {
    answer = decode(bytes);
  } catch {
    // Only a host of a submission's own making sends such.
    return `${kind}() answered with bytes that are no value`;
  }
  if (kind === "put" || kind === "append") return { at, value: "", swapped: false };
  if (kind === "get") {
    if (typeof answer === "string") return { at, value: answer, swapped: false };
    return `get() answered with ${typeOf(answer)}, and not with the string that stands there`;
  }
  const { swapped, value } = (typeof answer === "object" && answer !== null ? answer : {}) as Partial<Returned>;
  if (typeof swapped === "boolean" && typeof value === "string") return { at, swapped, value };
  return `cas() answered with ${typeOf(answer)}, and not with { swapped: boolean, value: string }`;
}

function typeOf(value: unknown): string {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${typeof field}`);
  return `{ ${fields.slice(0, 4).join(", ")} }`;
}

/** As histories have it; null while the call has not reached the client. */
export function inHistory({ order, client, callUs, returned }: Recorded): KeyOperation | null {
  if (callUs === null) return null;
  const base = { client, call: callUs };
  if (order.kind !== "cas" && order.kind !== "get") {
    return { ...base, ...order, returned: returned === null ? null : { at: returned.at } };
  }
  const ended = returned === null ? null : { at: returned.at, value: returned.value };
  if (order.kind === "get") return { ...base, ...order, returned: ended };
  return { ...base, ...order, returned: ended === null ? null : { ...ended, swapped: returned?.swapped === true } };
}
