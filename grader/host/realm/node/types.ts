const tagOf = Object.prototype.toString;
const is =
  (...tags: readonly string[]) =>
  (value: unknown) =>
    typeof value === "object" && value !== null && tags.includes(tagOf.call(value).slice(8, -1));
const isTyped = (name: string) => (value: unknown) =>
  ArrayBuffer.isView(value) && (value as unknown as Record<symbol, unknown>)[Symbol.toStringTag] === name;

const TYPED_ARRAYS = [
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ...["Float32Array", "Float64Array", "BigInt64Array", "BigUint64Array"],
];

const isFunctionOf =
  (...kinds: readonly string[]) =>
  (value: unknown) =>
    typeof value === "function" && kinds.includes(tagOf.call(value).slice(8, -1));

/** `util.types`: what a value is, by its kind and not by its class. */
export const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  isAnyArrayBuffer: is("ArrayBuffer"),
  isArgumentsObject: is("Arguments"),
  isArrayBuffer: is("ArrayBuffer"),
  isArrayBufferView: (value) => ArrayBuffer.isView(value),
  isAsyncFunction: isFunctionOf("AsyncFunction", "AsyncGeneratorFunction"),
  isBigIntObject: is("BigInt"),
  isBooleanObject: is("Boolean"),
  isBoxedPrimitive: is("Number", "String", "Boolean", "BigInt", "Symbol"),
  isDataView: is("DataView"),
  isDate: (value) => value instanceof Date,
  isGeneratorFunction: isFunctionOf("GeneratorFunction", "AsyncGeneratorFunction"),
  isGeneratorObject: is("Generator"),
  isMap: (value) => value instanceof Map,
  isMapIterator: is("Map Iterator"),
  isNativeError: (value) => value instanceof Error,
  isNumberObject: is("Number"),
  isPromise: (value) => value instanceof Promise,
  isProxy: () => false,
  isRegExp: is("RegExp"),
  isSet: (value) => value instanceof Set,
  isSetIterator: is("Set Iterator"),
  isSharedArrayBuffer: () => false,
  isStringObject: is("String"),
  isSymbolObject: is("Symbol"),
  isTypedArray: (value) => ArrayBuffer.isView(value) && !(value instanceof DataView),
  isWeakMap: (value) => value instanceof WeakMap,
  isWeakSet: (value) => value instanceof WeakSet,
  ...Object.fromEntries(TYPED_ARRAYS.map((name) => [`is${name}`, isTyped(name)])),
};
