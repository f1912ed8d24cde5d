/**
 * Limits that a host keeps itself to, where the system does not tell its keeper what it uses. A submission that breaks out of its
 * realm can get around them, and is then ended by the wall clock: it gains time, and no verdict.
 */
export interface OwnLimits {
  readonly windowCpuMs: number;
  readonly runCpuMs: number;
  readonly residentBytes: number;
}

/** Which of them was reached. */
export type Spent = "window" | "run" | "memory";

const SPENT: readonly string[] = ["window", "run", "memory"] satisfies Spent[];
const ARGUMENT = "--own-limits=";

/** What a host's script is told. */
export function ownLimitsArgument({ windowCpuMs, runCpuMs, residentBytes }: OwnLimits): string {
  return `${ARGUMENT}${windowCpuMs},${runCpuMs},${residentBytes}`;
}

/** Reads it; null when there is none: then the keeper looks after the host. */
export function readOwnLimits(argument: string | undefined): OwnLimits | null {
  if (argument?.startsWith(ARGUMENT) !== true) return null;
  const [windowCpuMs = 0, runCpuMs = 0, residentBytes = 0] = argument.slice(ARGUMENT.length).split(",").map(Number);
  return { windowCpuMs, runCpuMs, residentBytes };
}

/** What the host writes on standard error before it ends itself. */
export function spentLine(spent: Spent): string {
  return `{"spent":"${spent}"}\n`;
}

/** Finds that line, the last thing that was written. */
export function readSpent(stderr: string): Spent | null {
  const [, spent = ""] = /\{"spent":"([a-z]+)"\}\n$/.exec(stderr) ?? [];
  return SPENT.includes(spent) ? (spent as Spent) : null;
}

/** Compares, look by look, what this process has used with its limits. Lives in another thread than what it looks after. */
export class OwnWatch {
  private window = 0;
  private windowCpuMs = 0;
  private run = -1;
  private runCpuMs = 0;

  /** `progress`: as the host counts it, see `grader/host/main.ts`. */
  constructor(
    private readonly limits: OwnLimits,
    private readonly progress: Int32Array,
  ) {}

  look(usedCpuMs: number, residentBytes: number | null): Spent | null {
    const { limits } = this;
    const window = Atomics.load(this.progress, 0);
    const run = Atomics.load(this.progress, 2);
    if (window !== this.window) {
      this.window = window;
      this.windowCpuMs = usedCpuMs;
    }
    if (run !== this.run) {
      this.run = run;
      this.runCpuMs = usedCpuMs;
    }
    if ((residentBytes ?? 0) > limits.residentBytes) return "memory";
    if (window % 2 === 1 && usedCpuMs - this.windowCpuMs >= limits.windowCpuMs) return "window";
    return usedCpuMs - this.runCpuMs >= limits.runCpuMs ? "run" : null;
  }
}
