import type { Shard } from "../journal/entries.ts";
import { sha256 } from "../model/identity.ts";

/** Which of so many shards a submission is in, from 1: by its id alone, so that others coming and going moves nobody. */
export function shardOf(id: string, of: number): number {
  return (Number.parseInt(sha256(id).slice(0, 12), 16) % of) + 1;
}

/** Whether a submission is one of the shard's; of no shard all are. */
export function isInShard(id: string, shard: Shard | null): boolean {
  return shard === null || shardOf(id, shard.of) === shard.index;
}
