import type { RealmOptions } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";

type Role = RealmOptions["roles"][number];

/** Which methods of the submission's classes other processes can call: those of each role, and of the services in it. */
export class RoleMethods {
  private exported: Record<string, unknown> = {};
  private self: object | null = null;
  /** By index of the role. */
  private readonly known: MethodNames[] = [];
  private readonly services = new Map<string, MethodNames>();

  constructor(private readonly options: RealmOptions) {}

  /** What the submission exports, once it is evaluated. */
  loaded(exported: Record<string, unknown>): void {
    this.exported = exported;
  }

  /** The object of this process, once it is there. */
  constructed(self: object): void {
    this.self = self;
  }

  /** Why that method of processes of a role cannot be called, or null when it can. */
  problem(method: unknown, roleIndex: number): string | null {
    if (typeof method !== "string") return `the method must be named by a string, not ${inspect(method, { depth: 0 })}`;
    const role = this.options.roles[roleIndex] as Role;
    const isOwn = roleIndex === this.options.role;
    const dot = method.indexOf(".");
    const field = dot < 0 ? "" : method.slice(0, dot);
    if (dot < 0 || !Object.hasOwn(role.services ?? {}, field)) {
      return this.namesOf(role, roleIndex).problem(method, isOwn ? this.self : undefined);
    }
    if (!isOwn) return `"${method}" is for the ${field} of other ${role.name}s only`;
    // As of the fields of the process itself: whoever gets the call will tell.
    if (this.self === null) return null;
    const service = serviceOf(this.self, field);
    if (service === null) return noService(role, field);
    return this.namesIn(role, field, service).problem(method.slice(dot + 1), service);
  }

  /** The object and the name of the method that a request is for, which has no problem. */
  target(method: string): { readonly object: Record<string, unknown>; readonly name: string } {
    const self = this.self as Record<string, unknown>;
    const dot = method.indexOf(".");
    if (dot < 0 || Object.hasOwn(self, method)) return { object: self, name: method };
    const service = serviceOf(self, method.slice(0, dot));
    return service === null ? { object: self, name: method } : { object: service, name: method.slice(dot + 1) };
  }

  /** What there is instead of a method of that name: nothing, or a field that hides it. Of the process, or of a service in it. */
  withoutMethod(object: object, name: string): string {
    const { className, services } = this.options.roles[this.options.role] as Role;
    const field = Object.keys(services ?? {}).find(
      (one) => object !== this.self && serviceOf(this.self as object, one) === object,
    );
    const what = field === undefined ? `class ${className}` : `the object in ${field} of class ${className}`;
    const prototype: object | null = Object.getPrototypeOf(object);
    const inherited: unknown =
      prototype !== null && Object.hasOwn(object, name) ? Reflect.get(prototype, name) : undefined;
    if (typeof inherited !== "function") return `${what} has no method ${name}`;
    const seen = inspect(Reflect.get(object, name), { depth: 0 });
    return `${what} hides its method ${name} behind a field of that name, which is ${seen}; give one of them another name`;
  }

  private namesOf({ name, className, local }: Role, index: number): MethodNames {
    const known = this.known[index];
    if (known !== undefined) return known;
    const Class = this.exported[className];
    const prototype = typeof Class === "function" ? (Class.prototype as object) : null;
    const names = new MethodNames(prototype, Object.keys(local), name, `class ${className}`);
    // Before the submission is evaluated there is nothing to know.
    if (Class !== undefined) this.known[index] = names;
    return names;
  }

  private namesIn({ className, services }: Role, field: string, service: object): MethodNames {
    let names = this.services.get(field);
    if (names === undefined) {
      const what = `the object in ${field} of class ${className}`;
      names = new MethodNames(Object.getPrototypeOf(service), services?.[field] ?? [], field, what);
      this.services.set(field, names);
    }
    return names;
  }
}

function serviceOf(self: object, field: string): Record<string, unknown> | null {
  const service: unknown = Reflect.get(self, field);
  return typeof service === "object" && service !== null ? (service as Record<string, unknown>) : null;
}

function noService({ className }: Role, field: string): string {
  return `class ${className} has no object in its field "${field}"; keep it as this.${field}, so that calls reach it`;
}

/** Which methods of one class can be called. */
class MethodNames {
  private readonly names = new Set<string>();
  private readonly local: ReadonlySet<string>;
  /** The class and those that it extends. */
  private readonly classes: object[] = [];

  constructor(
    prototype: object | null,
    local: readonly string[],
    private readonly owner: string,
    private readonly what: string,
  ) {
    this.local = new Set(local);
    for (let at = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) {
        const value: unknown = Object.getOwnPropertyDescriptor(at, name)?.value;
        if (typeof value !== "function") continue;
        if (name === "constructor") this.classes.push(value);
        else if (!this.local.has(name)) this.names.add(name);
      }
    }
  }

  /** `object`: one of the class; null while that is being made; undefined where there is none to be looked at. */
  problem(method: string, object: object | null | undefined): string | null {
    if (this.names.has(method)) return null;
    if (this.local.has(method)) {
      return `"${method}" is called by the service on its own ${this.owner} only; it is not an RPC`;
    }
    // Fields that hold functions count as methods too. While the object is made nobody knows them; whoever gets the call will tell.
    if (object === null || (object === undefined ? this.mayBeField(method) : hasFunction(object, method))) return null;
    const close = nearest(method, this.names);
    const advice =
      close === null ? `it has ${[...this.names].join(", ") || "no RPC methods"}` : `did you mean "${close}"?`;
    return `${this.what} has no method "${method}"; ${advice}`;
  }

  /** Whether the class says something like `name = …`. */
  private mayBeField(name: string): boolean {
    return this.classes.some((Class) => {
      const text = Function.prototype.toString.call(Class);
      for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        const after = text.slice(at + name.length, at + name.length + 3).trimStart();
        if (after.startsWith("=") && !after.startsWith("==")) return true;
      }
      return false;
    });
  }
}

function hasFunction(object: object, name: string): boolean {
  return Object.hasOwn(object, name) && typeof Reflect.get(object, name) === "function";
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
