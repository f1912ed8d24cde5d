import type { Expect, Property, Rule, Rules } from "../check/failure.ts";
import { type Form, type ProcessPlan, processesOf, type Role } from "../sim/role.ts";
import type { Simulation } from "../sim/simulation.ts";
import type { UpcallWords } from "../text/upcall-words.ts";
import type { Cluster } from "./cluster.ts";
import type { Draws } from "./draws.ts";
import type { Instance } from "./instance.ts";
import type { Monitor } from "./monitor.ts";
import { COMMON_RULES } from "./rules.ts";
import type { Setup } from "./setup.ts";
import type { SoloService } from "./solo-service.ts";

/** How many; of several, each run draws one. */
export type Sizes = number | readonly number[];

/** A group of processes of one role. */
export interface GroupPlan {
  readonly role: string;
  readonly size: Sizes;
  /** Tells groups of the same role apart; absent: the only one. */
  readonly name?: string;
}

/** What a scenario is, as data: everything but its body. */
export interface ScenarioMeta {
  /** `<suite>/<name>`, for example `lab2b/backup`. */
  readonly id: string;
  /** A few words for a list. */
  readonly title: string;
  /** Points it earns when every run passes. */
  readonly points: number;
  /** Cluster size, where a run has one group of the role `peer`; with several, each run draws one of them. */
  readonly peers?: Sizes;
  /** The groups of processes of a run that has others, in the order of their ids. */
  readonly groups?: readonly GroupPlan[];
  /** One or two sentences for a student: what happens, and what is asked. */
  readonly about: string;
  /** Ids of scenarios without which this one cannot pass: it is skipped when one of them did not pass. */
  readonly dependsOn?: readonly string[];
}

/** What a cluster is made over. */
export interface World {
  readonly sim: Simulation;
  readonly draws: Draws;
  readonly processes: readonly ProcessPlan[];
}

/**
 * A kind of cluster: what scenarios of it talk to, and what follows what happens. `C` is its cluster, `O` what a scenario may
 * set of it, `Check` the names of all that monitor and cluster judge by themselves.
 */
export interface ClusterKind<C extends Cluster, O extends object, Check extends string, M extends Monitor = Monitor> {
  readonly checks: readonly Check[];
  /** Made before the kernel, whose events go to it. */
  readonly monitor: (processes: readonly ProcessPlan[], options: O) => M;
  /** What a process's constructor is given as its options, as plain data; absent: nothing. */
  readonly given?: (process: ProcessPlan, options: O) => unknown;
  /** Made when all processes have booted. */
  readonly cluster: (world: World, monitor: M, options: O) => C;
}

/**
 * A scenario without its points. `C` is the cluster as its stage may use it: a body that asks for more does not compile.
 */
export interface ScenarioDraft<C, O extends object> extends Omit<ScenarioMeta, "points"> {
  /** What it sets of its kind of cluster. */
  readonly options?: O;
  /** Runs before the processes boot: network model, clocks, crash rules that are on from the start. */
  readonly setup?: (setup: Setup) => void;
  /** Parts of it that scripts can ask for by themselves, by the names that it asks for them (`asked`). */
  readonly asks?: Readonly<Record<string, Ask<C>>>;
  /** What happens, in virtual time. Returns when everything asked for was seen; throws a `Violation` otherwise. */
  readonly run: (cluster: C) => void;
}

/** What a scenario asks for, and what that needs to know. */
export interface Ask<C> {
  readonly needs: readonly ArgumentKind[];
  /** `args` are of those kinds. */
  readonly ask: (cluster: C, args: readonly unknown[]) => unknown;
}

/** One run of a scenario, as far as its kind of cluster decides it. */
export interface Play {
  readonly monitor: Monitor;
  /** The rules of its lab, which findings are completed by. */
  readonly rules: Rules;
  /** Before the processes boot. */
  setUp(setup: Setup): void;
  /** When they have booted: the cluster, and what happens to it. */
  open(world: World): { readonly cluster: Cluster; run(): void };
}

