import { fieldsOf, PullReader } from "../../../api/codec/pull-reader.ts";

/** A command that was handed to the service. */
export interface Applied {
  readonly command: Uint8Array;
}

/** The command in a message to `apply`; null when it holds none. */
export function appliedAt(message: Uint8Array): Applied | null {
  try {
    const [at] = fieldsOf(message, ["command"]) ?? [];
    return at === undefined ? null : { command: message.subarray(at.start, at.end) };
  } catch {
    return null;
  }
}

/** The command of the entry at a place in the `entries` of a request; null when there is none under that name. */
export function commandIn(request: Uint8Array, place: number): Uint8Array | null {
  try {
    const [at] = fieldsOf(request, ["entries"]) ?? [];
    if (at === undefined) return null;
    const reader = new PullReader(request, at.start, at.end);
    reader.head();
    if (reader.kind !== "array" || place >= reader.size) return null;
    for (let i = 0; i < place; i++) reader.skip(1);
    const start = reader.position;
    reader.skip(1);
    const entry = request.subarray(start, reader.position);
    const [command] = fieldsOf(entry, ["command"]) ?? [];
    return command === undefined ? null : entry.subarray(command.start, command.end);
  } catch {
    return null;
  }
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
