/** One way for peers to learn of each other, or of the real world, that is not the network. */
export interface Attack {
  readonly name: string;
  /** The body of a function that gives a number which a peer alone would not get. `out` is what an escape reaches. */
  readonly peek: string;
}

export const ATTACKS: readonly Attack[] = [
  {
    name: "a patched prototype of the host",
    peek: "const prototype = out.globalThis.Array.prototype; prototype.turns = (prototype.turns ?? 0) + 1; return prototype.turns;",
  },
  {
    name: "a global of the escaped realm",
    peek: "out.globalThis.turns = (out.globalThis.turns ?? 0) + 1; return out.globalThis.turns;",
  },
  {
    name: "the time that the host process takes",
    peek: "return Math.floor(out.performance.now() * 1000);",
  },
  {
    name: "a native object that all share",
    peek: "return out.Buffer.allocUnsafe(8).byteOffset;",
  },
  {
    name: "a file",
    peek: `const fs = out.require("node:fs"); fs.appendFileSync("FILE", "x"); return fs.statSync("FILE").size;`,
  },
];
