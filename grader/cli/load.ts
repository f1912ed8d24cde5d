import type * as Labs from "../../labs/index.ts";

/** The module of a command, as it comes, and the labs with it: neither is loaded before the command is asked for. */
export async function withLabs<M extends object>(command: Promise<M>): Promise<M & typeof Labs> {
  const [module, labs] = await Promise.all([command, import("../../labs/index.ts")]);
  return { ...module, ...labs };
}
