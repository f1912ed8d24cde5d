import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Keeping a host and the thread that plays on it on one core, for measurements. The two never work at the same time, so
 * they lose nothing by it; and waking a core that sleeps can take longer than a whole window. A grading that keeps all
 * cores busy needs none of this: the system then puts the two together by itself. What does not work is left out silently.
 */

/** The cores that this process may use; empty where the system does not tell. */
export function allowedCpus(): readonly number[] {
  try {
    const [, list = ""] = /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return list.split(",").flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
  } catch {
    return [];
  }
}

/** Keeps a process, with all its threads, on one core. */
export function pinProcess(pid: number, cpu: number): void {
  spawnSync("taskset", ["-a", "-c", "-p", String(cpu), String(pid)], { stdio: "ignore" });
}
