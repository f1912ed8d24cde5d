export type Operation =
  | { readonly do: "get"; readonly key: string }
  | { readonly do: "put" | "append"; readonly key: string; readonly value: string }
  | { readonly do: "cas"; readonly key: string; readonly expected: string; readonly value: string };

export interface Request {
  readonly clerk: number;
  readonly serial: number;
  /** Serials below have been answered. */
  readonly floor: number;
  readonly operation: Operation;
}

/** An entry of the log. `by` is in no other one. */
export interface Batch {
  readonly by: string;
  readonly requests: readonly Request[];
}

export interface Result {
  readonly value: string;
  readonly swapped: boolean;
}

export type Reply = Result | { readonly not: true };
