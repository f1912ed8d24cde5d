import { processesOf } from "../sim/role.ts";
import { timed, type World } from "./recorder.ts";
import type { Step } from "./script.ts";
import type { Beginning, FailedRun } from "./shrink.ts";

/** How long what is expected is waited for while a script is shrunk; its own bound is waited for at the end. */
const PATIENCES_MS = [3_000, 12_000, Number.POSITIVE_INFINITY] as const;
/** What keeps it from coming may have happened so many steps after it was asked for. */
const STEPS_LATER = [8, 32, 128, 512, 2_048];
/** What breaks a rule by itself does so within so long. */
const RUNS_MS = [1_500, 5_000];

/**
 * Ways to make a script of a run in which something did not come, or came too often: all up to where it was asked for, or to a
 * while later, step by step; then the world is as it was, and everything runs by itself.
 */
export function* freelyFrom(run: FailedRun): Generator<Beginning> {
  const { recording, asked, failedUs } = run;
  const world = worldSteps(idsIn(recording), recording.world);
  for (const { name, args, needs, sinceUs } of asked) {
    const count = countUpTo(recording.timesUs, sinceUs);
    const expect: Step = { do: "expect", expect: { name, args } };
    const tails: Step[][] = [
      [...world, { do: "lose" }, expect],
      [...world, expect],
    ];
    for (const atMostMs of PATIENCES_MS) {
      for (const tail of tails) {
        const rest = { tail, ...(needs && { needs }), atMostMs };
        yield { steps: recording.steps.slice(0, count), ...rest };
        yield { steps: timed(recording, count), ...rest };
      }
    }
    for (const later of STEPS_LATER.filter((steps) => count + steps < recording.steps.length)) {
      for (const tail of tails) {
        const rest = { tail, ...(needs && { needs }), atMostMs: PATIENCES_MS[0] };
        yield { steps: recording.steps.slice(0, count + later), ...rest };
      }
    }
  }
  for (const ms of RUNS_MS) {
    const count = countUpTo(recording.timesUs, failedUs - 1000 * ms);
    yield { steps: timed(recording, count), tail: [...world, { do: "run", ms: 2 * ms }] };
  }
  yield wholly(run);
}

/** Everybody boots, and then there is all that the scenario does: what nothing shorter brings about. */
function wholly({ recording, scenario }: FailedRun): Beginning {
  const boots = idsIn(recording).map((peer): Step => ({ do: "boot", peer }));
  return { steps: [], tail: [...boots, { do: "expect", expect: { name: scenario, args: [] } }] };
}

function idsIn({ groups }: Pick<FailedRun["recording"], "groups">): number[] {
  return processesOf(groups).map(({ id }) => id);
}

/** How many steps there were up to that moment: what was asked for then was asked for after them. */
function countUpTo(timesUs: readonly number[], endUs: number): number {
  let count = timesUs.length;
  while (count > 0 && (timesUs[count - 1] as number) > endUs) count--;
  return count;
}

/** What makes the world as it was, whatever came before. */
function worldSteps(all: readonly number[], { up, unreachable, paused }: World): Step[] {
  const gone = all.filter((peer) => isAlone(peer, all, unreachable));
  const cuts = unreachable.filter(([from, to]) => !gone.includes(from) && !gone.includes(to));
  return [
    ...all.filter((peer) => !up.includes(peer)).map((peer): Step => ({ do: "crash", peer })),
    ...up.map((peer): Step => ({ do: "boot", peer })),
    ...gone.map((peer): Step => ({ do: "fault", fault: "disconnect", peer })),
    ...cuts.map(([from, to]): Step => ({ do: "fault", fault: "cut", from, to })),
    ...paused.map((peer): Step => ({ do: "fault", fault: "pause", peer })),
  ];
}

/** Whether no other peer reaches it, nor it any other. */
function isAlone(peer: number, all: readonly number[], unreachable: World["unreachable"]): boolean {
  const cut = (from: number, to: number) => unreachable.some(([one, other]) => one === from && other === to);
  return all.length > 1 && all.every((other) => other === peer || (cut(peer, other) && cut(other, peer)));
}
