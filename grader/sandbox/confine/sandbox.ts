import { type Confinement, PLAIN, type Tier } from "./confinement.ts";
import { adviceFor, describeSandbox } from "./describe.ts";
import { findProgram, librariesOf } from "./programs.ts";
import { seccompFilter } from "./seccomp.ts";
import { type SelfTestResult, selfTest } from "./self-test.ts";
import { Trial } from "./trial.ts";

/** Why a tier does not work here. */
export interface TierProblem {
  readonly tier: Tier;
  readonly reason: string;
}

/** How submissions are kept from this machine. */
export interface Sandbox {
  readonly tier: Tier;
  /** What hosts are started with; plain data, for any thread. */
  readonly confinement: Confinement;
  /** The better tiers, and why they do not work here. */
  readonly problems: readonly TierProblem[];
  /** One line for people: what it keeps submissions from; and why it is not the best one, and how to get that. */
  describe(): string;
  /** Lines on how to get a better sandbox here; empty when it is the best. */
  advice(): string[];
  /** Tries to get out; everything must fail. Throws when nothing can be started any more. */
  selfTest(): Promise<SelfTestResult[]>;
}

const prepared = new Map<string, Promise<Sandbox>>();

/**
 * Finds the best sandbox that works here, by starting Node in it; within a process only once. `plain`: none is wanted.
 * Never throws for want of a sandbox: the tier is `plain` then, and `problems` says why.
 */
export function prepareSandbox(preference: "auto" | "plain" | Tier): Promise<Sandbox> {
  let sandbox = prepared.get(preference);
  if (sandbox === undefined) {
    sandbox = find(preference);
    prepared.set(preference, sandbox);
  }
  return sandbox;
}

async function find(preference: "auto" | Tier): Promise<Sandbox> {
  const problems: TierProblem[] = [];
  const tiers = preference === "auto" ? TIERS : [preference];
  for (const tier of tiers) {
    if (tier === "plain") break;
    try {
      return asSandbox(await probe(tier), problems);
    } catch (error) {
      problems.push({ tier, reason: oneLine(error) });
    }
  }
  return asSandbox(PLAIN, problems);
}

const TIERS: readonly Tier[] = ["full", "no-seccomp", "namespaces"];
const TOOLS: Readonly<Record<Tier, readonly string[]>> = {
  full: ["bwrap", "prlimit"],
  "no-seccomp": ["bwrap", "prlimit"],
  namespaces: ["unshare", "pivot_root", "mount", "setpriv", "prlimit", "sh"],
  plain: [],
};
/** `nobody` on all Linux systems. Each host has a user namespace of its own, which counts its processes by itself. */
const UNPRIVILEGED_UID = 65534;

/** A confinement of this tier, in which Node was started just now. Throws with the reason when it does not work. */
async function probe(tier: Tier): Promise<Confinement> {
  if (process.platform !== "linux") throw new Error(`it needs Linux, and this is ${process.platform}`);
  if (tier === "full" && seccompFilter({ mayFork: false }) === null) {
    throw new Error(`there is no filter of system calls for ${process.arch}`);
  }
  const tools: Record<string, string> = {};
  for (const name of TOOLS[tier]) {
    const path = findProgram(name);
    if (path === null) throw new Error(`\`${name}\` is not installed`);
    tools[name] = path;
  }
  const programs = tier === "namespaces" ? [tools.mount, tools.setpriv, tools.prlimit] : [tools.prlimit];
  const confinement: Confinement = {
    tier,
    tools,
    libraries: librariesOf(process.execPath, ...(programs as string[])),
    uid: process.getuid?.() === 0 ? UNPRIVILEGED_UID : null,
    startDataBytes: GENEROUS_START_BYTES,
  };
  const trial = new Trial(confinement);
  try {
    return { ...confinement, startDataBytes: await trial.ready() };
  } finally {
    await trial.end();
  }
}

/** More than any version of Node begins with. */
const GENEROUS_START_BYTES = 4 * 1024 ** 3;

function asSandbox(confinement: Confinement, problems: readonly TierProblem[]): Sandbox {
  return {
    tier: confinement.tier,
    confinement,
    problems,
    describe: () => describeSandbox(confinement.tier, problems),
    advice: () => adviceFor(problems),
    selfTest: async () => (confinement.tier === "plain" ? [] : selfTest(confinement)),
  };
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n").slice(0, 3).join("; ");
}
