import { isBytes } from "../../../../labs/api/codec/is-bytes.ts";
import { Op, type RawHook } from "../hook.ts";
import { inspect } from "../inspect/inspect.ts";

/** Makes the persister of a peer, with what its earlier lives saved. */
export function createPersister(
  hook: RawHook,
  misuse: (message: string) => void,
  state: Uint8Array,
  snapshot: Uint8Array,
): object {
  let savedState = state;
  let savedSnapshot = snapshot;

  const problem = (what: string, value: unknown) =>
    `save: ${what} must be a Uint8Array, not ${inspect(value, { depth: 0 })}; make one with encode(…)`;

  class Persister {
    save(state: Uint8Array, snapshot?: Uint8Array): void {
      if (!isBytes(state)) {
        misuse(problem("the state", state));
        return;
      }
      // A null snapshot is a likely way to say that there is none.
      const hasSnapshot = snapshot !== undefined && snapshot !== null;
      if (hasSnapshot && !isBytes(snapshot)) {
        misuse(problem("the snapshot", snapshot));
        return;
      }
      hook(Op.save, state, hasSnapshot ? snapshot : undefined);
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