/** The processes of one run, with what was drawn of their numbers. */
export function processesIn({ peers = 0, groups }: ScenarioMeta, draws: Draws): ProcessPlan[] {
  const drawn = (label: string, size: Sizes): number => (typeof size === "number" ? size : draws.pick(label, size));
  if (groups === undefined) return processesOf([{ role: "peer", size: drawn("cluster size", peers) }]);
  return processesOf(groups.map((one) => ({ ...one, size: drawn(`size of ${one.name ?? one.role}`, one.size) })));
}

/** A scenario as the machinery sees it. */
export interface Scenario extends ScenarioMeta {
  /** What it sets of its kind of cluster. */
  readonly options: object;
  /** What scripts can ask for as it does: its parts, and under its id the whole of it. */
  readonly asks: Expectations;
  begin(processes: readonly ProcessPlan[]): Play;
}

/** A scenario out of its draft, its points and its kind of cluster. */
export function makeScenario<C extends Cluster, O extends object, Check extends string, M extends Monitor>(
  kind: ClusterKind<C, O, Check, M>,
  rules: LabRules<Check>,
  { options, setup, asks = {}, run, ...meta }: ScenarioDraft<C, O>,
  points: number,
): Scenario {
  const set = options ?? ({} as O);
  const all: Readonly<Record<string, Rule>> = { ...COMMON_RULES, ...rules };
  return {
    ...meta,
    points,
    options: set,
    asks: {
      ...(asks as Expectations),
      [meta.id]: {
        needs: [],
        ask: (cluster) => {
          cluster.arrange(setup);
          run(cluster as C);
        },
      },
    },
    begin(processes) {
      const monitor = kind.monitor(processes, set);
      return {
        monitor,
        rules: all,
        setUp(world) {
          const { given } = kind;
          if (given !== undefined) for (const plan of processes) world.give(plan.id, given(plan, set));
          setup?.(world);
        },
        open: (world) => {
          const cluster = kind.cluster(world, monitor, set);
          return { cluster, run: () => run(cluster) };
        },
      };
    },
  };
}

/** What can be expected of a cluster of a lab: what the lab has names for, and what its scenarios ask for. */
export function expectationsOf({ expectations, suites }: Pick<Lab, "expectations" | "suites">): Expectations {
  const scenarios = suites.flatMap((suite) => suite.scenarios);
  return Object.assign({ ...expectations }, ...scenarios.map(({ asks }) => asks));
}

/** What a lab must say of its kind's checks and of those that every cluster has; of common ones it may say it anew. */
export type LabRules<Check extends string> = Rules<Check | "activities-end"> & Readonly<Record<string, Rule>>;

/** One stage of a lab (2A, 2B, …): a suite of scenarios. */
export interface Suite {
  /** `lab2a`. */
  readonly id: string;
  /** A word that also names it on the command line: `election`. */
  readonly name: string;
  readonly title: string;
  readonly points: number;
  /** The handout, as a path from the project's root. */
  readonly handout: string;
  readonly scenarios: readonly Scenario[];
}

/** What an expectation needs to know: any data, one peer, some peers, how many of them. */
export type ArgumentKind = "command" | "peer" | "peers" | "count";

/** What can be asked of a cluster, of scenarios and scripts alike: it waits if it must, and ends the run where the answer is no. */
export type Expectations = Readonly<
  Record<
    string,
    {
      readonly needs: readonly ArgumentKind[];
      /** `args` are of those kinds. */
      readonly ask: (cluster: Cluster, args: readonly unknown[]) => void;
    }
  >
>;

/** Makes what scripts can ask of the clusters of one class. `what`: what such a cluster does. */
export function askedOf<C extends object>(kind: abstract new (...args: never[]) => C, what: string) {
  return (needs: readonly ArgumentKind[], ask: (cluster: C, ...args: unknown[]) => unknown): Expectations[string] => ({
    needs,
    ask: (cluster, args) => {
      if (!(cluster instanceof kind)) throw new Error(`this is no cluster that ${what}`);
      ask(cluster, ...args);
    },
  });
}

