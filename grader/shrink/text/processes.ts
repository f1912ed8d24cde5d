import { type Group, type ProcessPlan, processesOf } from "../../sim/role.ts";
import type { Line } from "./line.ts";

/** How the processes of a script are named in its file: by a number where all are of one role, else as `server 2`. */
export class Processes {
  readonly all: readonly ProcessPlan[];
  readonly #groups: readonly Group[];

  constructor(groups: readonly Group[]) {
    this.#groups = groups;
    this.all = processesOf(groups);
  }

  /** Words with which a process can begin. */
  get words(): readonly string[] {
    return this.#isPlain ? [] : this.#groups.map(({ role }) => role);
  }

  /**
   * Takes a process. `roles`: those that it can be of; `before`: the one before it in a list, whose role need not be said again;
   * `orElse`: what else might stand there.
   */
  read(line: Line, { roles, before, orElse }: Wanted = {}): number {
    const or = orElse === undefined ? "" : `${orElse} or `;
    const [first] = this.#groups;
    if (this.#isPlain && first !== undefined) return this.#placeIn(first, line, `${or}a`);
    const same = before === undefined ? undefined : this.#groups[this.all[before]?.group ?? -1];
    if (same !== undefined && line.isAtNumber) return this.#placeIn(same, line, "which");
    const words = this.words.filter((role) => roles === undefined || roles.includes(role));
    const role = line.oneOf(words, `${or}a process`);
    return this.#placeIn(this.#groups.find((group) => group.role === role) as Group, line, "which");
  }

  /** Some of them, with commas between. */
  readList(line: Line): number[] {
    const list = [this.read(line)];
    while (line.takes(",")) list.push(this.read(line, { before: list.at(-1) as number }));
    return list;
  }

  /** `2`, `server 2`. `before`: see `read`. */
  write(id: number, before?: number): string {
    const plan = this.all[id];
    if (plan === undefined || this.#isPlain) return `${id}`;
    const isSaid = before !== undefined && this.all[before]?.group === plan.group;
    return isSaid ? `${plan.place}` : `${plan.role} ${plan.place}`;
  }

  writeList(ids: readonly number[]): string {
    return ids.map((id, at) => this.write(id, ids[at - 1])).join(", ");
  }

  get #isPlain(): boolean {
    return this.#groups.length < 2;
  }

  #placeIn(group: Group, line: Line, before: string): number {
    const place = line.integer(`${before} ${group.role}`, 0, group.size - 1);
    return this.all.find((plan) => this.#groups[plan.group] === group && plan.place === place)?.id ?? place;
  }
}

export interface Wanted {
  readonly roles?: readonly string[];
  readonly before?: number;
  readonly orElse?: string;
}
