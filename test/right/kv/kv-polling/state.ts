/** What a clerk asks for. `openFrom`: of its operations all below have been answered. */
export interface Ask {
  readonly clerk: string;
  readonly nth: number;
  readonly openFrom: number;
  readonly what:
    | readonly [op: "get" | "put" | "append", key: string, value: string]
    | readonly ["cas", string, string, string];
}

export interface Result {
  readonly value: string;
  readonly swapped: boolean;
}

interface Session {
  readonly openFrom: number;
  readonly results: Readonly<Record<string, Result>>;
}

/** The whole state of a server, as plain data: it can be encoded as it is, and nothing in it is ever changed. */
export interface State {
  readonly index: number;
  readonly values: Readonly<Record<string, string>>;
  readonly sessions: Readonly<Record<string, Session>>;
}

export const EMPTY: State = { index: 0, values: {}, sessions: {} };

export function resultOf({ sessions }: State, { clerk, nth }: Ask): Result | null {
  return sessions[clerk]?.results[nth] ?? null;
}

/** The state after the entry at an index. */
export function after(state: State, index: number, ask: Ask | null): State {
  if (ask === null) return { ...state, index };
  const { clerk, nth } = ask;
  const session = state.sessions[clerk] ?? { openFrom: 0, results: {} };
  const openFrom = Math.max(session.openFrom, ask.openFrom);
  const isNew = nth >= session.openFrom && session.results[nth] === undefined;
  const [values, result] = isNew ? perform(state.values, ask.what) : [state.values, session.results[nth]];
  const kept = Object.entries(session.results).filter(([other]) => Number(other) >= openFrom);
  const results = Object.fromEntries(result === undefined ? kept : [...kept, [String(nth), result]]);
  return { index, values, sessions: { ...state.sessions, [clerk]: { openFrom, results } } };
}

function perform(values: State["values"], what: Ask["what"]): [State["values"], Result] {
  const key = `k${what[1]}`;
  const old = values[key] ?? "";
  const put = (value: string) => ({ ...values, [key]: value });
  switch (what[0]) {
    case "get":
      return [values, { value: old, swapped: false }];
    case "put":
      return [put(what[2]), { value: "", swapped: false }];
    case "append":
      return [put(old + what[2]), { value: "", swapped: false }];
    case "cas":
      if (old !== what[2]) return [values, { value: old, swapped: false }];
      return [put(what[3]), { value: what[3], swapped: true }];
  }
}
