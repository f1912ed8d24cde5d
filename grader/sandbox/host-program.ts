import { distFile } from "./dist-file.ts";
import { HOST_HEAP_MB } from "./limits.ts";

/** What is started as a host: a Node script, and Node's own flags for it. */
export interface HostProgram {
  readonly script: string;
  readonly nodeFlags: readonly string[];
}

/** The built peer host. */
export function peerHostProgram(): HostProgram {
  const nodeFlags = [
    "--no-warnings",
    // One thread collects garbage: it takes less time in all, and leaves the other cores to other runs.
    "--single-threaded-gc",
    // A realm that a crash ended is still young then, and goes without being copied: a tenth of a run's time.
    "--min-semi-space-size=16",
    "--max-semi-space-size=32",
    `--max-old-space-size=${HOST_HEAP_MB}`,
  ];
  return { script: distFile("host.js"), nodeFlags };
}

/** All that a host sees of the environment. A clean one also starts faster, and no secret can leak. */
export const HOST_ENV: Readonly<Record<string, string>> = { TZ: "UTC", LC_ALL: "en_US.UTF-8" };
