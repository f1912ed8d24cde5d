import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Lets go of all that nobody holds: what is there then does not go by when V8 would have done so, which differs with load. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // Realms of other tests must not have it.
  setFlagsFromString("--no-expose-gc");
  // Buffers are freed by another thread, for which the next collection waits.
  collect();
  collect();
}
