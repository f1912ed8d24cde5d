import { processesOf } from "../sim/role.ts";
import type { Candidate } from "./candidate.ts";
import { merged } from "./canonical.ts";
import { peersOf, renamedIn } from "./cluster-size.ts";
import { actorOf, type Step } from "./script.ts";

/** A timer of a peer, which neither stands for several nor ends in a crash. */
type Timer = Step & { readonly do: "timer" };

/** Ways to have other steps instead of those of a candidate, some of which may be fewer. */
export const REWRITES: readonly ((candidate: Candidate) => Step[][])[] = [
  ({ steps }) => [timersTogether(steps)],
  ({ steps }) => timersElsewhere(steps),
  ({ steps, tail = [] }) => (tail.length > 0 ? [] : timersInstead(steps)),
  // What is asked for behind the steps may mean one peer.
  ({ groups, steps, tail = [] }) => (tail.length > 0 ? [] : standIns(steps, membersOf(groups))),
];

/** An option becomes one of these, the smallest first. */
const OPTION_VALUES = [1, 2, 3, 5] as const;

/** The same steps where less is set of what may be set to anything. What is asked for behind them may count by it. */
export function withSmallerOptions(script: Candidate): Candidate[] {
  const { options = {}, freeOptions = [], tail = [] } = script;
  if (tail.length > 0) return [];
  return freeOptions.flatMap((name) =>
    OPTION_VALUES.filter((value) => value < (options[name] ?? 0)).map((value) => ({
      ...script,
      options: { ...options, [name]: value },
    })),
  );
}

/** The processes of the first group's role, of which each can do what another one does. */
function membersOf(groups: Candidate["groups"]): number[] {
  return processesOf(groups)
    .filter(({ role }) => role === groups[0]?.role)
    .map(({ id }) => id);
}

/** How many steps these are when they are written down. */
export function writtenSize(steps: readonly Step[]): number {
  return merged(steps).length;
}

/** Timers of a peer side by side, so that they are written as one step, wherever nothing that it takes part in lies between them. */
export function timersTogether(steps: readonly Step[]): Step[] {
  const all: Step[] = [];
  for (const step of steps) all.splice(isTimer(step) ? placeBeside(step, all) : all.length, 0, step);
  return all;
}

function placeBeside(timer: Timer, before: readonly Step[]): number {
  for (let at = before.length - 1; at >= 0; at--) {
    const step = before[at] as Step;
    if (isTimer(step) && isSameKind(step, timer)) return at + 1;
    if (actorOf(step) < 0 || actorOf(step) === timer.peer) break;
  }
  return before.length;
}

/** Timers of a peer elsewhere: beside others of it, whatever lies between them. */
export function timersElsewhere(steps: readonly Step[]): Step[][] {
  const runs = timerRuns(steps);
  return runs.flatMap((run, at) => {
    const moved = steps.slice(run.from, run.end);
    const others = [runs.slice(0, at).findLast((other) => isSameKind(other.timer, run.timer))];
    others.push(runs.slice(at + 1).find((other) => isSameKind(other.timer, run.timer)));
    return others.flatMap((other) => {
      if (other === undefined) return [];
      const place = other.from < run.from ? other.end : other.from;
      return [inserted(steps, place, moved, (index) => index >= run.from && index < run.end)];
    });
  });
}

/** Where a peer is sent something: one more of its timers instead, beside others, by which it comes to a new term as well. */
export function timersInstead(steps: readonly Step[]): Step[][] {
  const runs = timerRuns(steps);
  return steps.flatMap((step, at) => {
    if (step.do !== "deliver" || step.ref.what !== "request") return [];
    const own = runs.filter(({ timer }) => timer.peer === step.ref.to && timer.once !== true);
    const beside = [own.findLast(({ from }) => from < at), own.find(({ from }) => from > at)];
    return beside.flatMap((run) => {
      if (run === undefined) return [];
      // What is delivered later set out in a timer that is there already, which is the last of them then.
      const more: Timer = { do: "timer", peer: run.timer.peer };
      return [inserted(steps, run.from, [more], (index) => index === at)];
    });
  });
}

/**
 * Without one step, after which the peer that it is about and another one of `peers` have each other's parts as soon as that peer
 * takes part again: what prepared it for its part may not be needed by one that is prepared.
 */
export function standIns(steps: readonly Step[], peers: readonly number[]): Step[][] {
  return steps.flatMap((step, at) => {
    const actor = actorOf(step);
    if (step.do === "boot" || !peers.includes(actor)) return [];
    const next = steps.findIndex((later, index) => index > at && peersOf(later).includes(actor));
    if (next < 0) return [];
    const before = [...steps.slice(0, at), ...steps.slice(at + 1, next)];
    return peers
      .filter((other) => other !== actor && before.some((earlier) => peersOf(earlier).includes(other)))
      .map((other) => {
        const changed = (peer: number) => (peer === actor ? other : peer === other ? actor : peer);
        return [...before, ...steps.slice(next).map((later) => renamedIn(later, changed))];
      });
  });
}

/** Timers of one peer that are side by side. */
interface TimerRun {
  readonly timer: Timer;
  readonly from: number;
  readonly end: number;
}

function timerRuns(steps: readonly Step[]): TimerRun[] {
  const runs: TimerRun[] = [];
  for (const [at, step] of steps.entries()) {
    if (!isTimer(step)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.end === at && isSameKind(last.timer, step))
      runs[runs.length - 1] = { ...last, end: at + 1 };
    else runs.push({ timer: step, from: at, end: at + 1 });
  }
  return runs;
}

function isTimer(step: Step): step is Timer {
  return step.do === "timer" && step.crash === undefined;
}

function isSameKind(one: Timer, other: Timer): boolean {
  return one.peer === other.peer && one.once === other.once;
}

/** The steps with these before the one at `place`, and without those that are gone. */
function inserted(
  steps: readonly Step[],
  place: number,
  some: readonly Step[],
  isGone: (index: number) => boolean,
): Step[] {
  const all: Step[] = [];
  for (const [index, step] of steps.entries()) {
    if (index === place) all.push(...some);
    if (!isGone(index)) all.push(step);
  }
  if (place >= steps.length) all.push(...some);
  return all;
}
