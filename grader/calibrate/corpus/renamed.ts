import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Load } from "../../run/player.ts";

/**
 * Changes a submission so that nothing on the wire bears the names that its author gave: methods that other peers call,
 * and fields of arguments and replies, have each letter moved on by thirteen. The submission itself keeps its own names: a
 * class around it translates both ways, so that it works for any submission. No message gets longer or shorter.
 */
export function renameOnWire(folder: string, { file, className, localMethods }: Load["iface"]): void {
  const methods = methodNames(folder).filter((name) => !localMethods.includes(name));
  renameSync(join(folder, `${file}.ts`), join(folder, `${ORIGINAL}.ts`));
  writeFileSync(join(folder, `${file}.ts`), wrapper(className, methods, localMethods));
}

const ORIGINAL = "under-its-own-names";
const NOT_METHODS = new Set(["constructor", "if", "for", "while", "switch", "catch", "function", "return", "super"]);

/** Whatever looks like a method of a class in any of the files. One too many does no harm. */
function methodNames(folder: string): string[] {
  const names = new Set<string>();
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(".ts")) continue;
    const text = readFileSync(join(folder, name), "utf8");
    for (const [, method] of text.matchAll(/^\s+(?:public\s+)?(?:async\s+)?([A-Za-z_]\w*)\s*\(/gm)) {
      if (method !== undefined && !NOT_METHODS.has(method)) names.add(method);
    }
  }
  return [...names].sort();
}

function wrapper(className: string, methods: readonly string[], localMethods: readonly string[]): string {
  return `import { ${className} as Original } from "./${ORIGINAL}.ts";

const moved = (name: string): string =>
  name.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });

function translated(value: any): any {
  if (Array.isArray(value)) return value.map(translated);
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [moved(name), translated(field)]));
}

export class ${className} {
  #inner: any;

  constructor(peers: any[], ...rest: any[]) {
    const ends = peers.map((end) => ({
      call: (method: string, args: unknown) => end.call(moved(method), translated(args)).then(translated),
    }));
    this.#inner = new (Original as any)(ends, ...rest);
  }
${localMethods.map((name) => `  ${name}(...args: any[]) { return this.#inner.${name}(...args); }`).join("\n")}
${methods.map((name) => `  ${moved(name)}(args: any) { return answer(this.#inner.${name}(translated(args))); }`).join("\n")}
}

const answer = (reply: any): any => (reply instanceof Promise ? reply.then(translated) : translated(reply));
`;
}

/** The same as in the wrapper. */
function moved(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}
