/** A debugger of the main thread: when that stops, goes through the object there, and compares it with what was told of it. */
import { type Runtime, Session } from "node:inspector";
import { parentPort } from "node:worker_threads";
import type { Told } from "./play.ts";

type Remote = Runtime.RemoteObject;

const session = new Session();
session.connectToMainThread();

function ask<T>(method: string, params: object = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    session.post(method, params, (error: Error | null, answer?: object) => {
      if (error === null) resolve(answer as T);
      else reject(new Error(`${method}: ${JSON.stringify(error)}`));
    });
  });
}

/** The same bounds as where fields are read. */
const FIRST_ITEMS = 50;
const LAST_ITEMS = 150;
const TEXT_CHARS = 160;
/** Given by the grader: not gone into. */
const GIVEN: Readonly<Record<string, RegExp>> = { ClientEnd: /^end to /, Persister: /^Persister$/ };

/** Made by the grader: what they keep private is not the submission's. */
const OWN = new Set(["Timeout", "Immediate"]);

const differences: string[] = [];
let compared = 0;
let objects = 0;
let privates = 0;

class Comparison {
  private readonly children = new Map<number, Map<string, number>>();
  private readonly paths = new Map<string, string>();

  constructor(private readonly told: readonly Told[]) {
    for (const [at, [parent, name]] of told.entries()) {
      const children = this.children.get(parent) ?? new Map<string, number>();
      children.set(name, at);
      this.children.set(parent, children);
    }
  }

  /** Breadth first, as what is met twice is called by where it was met first. */
  async compare(root: Remote): Promise<void> {
    const queue: [Remote, number, string][] = [[root, 0, "this"]];
    for (const [value, at, path] of queue) {
      compared++;
      const text = this.told[at]?.[2] ?? "nothing";
      if (await this.isLeaf(value, text, path)) continue;
      this.paths.set(path, value.objectId as string);
      const fields = await fieldsOf(value);
      const told = new Map(this.children.get(at) ?? []);
      for (const [name, field] of fields) {
        const child = told.get(name);
        told.delete(name);
        const below = name.startsWith("[")
          ? `${path}${name}`
          : /^[\w$#]+$/.test(name)
            ? `${path}.${name}`
            : `${path}[${name}]`;
        if (child === undefined) differences.push(`${below} is not told`);
        else queue.push([field, child, below]);
      }
      for (const name of told.keys()) differences.push(`${path} has no ${name}`);
    }
  }

  /** Compares what is told at this place. False: there is more below. */
  private async isLeaf(value: Remote, text: string, path: string): Promise<boolean> {
    const given = Object.entries(GIVEN).find(([name]) => name === value.className)?.[1];
    const target = text.startsWith("→ ") ? this.paths.get(text.slice(2)) : undefined;
    if (target !== undefined) {
      if (!(await isSame(value, target))) differences.push(`${path} is told to be ${text.slice(2)}`);
      return true;
    }
    const seen = textOf(value);
    const isRight =
      given === undefined
        ? seen.endsWith("*")
          ? text.startsWith(seen.slice(0, -1))
          : text === seen
        : given.test(text);
    if (!isRight && !/, given: its fields are not shown$/.test(text))
      differences.push(`${path} is ${seen}, told as ${text}`);
    const holds = /^(?:\S+ )?(?:\{\}|\[\d+\])$|^(?:Map|Set)\(\d+\)$/.test(text);
    return given !== undefined || !holds;
  }
}

async function isSame(one: Remote, other: string): Promise<boolean> {
  const functionDeclaration = "function (other) { return this === other; }";
  const { result } = await ask<{ result: Remote }>("Runtime.callFunctionOn", {
    ...{ functionDeclaration, objectId: one.objectId, arguments: [{ objectId: other }] },
  });
  return result.value === true;
}

/** What is told of it; with a star at its end, how that begins. */
function textOf({ type, subtype, value, description = "", className = "" }: Remote): string {
  if (type === "string") {
    const text = value as string;
    return text.length <= TEXT_CHARS
      ? JSON.stringify(text)
      : `${JSON.stringify(text.slice(0, TEXT_CHARS))}… (${text.length} characters)`;
  }
  if (type === "undefined" || subtype === "null") return subtype ?? type;
  if (type === "function") return "function";
  if (type !== "object") return description || String(value);
  if (subtype === "array") return description.replace(/^Array/, "").replace(/\((\d+)\)/, "[$1]");
  if (subtype === "typedarray") return `${description}*`;
  if (subtype === "promise") return "Promise";
  if (subtype === "map" || subtype === "set") return description;
  return className === "Object" ? "{}" : `${className} {}`;
}

/** Names as they are told, of what the debugger shows as data. */
async function fieldsOf({ objectId, subtype, className = "" }: Remote): Promise<Map<string, Remote>> {
  objects++;
  const {
    result,
    internalProperties = [],
    privateProperties = [],
  } = await ask<Runtime.GetPropertiesReturnType & { privateProperties?: { name: string; value?: Remote }[] }>(
    "Runtime.getProperties",
    { objectId, ownProperties: true },
  );
  const fields = new Map<string, Remote>();
  const isTold = (at: number, size: number) => at < FIRST_ITEMS || at >= size - LAST_ITEMS;
  if (subtype === "map" || subtype === "set") {
    const list = internalProperties.find(({ name }) => name === "[[Entries]]")?.value as Remote;
    const { result: entries } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
      objectId: list.objectId,
      ownProperties: true,
    });
    const items = entries.filter(({ name }) => /^\d+$/.test(name));
    for (const [at, { value }] of items.entries()) {
      if (!isTold(at, items.length)) continue;
      const { result: parts } = await ask<Runtime.GetPropertiesReturnType>("Runtime.getProperties", {
        objectId: (value as Remote).objectId,
        ownProperties: true,
      });
      const part = (name: string) => parts.find((one) => one.name === name)?.value as Remote;
      if (subtype === "set") fields.set(`(${at})`, part("value"));
      else
        fields.set(
          part("key").type === "object" ? `(object key, entry ${at}) ⇒` : `${textOf(part("key"))} ⇒`,
          part("value"),
        );
    }
  }
  if (subtype === "array") {
    const items = result.filter(({ name }) => /^\d+$/.test(name));
    for (const { name, value } of items)
      if (isTold(Number(name), items.length)) fields.set(`[${name}]`, value as Remote);
    return fields;
  }
  for (const { name, value } of result) if (name !== "__proto__" && value !== undefined) fields.set(name, value);
  for (const { name, value } of privateProperties) {
    if (value === undefined || value.type === "function" || OWN.has(className)) continue;
    fields.set(name, value);
    privates++;
  }
  return fields;
}

session.on("Debugger.paused", async ({ params: { callFrames } }) => {
  try {
    const { callFrameId } = callFrames[0] as (typeof callFrames)[number];
    const evaluate = (expression: string) =>
      ask<{ result: Remote }>("Debugger.evaluateOnCallFrame", { callFrameId, expression });
    const told = JSON.parse((await evaluate("told")).result.value) as Told[];
    await new Comparison(told).compare((await evaluate("peer")).result);
  } catch (error) {
    differences.push(String(error));
  }
  await ask("Debugger.resume");
});
// It also keeps this thread alive.
parentPort?.on("message", () => {
  parentPort?.postMessage({ differences: differences.slice(0, 20), compared, objects, privates });
});
await ask("Debugger.enable");
parentPort?.postMessage("ready");
