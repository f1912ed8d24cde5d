import type { Tree } from "../../types.ts";
import type { Run } from "./run.ts";
import { fieldOf } from "./trees.ts";

/** What is known of a peer from one event to the next that changes it. */
export interface Stretch {
  /** The event that it begins with. */
  readonly event: number;
  readonly isUp: boolean;
  readonly isPaused: boolean;
  /** Its `kill()` was called: it is there still, and shall do nothing. */
  readonly isKilled: boolean;
  /** Nothing reaches it and nothing leaves it. */
  readonly isCutOff: boolean;
  /** Whom it reaches in a partition; empty without one. */
  readonly group: string;
  /** Whom it cannot reach, though they may reach it. */
  readonly unreached: readonly number[];
  /** Value of the last observation since it booted, or undefined. */
  readonly observed: Tree | undefined;
}

const NEW: Omit<Stretch, "event"> = {
  isUp: false,
  isPaused: false,
  isKilled: false,
  isCutOff: false,
  group: "",
  unreached: [],
  observed: undefined,
};

/** Each peer's stretches, in order. */
export function stretchesOf(run: Run): readonly (readonly Stretch[])[] {
  const all: Stretch[][] = Array.from({ length: run.peers }, () => [{ event: 0, ...NEW }]);
  const change = (peer: number, event: number, to: Partial<Stretch>) => {
    const stretches = all[peer];
    const last = stretches?.at(-1);
    if (stretches === undefined || last === undefined) return;
    const next = { ...last, ...to, event };
    if (last.event === event) stretches[stretches.length - 1] = next;
    else stretches.push(next);
  };
  const reach = (peer: number, other: number, event: number, isReached: boolean) => {
    const others = all[peer]?.at(-1)?.unreached.filter((one) => one !== other) ?? [];
    change(peer, event, { unreached: isReached ? others : [...others, other].sort((a, b) => a - b) });
  };
  const everybody = (event: number, to: Partial<Stretch>) => {
    for (let peer = 0; peer < all.length; peer++) change(peer, event, to);
  };
  for (let i = 0; i < run.size; i++) {
    const peer = run.peer[i] as number;
    switch (run.kind(i)) {
      case "boot":
        change(peer, i, { isUp: true, isPaused: false, isKilled: false, observed: undefined });
        break;
      case "observed":
        change(peer, i, { isUp: true, observed: run.tree(i) });
        break;
      case "pause":
        change(peer, i, { isPaused: true });
        break;
      case "resume":
        change(peer, i, { isPaused: false });
        break;
      case "fault": {
        const text = run.text(i);
        if (text.startsWith("crash")) change(peer, i, { isUp: false, isPaused: false });
        else if (text === "kill") change(peer, i, { isKilled: true });
        else if (text === "disconnect") change(peer, i, { isCutOff: true });
        else if (text === "connect") change(peer, i, { isCutOff: false });
        else if (text === "heal") everybody(i, { isCutOff: false, group: "", unreached: [] });
        else if (text === "cut" || text === "uncut") reach(peer, run.other[i] as number, i, text === "uncut");
        else if (text.startsWith("partition ")) {
          everybody(i, { group: "nobody" });
          for (const group of text.slice("partition ".length).split(" | ")) {
            for (const member of group.split(",")) change(Number(member), i, { group });
          }
        }
      }
    }
  }
  return all;
}

/** What holds when that event has happened. */
export function stretchAt(stretches: readonly Stretch[], event: number): Stretch {
  return stretches[placeAt(stretches, event)] as Stretch;
}

/** Where that one stands. */
export function placeAt(stretches: readonly Stretch[], event: number): number {
  let from = 0;
  let to = stretches.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((stretches[middle] as Stretch).event <= event) from = middle + 1;
    else to = middle;
  }
  return Math.max(0, from - 1);
}

/** "up", "down", "killed", "paused", "cut off", "reaches 0, 1". */
export function conditionOf(stretch: Stretch): string {
  const { isUp, isPaused, isKilled } = stretch;
  const life = isUp ? [...(isKilled ? ["killed"] : []), ...(isPaused ? ["paused"] : [])] : ["down"];
  return [...(life.length === 0 ? ["up"] : life), ...linksOf(stretch)].join(", ");
}

/** What keeps it from others, in words. */
export function linksOf({ isCutOff, group, unreached }: Stretch): string[] {
  return [
    ...(isCutOff ? ["cut off"] : []),
    ...(group === "" ? [] : [`reaches ${group.replaceAll(",", ", ")}`]),
    ...(unreached.length === 0 ? [] : [`cannot reach ${unreached.join(", ")}`]),
  ];
}

/** A fact in a word, empty when there is nothing to say. */
export function factText(run: Run, { observed }: Stretch, { fact, whenTrue }: Run["columns"][number]): string {
  const value = fieldOf(run, observed, fact);
  if (whenTrue !== undefined) return value === true ? whenTrue : "";
  if (value === undefined || Array.isArray(value)) return "";
  return typeof value === "string" ? value.slice(0, 40) : String(value);
}

/** The number that colours a stretch: the first fact that is one. */
export function epochOf(run: Run, { observed }: Stretch): number | null {
  for (const { fact } of run.columns) {
    const value = fieldOf(run, observed, fact);
    if (typeof value === "number") return value;
  }
  return null;
}

/** Whether the peer says that it has the role that a lab tells of. */
export function hasRole(run: Run, { observed }: Stretch): boolean {
  return run.columns.some(({ fact, whenTrue }) => whenTrue !== undefined && fieldOf(run, observed, fact) === true);
}
