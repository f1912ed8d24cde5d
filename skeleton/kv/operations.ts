export type Operation =
  | { kind: "get"; key: string }
  | { kind: "put" | "append"; key: string; value: string }
  | { kind: "cas"; key: string; expected: string; value: string };

/** What a clerk asks a server for. TODO (3A): what else must it say? */
export interface Request {
  clerk: number;
  operation: Operation;
}

export type Reply = { kind: "not-leader" } | { kind: "done"; swapped: boolean; value: string };
