/** What a clerk asks of a server, once for each operation and each try of it. */
export interface Request {
  /** Which clerk, and which of its operations: the same in every try. */
  readonly clerk: number;
  readonly serial: number;
  /** All operations of this clerk below have been answered to it. */
  readonly answeredBelow: number;
  readonly operation: Operation;
}

export type Operation =
  | { readonly kind: "get"; readonly key: string }
  | { readonly kind: "put"; readonly key: string; readonly value: string }
  | { readonly kind: "append"; readonly key: string; readonly value: string }
  | { readonly kind: "cas"; readonly key: string; readonly expected: string; readonly value: string };

/** What stands under the key after the operation; of a `cas` also whether it wrote. */
export interface Result {
  readonly value: string;
  readonly swapped: boolean;
}

export type Reply = { readonly kind: "done"; readonly result: Result } | { readonly kind: "not-leader" };
