/**
 * How closely a realm is looked at before another life begins in it. `counts`: names and values of globals, and how many properties there
 * are of what they are, or have as prototypes. `values`: also the values and accessors of these properties, whether there may be more of
 * them, and all of that of the globals' classes and of what is a prototype of any of these: four times the work.
 */
export type Watch = "counts" | "values";

/**
 * What a realm's globals were like before a submission ran, to tell afterwards whether it left something there. Made, and asked, with
 * functions that were taken before.
 */
export function footprint(by: Watch): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf } = Reflect;
  const { is, isExtensible } = Object;
  const names = ownKeys(globalThis);
  const valueOf = (name: PropertyKey): unknown => {
    const property = getOwnPropertyDescriptor(globalThis, name);
    // Of what is made when it is first looked at, that it was.
    return property?.get ?? property?.value;
  };
  const values: unknown[] = [];
  // By index, as all here: it is asked at each life, in code that is seldom warm.
  const objects: object[] = [];
  const counts: number[] = [];
  const areOpen: boolean[] = [];
  /** Of each object, for each of its properties in turn: key, value or getter, setter. None where they are only counted. */
  const properties: unknown[][] = [];
  const known = new Set<unknown>([globalThis]);
  const watch = (object: unknown): void => {
    if ((typeof object !== "object" && typeof object !== "function") || object === null || known.has(object)) return;
    known.add(object);
    const isFunction = typeof object === "function";
    if (isFunction) watch(getOwnPropertyDescriptor(object, "prototype")?.value);
    if (isFunction && by === "counts") return;
    const keys = ownKeys(object);
    objects.push(object);
    counts.push(keys.length);
    areOpen.push(isExtensible(object));
    properties.push(
      (by === "values" ? keys : []).flatMap((key) => {
        const property = getOwnPropertyDescriptor(object, key);
        return [key, property?.get ?? property?.value, property?.set];
      }),
    );
    if (by === "values") watch(getPrototypeOf(object));
  };
  for (const [i, name] of names.entries()) {
    values[i] = valueOf(name);
    watch(values[i]);
  }
  const hasItsProperties = (object: object, own: readonly unknown[]): boolean => {
    for (let at = 0; at < own.length; at += 3) {
      const now = getOwnPropertyDescriptor(object, own[at] as PropertyKey);
      if (!is(now?.get ?? now?.value, own[at + 1]) || now?.set !== own[at + 2]) return false;
    }
    return true;
  };
  return () => {
    const now = ownKeys(globalThis);
    if (now.length !== names.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (now[i] !== names[i] || !is(valueOf(names[i] as PropertyKey), values[i])) return false;
    }
    for (let i = 0; i < objects.length; i++) {
      const object = objects[i] as object;
      if (ownKeys(object).length !== counts[i]) return false;
      if (by === "counts") continue;
      if (isExtensible(object) !== areOpen[i] || !hasItsProperties(object, properties[i] as unknown[])) return false;
    }
    return true;
  };
}
