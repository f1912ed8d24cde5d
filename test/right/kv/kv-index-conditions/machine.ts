import { decode, encode } from "consensus-labs/kv";

export interface Command {
  clerk: number;
  serial: number;
  op: "get" | "put" | "append" | "cas";
  key: string;
  value: string;
  expected: string;
}

export interface Outcome {
  value: string;
  swapped: boolean;
}

interface Session {
  serial: number;
  outcome: Outcome;
}

/** What all servers agree on: values, and of each clerk the last thing that was done for it. */
export class Machine {
  appliedIndex = 0;
  private values = new Map<string, string>();
  private sessions = new Map<number, Session>();

  /** What came of the command; null when it was not done, or its clerk has gone on since. */
  outcomeOf({ clerk, serial }: Command): Outcome | null {
    const session = this.sessions.get(clerk);
    return session?.serial === serial ? session.outcome : null;
  }

  apply(command: Command): void {
    const { clerk, serial } = command;
    const last = this.sessions.get(clerk)?.serial ?? 0;
    if (serial > last) this.sessions.set(clerk, { serial, outcome: this.perform(command) });
  }

  private perform({ op, key, value, expected }: Command): Outcome {
    const old = this.values.get(key) ?? "";
    const next = op === "append" ? old + value : op === "put" || (op === "cas" && old === expected) ? value : old;
    if (op !== "get" && next !== old) this.values.set(key, next);
    return { value: op === "put" || op === "append" ? "" : next, swapped: op === "cas" && old === expected };
  }

  save(): Uint8Array {
    const sessions = [...this.sessions].map(([clerk, { serial, outcome }]) => [
      clerk,
      serial,
      outcome.value,
      outcome.swapped,
    ]);
    return encode({ index: this.appliedIndex, values: [...this.values], sessions });
  }

  load(bytes: Uint8Array): void {
    const saved = decode(bytes) as {
      index: number;
      values: [string, string][];
      sessions: [number, number, string, boolean][];
    };
    this.appliedIndex = saved.index;
    this.values = new Map(saved.values);
    this.sessions = new Map(
      saved.sessions.map(([clerk, serial, value, swapped]) => [clerk, { serial, outcome: { value, swapped } }]),
    );
  }
}
