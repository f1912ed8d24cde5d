import { cpSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the methods of a submission that other peers call are called instead. */
export type MethodNames = Readonly<Record<string, string>>;

/**
 * Copies a submission so that on the wire nothing bears the paper's names: its methods have the new names, and every field
 * of what is sent, commands included, is called `zq_` and its letters backwards. The submission itself is unchanged and sees
 * its own names: a class around it translates. So it works for any submission, patched ones too.
 */
export function writeRenamed(submission: string, folder: string, methods: MethodNames): void {
  cpSync(submission, folder, { recursive: true });
  renameSync(join(folder, "raft.ts"), join(folder, "original.ts"));
  writeFileSync(join(folder, "raft.ts"), wrapper(methods));
}

function wrapper(methods: MethodNames): string {
  const translated = Object.entries(methods).map(
    ([name, newName]) => `
  ${newName}(args: unknown): unknown {
    const reply = (this.#inner as any).${name}(translate(args, backward));
    return reply instanceof Promise ? reply.then((value) => translate(value, forward)) : translate(reply, forward);
  }`,
  );
  return `import { Raft as Original } from "./original.ts";

const NAMES: Record<string, string> = ${JSON.stringify(methods)};
const reversed = (name: string) => [...name].reverse().join("");
const forward = (name: string) => "zq_" + reversed(name);
const backward = (name: string) => reversed(name.slice("zq_".length));

function translate(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, rename));
  if (value === null || typeof value !== "object" || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [rename(name), translate(field, rename)]));
}

export class Raft {
  #inner: Original;

  constructor(peers: any[], me: number, persister: any, apply: (msg: any) => void) {
    const ends = peers.map((end) => ({
      call: (method: string, args: unknown) =>
        end.call(NAMES[method], translate(args, forward)).then((reply: unknown) => translate(reply, backward)),
    }));
    this.#inner = new Original(ends as any, me, persister, apply);
  }

  getState() {
    return this.#inner.getState();
  }

  start(command: unknown) {
    return this.#inner.start(command);
  }

  snapshot(index: number, snapshot: Uint8Array) {
    this.#inner.snapshot(index, snapshot);
  }

  kill() {
    this.#inner.kill();
  }
${translated.join("\n")}
}
`;
}
