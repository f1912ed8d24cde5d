import type { FieldChange } from "../sim/trace.ts";
import type { Load, PlayOrder } from "./player.ts";
import { Aborted } from "./player.ts";
import type { RunPool } from "./pool.ts";

const NOT_KNOWN = "the fields of the peers are not known, since the run could not be played once more to look at them";

/**
 * Plays a run once more on a host that tells what its peers' objects hold. It must be the same run: what a peer does otherwise
 * because somebody looks says nothing of the one that is told. Gives a sentence where it is not, or where it was interrupted: what is
 * known of the run by then shall not be lost.
 */
export async function fieldsIn(
  pool: RunPool,
  load: Load,
  order: Pick<PlayOrder, "scenarioId" | "seed" | "script">,
  traceHash: string,
): Promise<readonly FieldChange[] | string> {
  const looked = pool.playerOf(Promise.resolve({ ...load, tellsFields: true }));
  try {
    const again = await looked.play({ ...order, options: { keepTrace: true }, freshHost: true, fields: true });
    if (again.traceHash === traceHash) return again.fields ?? [];
    return `${NOT_KNOWN}: ${again.loss?.message ?? again.fault ?? "it went otherwise"}`;
  } catch (error) {
    if (error instanceof Aborted) return `${NOT_KNOWN}: it was interrupted`;
    throw error;
  } finally {
    await looked.close();
  }
}
