const PLAIN_DATA = "send plain data";

/** What a value is that cannot be sent, and what to do instead. */
export function describe(value: unknown): [kind: string, advice: string] {
  switch (typeof value) {
    case "undefined":
      return ["undefined", "use null, or leave the field out"];
    case "number":
      return [String(value), "send a finite number or null"];
    case "bigint":
      return ["a bigint", "use a number or a string"];
    case "function":
      return ["a function", PLAIN_DATA];
    case "symbol":
      return ["a symbol", "use a string"];
    default:
      return describeForeign(value as object) ?? ["an object", PLAIN_DATA];
  }
}

/** Likewise for objects; null for one that is sent by its own enumerable fields. */
export function describeForeign(value: object): [kind: string, advice: string] | null {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  switch (tag) {
    case "Map":
      return ["a Map", "use a plain object or an array of pairs"];
    case "Set":
      return ["a Set", "use an array"];
    case "Date":
      return ["a Date", "use its getTime()"];
    case "Promise":
      return ["a Promise", "await it first"];
    case "RegExp":
      return ["a RegExp", "use a string"];
    case "Error":
    case "DOMException":
      return ["an Error", "use its message"];
    case "WeakMap":
    case "WeakSet":
      return [`a ${tag}`, PLAIN_DATA];
    case "String":
    case "Number":
    case "Boolean":
    case "BigInt":
    case "Symbol":
      return [`a ${tag} object`, "use the primitive value"];
  }
  if (ArrayBuffer.isView(value) || tag === "ArrayBuffer" || tag === "SharedArrayBuffer") {
    return [`a ${tag}`.replace(/^a (?=[AEIOU](?!int[0-9]))/, "an "), "use a Uint8Array"];
  }
  return null;
}
