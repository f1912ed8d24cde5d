import { inspectKey, inspectString } from "./format.ts";
import { layOut } from "./layout.ts";

/** The options of Node's `util.inspect` that change anything here. */
export interface InspectOptions {
  /** How deep objects are shown; null or Infinity for all of it. Default 2. */
  depth?: number | null;
  breakLength?: number;
  /** Items shown of an array, map or set. Default 100. */
  maxArrayLength?: number | null;
  maxStringLength?: number | null;
  /** false: each field on a line of its own. */
  compact?: boolean | number;
  /** Also fields that are not enumerable. */
  showHidden?: boolean;
  sorted?: boolean;
}

/** With this symbol an object has a method that says how it is shown, as in Node. */
export const customInspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

interface Context {
  readonly options: InspectOptions;
  readonly depthMax: number;
  readonly itemsMax: number;
  readonly above: object[];
  /** Objects that some deeper place refers back to, numbered in that order. */

  readonly circular: Map<object, number>;
  /** How deep the object lay that was shown last. */
  lastDepth: number;
}

/** Shows any value as text, in the manner of Node's `util.inspect`. Never throws because of what the value is. */
export function inspect(value: unknown, options: InspectOptions = {}): string {
  const { depth = 2, maxArrayLength = 100 } = options;
  const context: Context = {
    options,
    depthMax: depth ?? Number.POSITIVE_INFINITY,
    itemsMax: maxArrayLength ?? Number.POSITIVE_INFINITY,
    above: [],
    circular: new Map(),
    lastDepth: 0,
  };
  return show(context, value, 0);
}

function show(context: Context, value: unknown, indent: number): string {
  switch (typeof value) {
    case "string":
      return inspectString(value, context.options.maxStringLength ?? 10_000);
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "bigint":
      return `${value}n`;
    case "symbol":
      return value.toString();
    case "function":
    case "object":
      if (value === null) return "null";
      try {
        return showObject(context, value, indent);
      } catch (error) {
        if (error instanceof RangeError) throw error;
        return "[object that cannot be shown]";
      }
    default:
      return String(value);
  }
}

function showObject(context: Context, value: object, indent: number): string {
  const custom = (value as Record<symbol, unknown>)[customInspect];
  if (typeof custom === "function" && custom !== inspect) {
    const shown: unknown = custom.call(value, context.depthMax - context.above.length, context.options, inspect);
    if (shown !== value) return typeof shown === "string" ? shown : show(context, shown, indent);
  }
  if (context.above.includes(value)) {
    if (!context.circular.has(value)) context.circular.set(value, context.circular.size + 1);
    return `[Circular *${context.circular.get(value)}]`;
  }
  const shape = describe(context, value);
  const keys = visibleKeys(context, value);
  const isEmpty = keys.length === 0 && shape.items === undefined;
  if (isEmpty && shape.open === "") return shape.prefix;
  if (context.above.length > context.depthMax) return `[${Array.isArray(value) ? "Array" : nameOf(value) || "Object"}]`;

  const depth = context.above.push(value);
  context.lastDepth = depth;

  const parts = shape.items?.(indent + 2) ?? [];
  for (const key of keys) parts.push(showField(context, value, key, indent + 2));
  context.above.pop();

  const reference = context.circular.get(value);
  const prefix = reference === undefined ? shape.prefix : `<ref *${reference}> ${shape.prefix}`.trimEnd();
  const [open, close] = shape.open === "" ? ["{", "}"] : [shape.open, shape.close];
  const levelsInside = context.lastDepth - depth;
  return layOut(parts, { prefix, open, close, indent, levelsInside, options: context.options, isList: open === "[" });
}

interface Shape {
  /** What stands before the brace; all there is when the object has no fields and `open` is empty. */
  readonly prefix: string;
  readonly open: "" | "{" | "[";
  readonly close: "" | "}" | "]";
  readonly items?: (indent: number) => string[];
}

function describe(context: Context, value: object): Shape {
  const name = nameOf(value);
  const named = (what: string) => (name === what || name === "" ? what : `${name} [${what}]`);
  if (Array.isArray(value)) {
    const prefix = name === "Array" ? "" : `${name}(${value.length})`;
    return { prefix, open: "[", close: "]", items: (indent) => showItems(context, value, indent) };
  }
  if (typeof value === "function") return { prefix: describeFunction(value), open: "", close: "" };
  if (value instanceof Error) return { prefix: describeError(value), open: "", close: "" };
  if (value instanceof Map) {
    const pair = (indent: number) => (entry: unknown) => {
      const [key, item] = entry as [unknown, unknown];
      return `${show(context, key, indent)} => ${show(context, item, indent)}`;
    };
    const items = (indent: number) => limited(context, value.size, value.entries(), pair(indent));
    return { prefix: `${named("Map")}(${value.size})`, open: "{", close: "}", items };
  }
  if (value instanceof Set) {
    const items = (indent: number) => limited(context, value.size, value, (item) => show(context, item, indent));
    return { prefix: `${named("Set")}(${value.size})`, open: "{", close: "}", items };
  }
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const list = value as Uint8Array;
    const items = () => limited(context, list.length, list, (item) => show(context, item, 0));
    return { prefix: `${name}(${list.length})`, open: "[", close: "]", items };
  }
  const simple = describeSimple(value);
  if (simple !== null) return { prefix: simple, open: "", close: "" };
  if (value instanceof Promise) return { prefix: named("Promise"), open: "{", close: "}" };
  return { prefix: name === "Object" ? "" : name || "[Object: null prototype]", open: "{", close: "}" };
}

