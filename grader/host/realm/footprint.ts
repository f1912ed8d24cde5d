/** An object of the realm, and how many properties it had. */
type Counted = readonly [object: object, count: number];

/**
 * What a realm's globals were like before a submission ran, to tell afterwards whether it left something there: their names and values,
 * and of what they are, or have as prototypes, how many properties there were. Made, and asked, with functions that were taken before.
 */
export function footprint(): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor } = Reflect;
  const { is } = Object;
  const names = ownKeys(globalThis);
  const valueOf = (name: PropertyKey): unknown => {
    const property = getOwnPropertyDescriptor(globalThis, name);
    // Of what is made when it is first looked at, that it was.
    return property?.get ?? property?.value;
  };
  const values: unknown[] = [];
  const counted: Counted[] = [];
  const count = (value: unknown): void => {
    if (typeof value !== "object" || value === null || value === globalThis) return;
    counted[counted.length] = [value, ownKeys(value).length];
  };
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as PropertyKey;
    const value = valueOf(name);
    values[i] = value;
    count(typeof value === "function" ? getOwnPropertyDescriptor(value, "prototype")?.value : value);
  }
  return () => {
    const now = ownKeys(globalThis);
    if (now.length !== names.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (now[i] !== names[i] || !is(valueOf(names[i] as PropertyKey), values[i])) return false;
    }
    for (let i = 0; i < counted.length; i++) {
      const [object, properties] = counted[i] as Counted;
      if (ownKeys(object).length !== properties) return false;
    }
    return true;
  };
}
