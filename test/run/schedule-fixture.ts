import type { ScenarioMeta } from "../../grader/harness/scenario.ts";
import { playAll } from "../../grader/run/grade.ts";
import type { Played, PlayOrder } from "../../grader/run/player.ts";
import type { ScenarioResult } from "../../grader/run/result.ts";
import { Schedule, type SchedulePlan } from "../../grader/run/schedule.ts";
import { runSeed } from "../../grader/run/seeds.ts";
import { FakePlayer } from "./fake-player.ts";

export const mapper = { map: () => null, mapStack: () => [] };

export function meta(id: string, dependsOn: string[] = []): ScenarioMeta {
  return { id, title: id, about: "", points: 5, peers: 3, dependsOn };
}

export interface Course {
  readonly scenarios: ScenarioMeta[];
  readonly outcome: (order: PlayOrder & { index: number }, nth: number) => Played;
  readonly plan?: Partial<SchedulePlan>;
  readonly workers?: number;
  readonly delay?: (index: number) => number;
}

/** Plays a whole course with a fake player; gives the results, and what was played. */
export async function playThrough({ scenarios, outcome, plan, workers = 1, delay }: Course) {
  const schedule = new Schedule({ scenarios, runs: 4, baseSeed: 1, ...plan });
  const indexOf = (order: PlayOrder) =>
    [...Array(50).keys()].find((i) => runSeed(1, order.scenarioId, i) === order.seed) ?? -1;
  const player = new FakePlayer(
    (order, nth) => outcome({ ...order, index: indexOf(order) }, nth),
    (order) => delay?.(indexOf(order)) ?? 0,
  );
  const decided: string[] = [];
  await playAll({
    schedule,
    player,
    mapper,
    workers,
    onEvent: (event) => event.kind === "scenario" && decided.push(event.result.id),
  });
  return { results: schedule.results("undecided"), orders: player.orders, decided };
}

export const verdicts = (results: readonly ScenarioResult[]) => results.map(({ id, verdict }) => `${id} ${verdict}`);
