/** Taken once, so that it works for the arrays of any realm and whatever a submission does to its prototypes. */
const nameOf = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)
  ?.get as (this: object) => string | undefined;
const { apply } = Reflect;
const { isView } = ArrayBuffer;

/** Whether it is a `Uint8Array`, of this realm or another. */
export function isBytes(value: object): value is Uint8Array {
  return isView(value) && apply(nameOf, value, []) === "Uint8Array";
}
