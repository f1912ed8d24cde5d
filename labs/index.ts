import type { Instance } from "../grader/harness/instance.ts";
import {
  type Expectations,
  expectationsOf,
  type Lab,
  languageOf,
  type Scenario,
  type ScriptLanguage,
  type Wording,
} from "../grader/harness/scenario.ts";
import type { SoloService } from "../grader/harness/solo-service.ts";
import { lab3 } from "./kv/index.ts";
import { paxos } from "./paxos/index.ts";
import { lab2 } from "./raft/index.ts";

export { expectationsOf } from "../grader/harness/scenario.ts";
export { KIT, type Kit, type Missing } from "./kit.ts";

/** All labs: the only place that lists them. */
export const labs: readonly Lab[] = [lab2, lab3, paxos];

const scenarios = new Map<string, Scenario>(
  labs.flatMap(({ suites }) => suites.flatMap((suite) => suite.scenarios.map((scenario) => [scenario.id, scenario]))),
);

/** The lab that has a scenario or suite of that id, or whose scripts are named so. */
function labOf(id: string): Lab | undefined {
  const suiteId = id.split("/", 1)[0];
  return labs.find((lab) => lab.id === suiteId || lab.suites.some((suite) => suite.id === suiteId));
}

/** How facts are told in the lab that has a scenario or suite of that id; without words of its own where none has. */
export function wordingOf(id: string): Wording {
  return labOf(id)?.wording ?? { columns: [], places: {}, help: [] };
}

/** Whether a property is one of safety in the lab that has a scenario or suite of that id. */
export function isSafety(id: string, property: string | undefined): boolean {
  return labOf(id)?.safetyProperties.some((one) => one === property) ?? false;
}

/** The lab that a command is about which was not told of any. */
export const defaultLab = labs[0] as Lab;

/** The scenario of that id, in whatever lab. Throws when there is none. */
export function scenarioOf(id: string): Scenario {
  const scenario = scenarios.get(id);
  if (scenario === undefined) throw new Error(`there is no scenario ${id}`);
  return scenario;
}

/** The instance of a lab that is called so. Throws when there is none. */
export function instanceOf(labId: string, name: string): Instance {
  const instance = labs.find(({ id }) => id === labId)?.instances?.find((one) => one.name === name);
  if (instance === undefined) throw new Error(`the lab ${labId} has no instance ${name}`);
  return instance;
}

/** What scripts of these labs can say, by their ids; of those that have scripts. */
export function languagesOf(some: readonly Lab[]): Readonly<Record<string, ScriptLanguage>> {
  const withScripts = some.filter(({ stage }) => stage !== undefined);
  return Object.fromEntries(withScripts.map((lab) => [lab.id, languageOf(lab)]));
}

/** Where scripts of a lab are played. Throws when there is no such place. */
export function theatreOf(
  labId: string,
  options: Readonly<Record<string, number>>,
): { readonly stage: Scenario; readonly expectations: Expectations; readonly service?: SoloService } {
  const lab = labs.find(({ id }) => id === labId);
  if (lab?.stage === undefined) throw new Error(`there are no scripts for a lab ${labId}`);
  const service = lab.soloService?.(options);
  return { stage: lab.stage(options), expectations: expectationsOf(lab), ...(service && { service }) };
}
