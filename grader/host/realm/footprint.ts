/** An object of the realm, how many properties it had, and in turn: the key and the value of each that has no accessor. */
type Watched = readonly [object: object, count: number, plain: readonly unknown[]];

/**
 * How closely a realm is looked at before another life begins in it. `counts`: names and values of globals, and how many properties there
 * are of what they are, or have as prototypes. `values`: also the values of these properties, and all of that of the globals' classes and
 * of what is a prototype of any of these: four times the work.
 */
export type Watch = "counts" | "values";

/**
 * What a realm's globals were like before a submission ran, to tell afterwards whether it left something there. Made, and asked, with
 * functions that were taken before.
 */
export function footprint(by: Watch): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { is } = Object;
  const names = ownKeys(globalThis);
  const valueOf = (name: PropertyKey): unknown => {
    const property = getOwnPropertyDescriptor(globalThis, name);
    // Of what is made when it is first looked at, that it was.
    return property?.get ?? property?.value;
  };
  const values: unknown[] = [];
  const watched: Watched[] = [];
  const known = new Set<unknown>([globalThis]);
  const watch = (object: unknown): void => {
    if ((typeof object !== "object" && typeof object !== "function") || object === null || known.has(object)) return;
    known.add(object);
    const isFunction = typeof object === "function";
    if (isFunction) watch(getOwnPropertyDescriptor(object, "prototype")?.value);
    if (isFunction && by === "counts") return;
    const keys = ownKeys(object);
    const plain: unknown[] = [];
    for (const key of by === "values" ? keys : []) {
      const property = getOwnPropertyDescriptor(object, key);
      if (property !== undefined && "value" in property) plain.push(key, property.value);
    }
    watched.push([object, keys.length, plain]);
    if (by === "values") watch(getPrototypeOf(object));
  };
  for (const [i, name] of names.entries()) {
    values[i] = valueOf(name);
    watch(values[i]);
  }
  return () => {
    const now = ownKeys(globalThis);
    if (now.length !== names.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (now[i] !== names[i] || !is(valueOf(names[i] as PropertyKey), values[i])) return false;
    }
    for (let i = 0; i < watched.length; i++) {
      const [object, count, plain] = watched[i] as Watched;
      if (ownKeys(object).length !== count) return false;
      for (let at = 0; at < plain.length; at += 2) {
        if (!is(getOwnPropertyDescriptor(object, plain[at] as PropertyKey)?.value, plain[at + 1])) return false;
      }
    }
    return true;
  };
}
