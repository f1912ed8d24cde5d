import { readdirSync, readFileSync } from "node:fs";

/**
 * What the system says of a process number. `ended`: nothing of it runs any more, though its parent has not asked what
 * became of it (a zombie). `ending`: its first thread has ended and others have not, as of one that is being killed.
 * `unknown`: the system does not tell, or there is no such process.
 */
export type ProcessState = "running" | "ending" | "ended" | "unknown";

export interface ProcessLife {
  readonly state: ProcessState;
  /** Clock ticks from boot to its start, which tells it from another that had its number before; empty when not known. */
  readonly startTime: string;
}

/** Zombie, dead, and dead as older kernels write it: a thread in such a state executes nothing any more. */
const ENDED_STATES = new Set(["Z", "X", "x"]);

/** @param proc where the system shows its processes. */
export function lifeOf(pid: number, proc = "/proc"): ProcessLife {
  const { state, startTime } = statOf(`${proc}/${pid}/stat`);
  if (state === "") return { state: "unknown", startTime };
  if (!ENDED_STATES.has(state)) return { state: "running", startTime };
  // A process whose first thread has ended goes on for as long as it has another.
  const others = threadsOf(`${proc}/${pid}/task`).map((thread) => statOf(`${proc}/${pid}/task/${thread}/stat`).state);
  const isOver = others.every((other) => other === "" || ENDED_STATES.has(other));
  return { state: isOver ? "ended" : "ending", startTime };
}

/** The 3rd and 22nd field of a line in /proc; the 2nd, a name in parentheses, may hold anything. */
function statOf(path: string): { state: string; startTime: string } {
  let text = "";
  try {
    text = readFileSync(path, "latin1");
  } catch {
    // Not there any more.
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", startTime: fields[19] ?? "" };
}

function threadsOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
