import type { Verdict } from "../../grader/run/result.ts";

/** What lies outside the sandbox, for attacks to reach for. */
export interface World {
  /** A file with `secret` in it. */
  readonly secretFile: string;
  readonly secret: string;
  /** Types beside it: those of `secret`, which has a field of that name. */
  readonly secretTypes: string;
  /** Where the batch writes that this attack is in. */
  readonly outFolder: string;
  /** A file that is not there, in a folder that everybody may write in. */
  readonly plantedFile: string;
  /** Where a server listens on the loopback interface. */
  readonly port: number;
  /** Stands in the arguments of every process that an attack starts. */
  readonly marker: string;
  readonly graderPid: number;
}

export type Files = Readonly<Record<string, string>>;

/** A submission that tries something, and what it must come to. */
export interface Attack {
  /** The folder's name, if it has no other. */
  readonly id: string;
  readonly files?: Files | ((world: World) => Files);
  /** What cannot be said as texts; gets the submission's folder, which is there. */
  readonly prepare?: (folder: string, world: World) => void;
  /** How the submission's folder is named where names are the attack. */
  readonly folder?: string;
  readonly verdict: Verdict;
  readonly property?: string;
  /** It is after this budget of a run, and stays below the limits of single windows. */
  readonly budget?: "CPU" | "wall";
  /** Of the scenario: the attack did what it was meant to do, and was told so in our words. */
  readonly message?: RegExp;
  /** Of the compiler: it met the attack, and was told nothing that lies outside. */
  readonly typeProblem?: RegExp;
}

/** What an attack changes in a peer that follows for ever, and so earns nothing. */
export interface Parts {
  /** Before the class. */
  readonly top?: string;
  /** In the constructor. */
  readonly init?: string;
  readonly members?: string;
  readonly getState?: string;
  readonly start?: string;
}

/** In JavaScript, as the compiler has nothing to say about it. */
export function raft({ top = "", init = "", members = "", getState, start }: Parts): string {
  return `import { encode, decode } from "consensus-labs";
${top}
export class Raft {
  constructor(peers, me, persister, apply) {
    Object.assign(this, { peers, me, persister, apply });
    ${init}
  }
  ${members}
  getState() { ${getState ?? "return { term: 0, isLeader: false };"} }
  start(command) { ${start ?? "return { index: -1, term: 0, isLeader: false };"} }
  snapshot(index, snapshot) {}
  kill() {}
}
`;
}

export const raftFile = (parts: Parts): Files => ({ "raft.js": raft(parts) });

/**
 * Leaves the realm: a getter that is a proxy is called by the host's encoder, and the list of its arguments belongs to
 * the host. Gives the host's own `globalThis`. `builtin` gives a module of Node.
 */
export const ESCAPE = `
function escape() {
  let out = null;
  const get = new Proxy(() => 1, {
    apply(target, self, args) {
      out = args.constructor.constructor("return globalThis")();
      return 1;
    },
  });
  encode(Object.defineProperty({}, "x", { enumerable: true, get }));
  if (out === null || out.process === undefined) throw new Error("no way out of the realm");
  return out;
}
const builtin = (name) => escape().process.getBuiltinModule(name);
`;

/** Tries something by way of an escape, and says in an exception what came of it. */
export const escaped = (expression: string): Files =>
  raftFile({
    top: ESCAPE,
    init: `
      const told = (() => {
        try { return "did it: " + (${expression}); } catch (error) { return "denied: " + (error.code ?? error.name); }
      })();
      throw new Error(told);`,
  });

/** Submits a Raft that does nothing, with something above it that the compiler looks at. */
export const typedFile = (top: string): Files => ({
  "raft.ts": `${top}
export class Raft {
  constructor(..._: unknown[]) {}
  getState() { return { term: 0, isLeader: false }; }
  start() { return { index: -1, term: 0, isLeader: false }; }
  snapshot() {}
  kill() {}
}
`,
});
