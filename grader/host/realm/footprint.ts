/** An object of the realm: how many properties it had, and how many of them can be enumerated. */
type Counted = readonly [object: object, count: number, enumerable: number];

/** All properties are counted each so many times: it takes long, and what is assigned to an object can be enumerated. */
const COUNTED_EACH = 16;

/**
 * What a realm's globals were like before a submission ran, to tell afterwards whether it left something there: their names and values,
 * and of what they are, or have as prototypes, how many properties there were. Made, and asked, with functions that were taken before.
 * It is asked between all lives of a search, so it looks at what takes little each time, and at the rest now and then: who leaves
 * something mostly leaves it in each life, and does not do the same again where it matters.
 */
export function footprint(): () => boolean {
  const { ownKeys, getOwnPropertyDescriptor } = Reflect;
  const { is, keys } = Object;
  const realm = globalThis as unknown as Record<PropertyKey, unknown>;
  const names = ownKeys(realm);
  const propertyOf = (name: PropertyKey) => getOwnPropertyDescriptor(realm, name);
  /** Of what is made when it is first looked at, what makes it: that it was looked at counts, too. */
  const getters: unknown[] = [];
  const values: unknown[] = [];
  const counted: Counted[] = [];
  const count = (value: unknown): void => {
    if (typeof value !== "object" || value === null || value === realm) return;
    counted[counted.length] = [value, ownKeys(value).length, keys(value).length];
  };
  for (let i = 0; i < names.length; i++) {
    const property = propertyOf(names[i] as PropertyKey);
    const value = property?.value;
    getters[i] = property?.get;
    values[i] = value;
    count(typeof value === "function" ? getOwnPropertyDescriptor(value, "prototype")?.value : value);
  }
  let asked = 0;
  return () => {
    const now = ownKeys(realm);
    if (now.length !== names.length) return false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i] as PropertyKey;
      if (now[i] !== name) return false;
      const isSame = getters[i] === undefined ? is(realm[name], values[i]) : propertyOf(name)?.get === getters[i];
      if (!isSame) return false;
    }
    const isThorough = asked++ % COUNTED_EACH === 0;
    for (let i = 0; i < counted.length; i++) {
      const [object, properties, enumerable] = counted[i] as Counted;
      if (keys(object).length !== enumerable) return false;
      if (isThorough && ownKeys(object).length !== properties) return false;
    }
    return true;
  };
}
