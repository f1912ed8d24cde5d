import { DECIDE_KIND } from "../../grader/harness/decide/kind.ts";
import { type Lab, makeScenario, type Suite } from "../../grader/harness/scenario.ts";
import type { Role } from "../../grader/sim/role.ts";
import { suite } from "../suite.ts";
import { INSTANCES } from "./instances.ts";
import { POINTS } from "./points.ts";
import { RULES } from "./rules.ts";
import { RUN_COSTS_MS } from "./run-costs.ts";
import { CALM } from "./scenarios/calm.ts";
import { FORGETTING } from "./scenarios/forgetting.ts";
import { MANY } from "./scenarios/many.ts";
import { BALLOTS } from "./scenarios/moments/ballots.ts";
import { OWN_ACCEPTOR } from "./scenarios/moments/own-acceptor.ts";
import { RESTARTS } from "./scenarios/moments/restarts.ts";
import { VALUES } from "./scenarios/moments/values.ts";
import { ORDERED } from "./scenarios/orders.ts";
import type { Draft } from "./scenarios/support.ts";
import { swarm } from "./scenarios/swarm.ts";
import { WORDING } from "./wording.ts";

const HOME = "paxos";

/** A peer: `new Paxos(peers, me, persister, decide)`. */
const PAXOS_ROLE: Role = {
  name: "peer",
  file: "paxos",
  className: "Paxos",
  given: [
    { kind: "ends", name: "peers", to: "peer", of: "group" },
    { kind: "me" },
    { kind: "persister" },
    { kind: "upcall", name: "decide" },
  ],
  local: { start: "at-once", done: "at-once", getState: "at-once", kill: "at-once" },
  observer: "getState",
};

/** Paxos: one slot, many of them, and all orders of a small instance. */
export const paxos: Lab = {
  id: "paxos",
  name: "paxos",
  title: "Paxos",
  home: HOME,
  form: { file: "paxos", home: HOME, roles: [PAXOS_ROLE], api: "paxos" },
  safetyProperties: ["agreement", "validity", "integrity", "durability"],
  wording: WORDING,
  runCostsMs: RUN_COSTS_MS,
  stage: (options) =>
    makeScenario(
      DECIDE_KIND,
      RULES,
      { id: "paxos/script", title: "A script", peers: 1, about: "", options, run: () => {} },
      0,
    ),
  instances: INSTANCES,
  suites: [
    stage("paxos-a", "one-slot", "One slot", "labs/paxos/a-one-slot.md", [
      ...CALM,
      ...VALUES,
      ...BALLOTS,
      ...OWN_ACCEPTOR,
      ...RESTARTS,
      swarm("paxos-a", { slots: 6, forgets: false }),
    ]),
    stage("paxos-b", "slots", "Many slots, and forgetting them", "labs/paxos/b-slots.md", [
      ...MANY,
      ...FORGETTING,
      swarm("paxos-b", { slots: 20, forgets: true }),
    ]),
    stage("paxos-c", "orders", "All orders of a small instance", "labs/paxos/c-orders.md", ORDERED),
  ],
};

function stage(id: string, name: string, title: string, handout: string, drafts: readonly Draft[]): Suite {
  return suite({ id, name, title, handout }, DECIDE_KIND, RULES, POINTS[id], drafts);
}