/** By role and method, what a script must say with an operation that it calls: a text for each of these. */
export type Operations = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** What scripts of a lab can say. */
export interface ScriptLanguage {
  /** The processes that there are, and what can be asked of them. */
  readonly roles: readonly Pick<Role, "name" | "local">[];
  readonly operations: Operations;
  readonly expectations: Expectations;
}

/** What scripts of a lab can say. */
export function languageOf(lab: Pick<Lab, "form" | "operations" | "expectations" | "suites">): ScriptLanguage {
  return { roles: lab.form.roles, operations: lab.operations ?? {}, expectations: expectationsOf(lab) };
}

/** A column of the table that shows what is known of each process at the end of a run. */
export interface Column {
  readonly fact: string;
  readonly title: string;
  /** Of a fact that is true or false: what stands there when it is true and the process is up, instead of its value. */
  readonly whenTrue?: string;
}

/** How a lab's facts are told to people. */
export interface Wording {
  readonly columns: readonly Column[];
  /** Which fields of what a process applies say where that stands and what it is, and what all of it is called; default: a log's. */
  readonly entries?: { readonly place: string; readonly content: string; readonly title: string };
  /** What it is to apply that; default: a log's. */
  readonly upcall?: UpcallWords;
  /** What facts of a failure's place are called, in the order in which they are told: `log index`. */
  readonly places: Readonly<Record<string, string>>;
  /** Help for what students often stumble over: what a message looks like, and what to say of it. */
  readonly help: readonly (readonly [pattern: RegExp, help: string])[];
}

/** A lab: what it expects of a submission, and its suites in the order in which students build them. */
/** A layer that a lab gives to build on, as it is written in the lab below. */
export interface LayerOrigin {
  /** In a sentence: `over the Raft of …`. */
  readonly title: string;
  /** What a folder must hold whose layer is to stand in place of ours. */
  readonly form: Form;
  /** The id of the lab that tests it by itself. */
  readonly lab: string;
}

export interface Lab {
  /** `lab2`. */
  readonly id: string;
  /** A word that also names it on the command line: `raft`. */
  readonly name: string;
  readonly title: string;
  /** What its submissions must hold. */
  readonly form: Form;
  /** Where each layer of the form comes from, by its name; a submission may be graded over one of its own. Absent: there are none. */
  readonly layers?: Readonly<Record<string, LayerOrigin>>;
  /** What the folders are called that hold its own: `reference/<home>`, `skeleton/<home>`, `test/wrong/<home>`, `test/right/<home>`. */
  readonly home: string;
  /** The properties that are safety here: what violates one caps the points of its stage, whatever else it passes. */
  readonly safetyProperties: readonly Property[];
  readonly suites: readonly Suite[];
  /**
   * The scenario in which nothing happens by itself, with these options: where scripts are played. What it runs is judged behind
   * the last step of each. Absent: there are none.
   */
  readonly stage?: (options: Readonly<Record<string, number>>) => Scenario;
  /** Those of its options that may be any number from 1 on: whatever a script says of them, what is broken in it is the submission's. */
  readonly freeOptions?: readonly string[];
  /** Which of them a scenario's expectation is; null when scripts cannot ask for it. */
  readonly expectationOf?: (expect: Expect) => { readonly name: string; readonly args: readonly unknown[] } | null;
  /** What scripts can expect, by name, beside what its scenarios ask for (`expectationsOf`). */
  readonly expectations?: Expectations;
  /** What its services do by themselves, with these options, as far as it follows from their own peer. Absent: nothing. */
  readonly soloService?: (options: Readonly<Record<string, number>>) => SoloService;
  /** What scripts can call that answers later. */
  readonly operations?: Operations;
  /** Runs so small that all of their orders can be played. */
  readonly instances?: readonly Instance[];
  readonly wording: Wording;
  /** What a run costs, by scenario, in milliseconds of one core: an estimate, by which a budget is planned. */
  readonly runCostsMs?: Readonly<Record<string, number>>;
}
