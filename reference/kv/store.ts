import { decode, encode } from "consensus-labs/kv";
import type { Operation, Request, Result } from "./operations.ts";

/** What one clerk's operations came to, of those that it may still ask for. */
interface Session {
  answeredBelow: number;
  readonly results: Map<number, Result>;
}

/**
 * The replicated state machine: keys, and what each clerk's latest operations came to. Both are a function of the log alone, so
 * that a retry finds the first result at whichever server it is applied.
 */
export class Store {
  private values = new Map<string, string>();
  private sessions = new Map<number, Session>();

  /** The result of an operation that was applied; null when it was not. */
  known({ clerk, serial }: Request): Result | null {
    return this.sessions.get(clerk)?.results.get(serial) ?? null;
  }

  /** Does what a log entry says; once, however often it is there. Null: its clerk has had the answer. */
  apply(request: Request): Result | null {
    const { clerk, serial, answeredBelow, operation } = request;
    let session = this.sessions.get(clerk);
    if (session === undefined) {
      session = { answeredBelow: 0, results: new Map() };
      this.sessions.set(clerk, session);
    }
    if (serial < session.answeredBelow) return null;
    const result = session.results.get(serial) ?? this.run(operation);
    session.results.set(serial, result);
    session.answeredBelow = Math.max(session.answeredBelow, answeredBelow);
    for (const old of session.results.keys()) if (old < session.answeredBelow) session.results.delete(old);
    return result;
  }

  snapshot(): Uint8Array {
    const sessions = [...this.sessions].map(([clerk, { answeredBelow, results }]) => {
      const kept = [...results].map(([serial, { value, swapped }]) => [serial, value, swapped]);
      return [clerk, answeredBelow, kept];
    });
    return encode([[...this.values], sessions]);
  }

  restore(snapshot: Uint8Array): void {
    const [values, sessions] = decode(snapshot) as Snapshot;
    this.values = new Map(values);
    this.sessions = new Map(
      sessions.map(([clerk, answeredBelow, kept]) => {
        const results = new Map(kept.map(([serial, value, swapped]) => [serial, { value, swapped }]));
        return [clerk, { answeredBelow, results }];
      }),
    );
  }

  private run(operation: Operation): Result {
    const { kind, key } = operation;
    const before = this.values.get(key) ?? "";
    if (kind === "get") return { value: before, swapped: false };
    if (kind === "cas" && before !== operation.expected) return { value: before, swapped: false };
    const value = kind === "append" ? before + operation.value : operation.value;
    this.values.set(key, value);
    // Only a cas says what stands there: the others' results need not be kept in full.
    return kind === "cas" ? { value, swapped: true } : { value: "", swapped: false };
  }
}

type Snapshot = [
  values: [key: string, value: string][],
  sessions: [clerk: number, answeredBelow: number, kept: [serial: number, value: string, swapped: boolean][]][],
];
