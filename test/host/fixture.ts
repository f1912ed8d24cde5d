import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine, type EngineOptions } from "../../grader/host/engine.ts";
import { loadRealmTexts } from "../../grader/host/realm-texts.ts";
import type { Effect, Input, Window } from "../../grader/sim/peer-host.ts";
import { processesOf } from "../../grader/sim/role.ts";
import { decode, encode } from "../../labs/api/codec.ts";
import { lab2 } from "../../labs/raft/index.ts";

export const raftForm = lab2.form;

const { buildRealm } = (await import(new URL("../../scripts/realm-build.mjs", import.meta.url).href)) as {
  buildRealm(outDir: string): Promise<void>;
};
const folder = mkdtempSync(join(tmpdir(), "consensus-labs-test-"));
await buildRealm(folder);
export const realmTexts = loadRealmTexts(folder);
rmSync(folder, { recursive: true });

/** An engine for a bundle as the bundler makes them. */
export function engineFor(code: string, options: Partial<EngineOptions> = {}): Engine {
  return new Engine({ code, filename: "submission.js", roles: raftForm.roles, ...realmTexts, ...options });
}

/** A bundle with a class Raft: what the constructor does, and further members of the class. */
export function raft(constructorBody: string, members = "", before = ""): string {
  return `${before}
exports.Raft = class Raft {
  constructor(peers, me, persister, apply) {
    Object.assign(this, { peers, me, persister, apply });
    ${constructorBody}
  }
  getState() { return this.state ?? null; }
  ${members}
};`;
}

type Boot = Extract<Input, { kind: "boot" }>;

export function boot(fields: Partial<Boot> = {}): Boot {
  return {
    kind: "boot",
    timeUs: 0,
    peer: 0,
    incarnation: 1,
    processes: processesOf([{ role: "peer", size: 3 }]),
    options: new Uint8Array(0),
    seed: [1, 2, 3, 4],
    clock: { offsetUs: 0, driftPpm: 0 },
    state: new Uint8Array(0),
    snapshot: new Uint8Array(0),
    ...fields,
  };
}

export function request(
  timeUs: number,
  method: string,
  args: unknown,
  fields: { peer?: number; requestId?: number } = {},
): Input {
  return {
    kind: "request",
    timeUs,
    peer: 0,
    incarnation: 1,
    requestId: 1,
    from: 2,
    method,
    args: encode(args),
    ...fields,
  };
}

export function invoke(timeUs: number, method: string, ...args: unknown[]): Input {
  return { kind: "invoke", timeUs, peer: 0, incarnation: 1, invokeId: 7, method, args: encode(args) };
}

export function window(untilUs: number, ...inputs: Input[]): Window {
  return { untilUs, spanUs: Number.POSITIVE_INFINITY, maxEntries: 0, inputs };
}

/** Bytes of effects as the data they hold, so that expectations can be written down. */
export function readable(effect: Effect): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...effect };
  for (const [name, value] of Object.entries(shown)) {
    if (value instanceof Uint8Array) shown[name] = name === "state" || name === "snapshot" ? [...value] : decode(value);
  }
  return shown;
}

/** Runs the body in the constructor of peer 0, for up to 10 virtual seconds, and gives all effects. */
export function effectsOf(body: string, members = "", before = ""): Record<string, unknown>[] {
  const { entries } = engineFor(raft(body, members, before)).exchange(window(10_000_000, boot()));
  return entries.flatMap((entry) => entry.effects).map(readable);
}

/** What the body logs; anything that goes wrong in it fails the test. */
export function logOf(body: string, before = ""): string[] {
  const effects = effectsOf(body, "", before);
  const problem = effects.find((effect) => effect.kind === "exception" || effect.kind === "misuse");
  if (problem !== undefined) throw new Error(`${problem.where}: ${problem.name}: ${problem.message}\n${problem.stack}`);
  return effects.filter((effect) => effect.kind === "log").map((effect) => String(effect.text));
}
