import { getOwnPropertyDescriptor, getPrototypeOf, is } from "./intrinsics.ts";

/** Reads a private field of one class; gives what is noted as none for an object without it. */
type Read = (of: object) => unknown;

interface PrivateField {
  readonly name: string;
  readonly read: Read;
}

const NONE: readonly PrivateField[] = [];

/** The private fields of a realm's classes, as these told them when they were made. */
export class PrivateFields {
  private readonly nones = new Set<unknown>();
  private readonly byPrototype = new Map<object, PrivateField[]>();
  private readonly known = new Map<object, readonly PrivateField[]>();

  /** A class of the realm tells one field. */
  readonly note = (of: unknown, name: unknown, read: unknown): void => {
    if (typeof of !== "function" || is.proxy(of)) return;
    const prototype = getOwnPropertyDescriptor(of, "prototype")?.value as unknown;
    if (typeof prototype !== "object" || prototype === null) return;
    const fields = this.byPrototype.get(prototype) ?? [];
    fields.push({ name: String(name), read: read as Read });
    this.byPrototype.set(prototype, fields);
    this.known.clear();
  };

  /** What the realm's functions give for an object without the field. */
  readonly noteNone = (none: unknown): void => {
    this.nones.add(none);
  };

  isNone(value: unknown): boolean {
    return this.nones.has(value);
  }

  /** Those of the class of objects with that prototype, and of the classes that it extends. */
  of(prototype: object): readonly PrivateField[] {
    if (this.byPrototype.size === 0) return NONE;
    const known = this.known.get(prototype);
    if (known !== undefined) return known;
    const fields: PrivateField[] = [];
    for (let one: object | null = prototype; one !== null && !is.proxy(one); one = getPrototypeOf(one))
      fields.push(...(this.byPrototype.get(one) ?? []));
    this.known.set(prototype, fields);
    return fields;
  }
}
