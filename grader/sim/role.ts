/**
 * What processes a run has, and what each of them is: data, so that kernel and host serve every lab.
 *
 * A role is a class that a submission exports, and how the grader deals with it. A topology says how many processes of which
 * role stand in which groups: a store that is sharded has a group of controllers, several groups of servers, and clerks.
 */

/** One argument of a role's constructor. */
export type Given =
  /** Handles on the processes of a role, in order: on those of the own group, or on all of them. `name`: the parameter's. */
  | { readonly kind: "ends"; readonly name: string; readonly to: string; readonly of: "group" | "all" }
  /** The process's own place in its group, from 0. */
  | { readonly kind: "me" }
  | { readonly kind: "persister" }
  /** A function; what it is called with is an effect. `name`: the parameter's. */
  | { readonly kind: "upcall"; readonly name: string }
  /** Plain data that the scenario decides. */
  | { readonly kind: "options" };

/**
 * When a local method answers. `at-once`: by what it returns, which is no promise. `later`: it may return a promise, whose
 * value is the answer whenever that comes, and further calls may come before.
 */
export type Answers = "at-once" | "later";

/**
 * A class that a submission exports. Raft:
 * `{ name: "peer", file: "raft", className: "Raft", given: [ends to "peer", me, persister, upcall "apply"], local: { getState: "at-once", … }, observer: "getState" }`.
 */
export interface Role {
  /** What one such process is called, followed by its place: `peer 2`. */
  readonly name: string;
  /** Base name of the file that exports it, without its extension. */
  readonly file: string;
  readonly className: string;
  /** The constructor's arguments, in their order. */
  readonly given: readonly Given[];
  /** Methods that the grader calls. They are not RPCs; all other public methods are. */
  readonly local: Readonly<Record<string, Answers>>;
  /** The local method asked after every entry; its changes are reported. Absent: nothing is asked. */
  readonly observer?: string;
  /**
   * Fields whose objects have RPCs too, for processes of the same role: `raft.appendEntries` runs the method of the object in
   * field `raft`. For each the methods that are none.
   */
  readonly services?: Readonly<Record<string, readonly string[]>>;
}

/** What a lab asks of a submission's folder, all of it data. */
export interface Form {
  /** Base name of the file by which a submission is known, without its extension: that of the first role. */
  readonly file: string;
  /** The folder of the lab's own, in which that file is looked for where it is not in the one that is named. */
  readonly home?: string;
  readonly roles: readonly Role[];
  /** Layers of ours that a submission may import as `consensus-labs/<name>` and build on, with what each exports. */
  readonly layers?: Readonly<Record<string, readonly string[]>>;
  /** `consensus-labs/<name>` is the student API of this lab, where it is more than `consensus-labs` itself. */
  readonly api?: string;
}

/** One process of a run. Its id is what the kernel counts by, and what stands in keys of the choice tape. */
export interface ProcessPlan {
  readonly id: number;
  readonly role: string;
  /** Which of the topology's groups it is in. */
  readonly group: number;
  /** Its place among those of its role in that group, from 0. */
  readonly place: number;
  /** Among all processes of a run no other is called so. */
  readonly name: string;
}

export interface Group {
  readonly role: string;
  /** How many processes it has. */
  readonly size: number;
  /** Tells groups of the same role apart in the names of their processes; absent: the only one. */
  readonly name?: string;
}

/** The processes of a run: ids go on from group to group. */
export function processesOf(groups: readonly Group[]): ProcessPlan[] {
  let id = 0;
  return groups.flatMap(({ role, size, name }, group) =>
    Array.from({ length: size }, (_, place) => {
      const called = name === undefined ? `${role} ${place}` : `${role} ${place} of ${name}`;
      return { id: id++, role, group, place, name: called };
    }),
  );
}

/** The groups that a run's processes stand in: `processesOf` makes the same processes of them. */
export function groupsOf(processes: readonly ProcessPlan[]): Group[] {
  const groups: { role: string; size: number; name?: string }[] = [];
  for (const { role, group, place, name: called } of processes) {
    const name = called.slice(`${role} ${place} of `.length);
    const known = groups[group];
    if (known === undefined) groups[group] = { role, size: 1, ...(name !== "" && { name }) };
    else known.size++;
  }
  return groups;
}

/** Of a given list of ends the ids of the processes that it leads to. */
export function endsOf(
  { to, of }: Extract<Given, { kind: "ends" }>,
  self: ProcessPlan,
  processes: readonly ProcessPlan[],
): number[] {
  const there = processes.filter(({ role, group }) => role === to && (of === "all" || group === self.group));
  return there.map(({ id }) => id);
}
