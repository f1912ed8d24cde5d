import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { DEFAULT_LIMITS } from "../limits.ts";
import { makeTemporaryFolder } from "../temporary-folder.ts";
import type { Confinement } from "./confinement.ts";
import { Trial } from "./trial.ts";

/** What is tried from inside a sandbox; all of it must fail. */
export type Attempt = "socket" | "spawn" | "write" | "read" | "environment" | "signal";

/** Made for the test, outside of the sandbox. */
export interface Targets {
  /** Where somebody listens on this machine. */
  readonly port: number;
  /** So many processes, with those that are there, are more than a host may have. */
  readonly processes: number;
  readonly graderPid: number;
  /** A folder that everybody may write to, and the name of the file to be written. */
  readonly folder: string;
  readonly fileToWrite: string;
  /** A file that everybody may read. */
  readonly fileToRead: string;
}

export interface SelfTestResult {
  readonly attempt: Attempt;
  /** It failed, as it must. */
  readonly ok: boolean;
  /** What was seen, from inside and outside. */
  readonly seen: string;
}

/**
 * Starts a process in a sandbox as hosts have it, and lets it try to get out. What it did outside counts, and what it
 * says it could do. Throws when it cannot be started.
 */
export async function selfTest(confinement: Confinement): Promise<SelfTestResult[]> {
  const folder = makeTemporaryFolder("self-test");
  const server = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  let connections = 0;
  let signals = 0;
  const count = () => signals++;
  process.on("SIGURG", count);
  const trial = new Trial(confinement);
  try {
    chmodSync(folder, 0o777);
    const fileToRead = join(folder, "secret");
    writeFileSync(fileToRead, "read from inside a sandbox", { mode: 0o644 });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const fileToWrite = randomUUID();
    await trial.ready();
    const seen = (await trial.ask({
      port,
      processes: DEFAULT_LIMITS.resources.processes,
      graderPid: process.pid,
      folder,
      fileToWrite,
      fileToRead,
    } satisfies Targets)) as Record<Attempt, string>;
    const outside: Partial<Record<Attempt, boolean>> = {
      socket: connections > 0,
      write: existsSync(join(folder, fileToWrite)),
      signal: signals > 0,
    };
    return ATTEMPTS.map((attempt) => {
      const said = String(seen[attempt] ?? "no answer");
      const isBlocked = said.startsWith("blocked: ") && outside[attempt] !== true;
      // Without a filter of system calls processes are limited in number, and end with the sandbox.
      const isLimited = attempt === "spawn" && confinement.tier !== "full" && said.includes("then blocked: ");
      // Its number may mean another process inside; what counts is whether the signal came.
      const isHarmless = attempt === "signal" && signals === 0 && confinement.tier !== "plain";
      return { attempt, ok: isBlocked || isLimited || isHarmless, seen: said };
    });
  } finally {
    process.off("SIGURG", count);
    server.close();
    await trial.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const ATTEMPTS: readonly Attempt[] = ["socket", "spawn", "write", "read", "environment", "signal"];
