import type { Simulation } from "../sim/simulation.ts";

/** A background activity of a scenario. */
export interface Task {
  readonly name: string;
  readonly done: boolean;
  /** It goes no further than its present `yield`. */
  stop(): void;
}

/** Runs what goes on beside a scenario's main line: generators that sleep by `yield ms`, as actions of the kernel. */
export class Background {
  /** One of them is running right now, so that time cannot be let pass in another way. */
  active = false;
  readonly #sim: Simulation;

  constructor(sim: Simulation) {
    this.#sim = sim;
  }

  spawn(name: string, activity: () => Generator<number, void, void>): Task {
    const steps = activity();
    const task = {
      name,
      done: false,
      stop: () => {
        task.done = true;
      },
    };
    const step = (): void => {
      if (task.done) return;
      const before = this.active;
      this.active = true;
      try {
        const { done, value } = steps.next();
        if (done) task.done = true;
        else this.#sim.at(this.#sim.nowUs + Math.max(1, Math.round(value * 1000)), step);
      } finally {
        this.active = before;
      }
    };
    this.#sim.at(this.#sim.nowUs, step);
    return task;
  }
}
