import { stackHere } from "../errors.ts";
import { Op, type RawHook, type RealmOptions } from "../hook.ts";
import type { RoleMethods } from "./method-names.ts";

/** What ends are made of. */
export interface EndParts {
  readonly options: RealmOptions;
  readonly hook: RawHook;
  readonly methods: RoleMethods;
  /** Encodes for the operation that follows; null after a misuse was reported. */
  send(value: unknown, rootName: string, context: string): number | null;
}

/** Makes handles on other processes, and keeps the calls that wait for their reply. */
export function createEnds({ options, hook, methods, send }: EndParts) {
  const calls = new Map<number, (reply: unknown) => void>();
  let callIds = 0;
  const nameOf = (process: number) => options.processes[process]?.name ?? `peer ${process}`;

  class ClientEnd {
    readonly #to: number;
    /** How the submission has it: `peers[2]`. */
    readonly #label: string;

    constructor(to: number, label: string) {
      this.#to = to;
      this.#label = label;
    }

    call(method: unknown, args: unknown): Promise<unknown> {
      const to = this.#to;
      const problem = methods.problem(method, options.processes[to]?.role ?? options.role);
      if (problem !== null) {
        hook(Op.misuse, `${this.#label}.call: ${problem}`, stackHere());
        return new Promise(() => {});
      }
      // A method without a parameter is called without arguments, or with null.
      const data = args === undefined ? null : args;
      const length = send(data, "args", `call of ${method} on ${nameOf(to)}`);
      if (length === null) return new Promise(() => {});
      const callId = ++callIds;
      hook(Op.call, to, callId, method as string, length);
      return new Promise((resolve) => calls.set(callId, resolve));
    }
  }

  return {
    nameOf,
    /** Handles on these processes, as an argument of that name. */
    list: (processes: readonly number[], name: string) => processes.map((to, i) => new ClientEnd(to, `${name}[${i}]`)),
    reply(callId: number, reply: unknown): void {
      const resolve = calls.get(callId);
      if (resolve === undefined) return;
      calls.delete(callId);
      resolve(reply);
    },
  };
}
