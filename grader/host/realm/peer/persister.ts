import { Op, type RawHook } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";
import type { Buffers } from "./buffers.ts";

/** Makes the persister of a peer; the inbox holds the saved state and then the saved snapshot. */
export function createPersister(
  hook: RawHook,
  buffers: Buffers,
  misuse: (message: string) => void,
  stateLength: number,
  snapshotLength: number,
): object {
  let savedState = buffers.inbox.slice(0, stateLength);
  let savedSnapshot = buffers.inbox.slice(stateLength, stateLength + snapshotLength);

  const problem = (what: string, value: unknown) =>
    `save: ${what} must be a Uint8Array, not ${inspect(value, { depth: 0 })}; make one with encode(…)`;

  class Persister {
    save(state: Uint8Array, snapshot?: Uint8Array): void {
      if (!(state instanceof Uint8Array)) {
        misuse(problem("the state", state));
        return;
      }
      // A null snapshot is a likely way to say that there is none.
      const hasSnapshot = snapshot !== undefined && snapshot !== null;
      if (hasSnapshot && !(snapshot instanceof Uint8Array)) {
        misuse(problem("the snapshot", snapshot));
        return;
      }
      buffers.sendBytes(state, hasSnapshot ? snapshot : undefined);
      hook(Op.save, state.length, hasSnapshot ? snapshot.length : -1);
      savedState = state.slice();
      if (hasSnapshot) savedSnapshot = snapshot.slice();
    }

    readState(): Uint8Array {
      return savedState.slice();
    }

    readSnapshot(): Uint8Array {
      return savedSnapshot.slice();
    }

    stateSize(): number {
      return savedState.length;
    }
  }
  return new Persister();
}
