import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import type { Form } from "../../run/load.ts";
import type { Submission } from "../../submission/index.ts";

/**
 * Changes a submission so that nothing on the wire bears the names that its author gave: methods that other peers call,
 * and fields of arguments and replies, have each letter moved on by thirteen. The submission itself keeps its own names: a
 * class around it translates both ways, so that it works for any submission. No message gets longer or shorter.
 */
export function renameOnWire({ dir, main, files, form }: Submission): void {
  const { file, className, local } = form.roles[0] as Form["roles"][number];
  const localMethods = Object.keys(local);
  const sources = files.map((path) => readFileSync(join(dir, path), "utf8"));
  const methods = methodNames(sources).filter((name) => !localMethods.includes(name));
  const original = `under-its-own-names${extname(main)}`;
  renameSync(join(dir, main), join(dir, original));
  writeFileSync(join(dir, `${file}.ts`), wrapper(original, className, methods, localMethods));
}

const NOT_METHODS = new Set(["constructor", "if", "for", "while", "switch", "catch", "function", "return", "super"]);

/** Whatever looks like a method of a class. One too many does no harm. */
function methodNames(sources: readonly string[]): string[] {
  const names = new Set<string>();
  for (const text of sources) {
    for (const [, method] of text.matchAll(/^\s+(?:public\s+)?(?:async\s+)?([A-Za-z_]\w*)\s*\(/gm)) {
      if (method !== undefined && !NOT_METHODS.has(method)) names.add(method);
    }
  }
  return [...names].sort();
}

function wrapper(
  original: string,
  className: string,
  methods: readonly string[],
  localMethods: readonly string[],
): string {
  return `import { ${className} as Original } from "./${original}";

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