/** Objects that are one word. */
function describeSimple(value: object): string | null {
  const isA = (tag: string) => Object.prototype.toString.call(value) === `[object ${tag}]`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (value instanceof RegExp) return RegExp.prototype.toString.call(value);
  if (value instanceof WeakMap) return "WeakMap { <items unknown> }";
  if (value instanceof WeakSet) return "WeakSet { <items unknown> }";
  if (value instanceof ArrayBuffer) return `ArrayBuffer { byteLength: ${value.byteLength} }`;
  if (isA("Number")) return `[Number: ${Number(value)}]`;
  if (isA("Boolean")) return `[Boolean: ${Boolean.prototype.valueOf.call(value)}]`;
  if (isA("String")) return `[String: ${inspectString(String(value), 10_000)}]`;
  return null;
}

function describeFunction(value: { readonly name: unknown }): string {
  const source = Function.prototype.toString.call(value);
  const name = typeof value.name === "string" ? value.name : "";
  if (source.startsWith("class")) {
    const parent = (Object.getPrototypeOf(value) as { name?: unknown } | null)?.name;
    return `[class ${name || "(anonymous)"}${typeof parent === "string" && parent ? ` extends ${parent}` : ""}]`;
  }
  const kind = nameOf(value) || "Function";
  return name === "" ? `[${kind} (anonymous)]` : `[${kind}: ${name}]`;
}

function describeError(error: Error): string {
  const stack: unknown = error.stack;
  if (typeof stack === "string" && stack !== "") return stack;
  return `[${Error.prototype.toString.call(error)}]`;
}

function showItems(context: Context, list: readonly unknown[], indent: number): string[] {
  const shown: string[] = [];
  let index = 0;
  while (index < list.length && shown.length < context.itemsMax) {
    let end = index;
    while (end < list.length && !(end in list)) end++;
    if (end > index) {
      shown.push(`<${end - index} empty item${end - index > 1 ? "s" : ""}>`);
      index = end;
    } else shown.push(show(context, list[index++], indent));
  }
  return more(shown, list.length - index);
}

function limited(context: Context, size: number, items: Iterable<unknown>, text: (item: unknown) => string): string[] {
  const shown: string[] = [];
  for (const item of items) {
    if (shown.length >= context.itemsMax) break;
    shown.push(text(item));
  }
  return more(shown, size - shown.length);
}

function more(shown: string[], left: number): string[] {
  if (left > 0) shown.push(`... ${left} more item${left > 1 ? "s" : ""}`);
  return shown;
}

function visibleKeys(context: Context, value: object): PropertyKey[] {
  const isList = Array.isArray(value) || ArrayBuffer.isView(value) || value instanceof String;
  const hidden = context.options.showHidden === true;
  const keys = Reflect.ownKeys(value);
  if (context.options.sorted) keys.sort((a, b) => (String(a) < String(b) ? -1 : 1));
  return keys.filter((key) => {
    if (isList && typeof key === "string" && (/^\d+$/.test(key) || key === "length")) return false;
    if (value instanceof Error && (key === "stack" || key === "message")) return false;
    return hidden || Object.prototype.propertyIsEnumerable.call(value, key);
  });
}

function showField(context: Context, value: object, key: PropertyKey, indent: number): string {
  const label = typeof key === "symbol" ? `[${key.toString()}]` : inspectKey(String(key));
  const property = Object.getOwnPropertyDescriptor(value, key);
  if (property === undefined) return `${label}: undefined`;
  if (property.get !== undefined) return `${label}: [Getter${property.set === undefined ? "" : "/Setter"}]`;
  if (property.set !== undefined) return `${label}: [Setter]`;
  return `${label}: ${show(context, property.value, indent)}`;
}

/** The class name of an object; empty when it has no prototype. */
function nameOf(value: object): string {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    const maker = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    if (typeof maker === "function" && maker.name !== "") return String(maker.name);
  }
  return "";
}
