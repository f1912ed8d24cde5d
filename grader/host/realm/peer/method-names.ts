import type { RealmOptions } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";

/** Which methods of a class other peers can call. */
export class MethodNames {
  private readonly names = new Set<string>();
  private readonly localMethods: ReadonlySet<string>;

  constructor(
    prototype: object | null,
    private readonly options: RealmOptions,
  ) {
    this.localMethods = new Set(options.localMethods.split(" "));
    for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const isMethod = typeof Object.getOwnPropertyDescriptor(at, name)?.value === "function";
        if (isMethod && name !== "constructor" && !this.localMethods.has(name)) this.names.add(name);
      }
    }
  }

  /** Why that method cannot be called, or null when it can. Fields that hold functions count as methods too. */
  problem(method: unknown, peer: object | null): string | null {
    if (typeof method !== "string") return `the method must be named by a string, not ${inspect(method, { depth: 0 })}`;
    if (this.names.has(method)) return null;
    const { className } = this.options;
    if (this.localMethods.has(method)) {
      return `"${method}" is called by the service on its own peer only; it is not an RPC`;
    }
    // While the peer is constructed nobody knows its fields; whoever gets the call will tell.
    if (peer === null || (Object.hasOwn(peer, method) && typeof Reflect.get(peer, method) === "function")) return null;
    const close = nearest(method, this.names);
    const advice =
      close === null ? `it has ${[...this.names].join(", ") || "no RPC methods"}` : `did you mean "${close}"?`;
    return `class ${className} has no method "${method}"; ${advice}`;
  }
}

/** The name that differs from `text` by the fewest typing errors, when those are few. */
function nearest(text: string, names: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(2, Math.floor(text.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(text.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** How many letters must be changed, left out or put in. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
