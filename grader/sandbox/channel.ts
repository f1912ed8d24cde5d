import { execFileSync } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MissingFacilityError } from "./missing-facility.ts";
import { makeTemporaryFolder } from "./temporary-folder.ts";

/** Two one-way pipes between this process and a host, as file descriptors that block. */
export interface Channel {
  /** This process writes here, the host reads at `hostRead`. */
  readonly toHost: number;
  readonly fromHost: number;
  /** The host's ends: to be inherited by it, and closed here after that. */
  readonly hostRead: number;
  readonly hostWrite: number;
}

/**
 * Opens channels as named pipes, which is the only way to blocking pipes in Node's public API. Their folder is removed
 * before this returns. Throws when the system has no `mkfifo` or the folder for temporary files cannot be written.
 */
export function openChannels(count: number): Channel[] {
  const folder = folderForPipes();
  try {
    const paths = Array.from({ length: count * 2 }, (_, i) => join(folder, String(i)));
    makePipes(paths);
    return Array.from({ length: count }, (_, i) => openChannel(paths[2 * i] as string, paths[2 * i + 1] as string));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Channels for hosts that are started one by one: each time that some are made costs a process, however many they are. */
export class ChannelStock {
  private readonly spare: Channel[] = [];

  /** Throws as `openChannels` does. */
  take(count: number): Channel[] {
    const missing = count - this.spare.length;
    if (missing > 0) this.spare.push(...openChannels(Math.max(missing, MADE_AT_ONCE)));
    return this.spare.splice(0, count);
  }

  /** Closes what was never taken. */
  close(): void {
    for (const { toHost, fromHost, hostRead, hostWrite } of this.spare.splice(0))
      for (const fd of [toHost, fromHost, hostRead, hostWrite]) closeSync(fd);
  }
}

/** A run of five peers with its audits takes six hosts. */
const MADE_AT_ONCE = 6;

/** Nobody else can enter their folder, so that their own mode matters to nobody; setting one takes /proc. */
function makePipes(paths: readonly string[]): void {
  try {
    execFileSync("mkfifo", paths, { stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" });
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string; readonly stderr?: string };
    const reason = code === "ENOENT" ? "there is no command mkfifo" : (stderr?.split("\n", 1)[0] ?? String(error));
    throw new MissingFacilityError(
      `named pipes cannot be made here (${reason}), and nothing is graded behind a boundary without them: failures cannot be confirmed`,
    );
  }
}

/** A folder that holds pipes for a moment, also where the usual place is read-only. */
function folderForPipes(): string {
  let reason: unknown;
  for (const place of [tmpdir(), "/dev/shm", "/var/tmp"]) {
    try {
      return makeTemporaryFolder("pipes", place);
    } catch (error) {
      reason ??= error;
    }
  }
  throw new Error(`no folder for temporary files can be made: ${reason instanceof Error ? reason.message : reason}`);
}

function openChannel(toHostPath: string, fromHostPath: string): Channel {
  const [hostRead, toHost] = openEnds(toHostPath);
  const [fromHost, hostWrite] = openEnds(fromHostPath);
  return { toHost, fromHost, hostRead, hostWrite };
}

/** The reading and the writing end of one pipe. Either open would block without the other, so a third holds both meanwhile. */
function openEnds(path: string): [reading: number, writing: number] {
  const both = openSync(path, constants.O_RDWR);
  try {
    return [openSync(path, constants.O_RDONLY), openSync(path, constants.O_WRONLY)];
  } finally {
    closeSync(both);
  }
}
