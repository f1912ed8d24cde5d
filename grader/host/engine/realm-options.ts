import { endsOf, type ProcessPlan } from "../../sim/role.ts";
import type { RealmOptions } from "../realm/hook.ts";
import type { BootInput } from "./incarnation.ts";
import type { Program } from "./program.ts";

/** What a realm is told when it is made, or of another run, as text: it makes its own values of it. */
export function realmOptions({ peer, processes }: BootInput, { filenames, roles }: Program): string {
  const self = processes[peer] as ProcessPlan;
  const role = roles.findIndex(({ name }) => name === self.role);
  const ends = (roles[role]?.given ?? []).map((given) => (given.kind === "ends" ? endsOf(given, self, processes) : []));
  const options: RealmOptions = {
    filenames,
    roles,
    role,
    me: self.place,
    ends,
    processes: processes.map(({ name, role: of }) => ({ name, role: roles.findIndex((one) => one.name === of) })),
  };
  return JSON.stringify(options);
}

/** Whether a realm is told the same of both runs: all else that it is told of is the program's. Asked at each life. */
export function areSame(some: readonly ProcessPlan[], others: readonly ProcessPlan[]): boolean {
  if (some.length !== others.length) return false;
  for (let i = 0; i < some.length; i++) {
    const [one, other] = [some[i] as ProcessPlan, others[i] as ProcessPlan];
    const isSame =
      one.id === other.id &&
      one.role === other.role &&
      one.group === other.group &&
      one.place === other.place &&
      one.name === other.name;
    if (!isSame) return false;
  }
  return true;
}
