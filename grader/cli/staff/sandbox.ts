import { describeHoles, prepareSandbox, type Sandbox } from "../../run/sandbox.ts";
import { UsageError } from "../input/usage-error.ts";

/**
 * The best sandbox that there is, after something in it tried to get out; none where staff says so.
 *
 * @throws UsageError where none works.
 */
export async function chooseSandbox(isWanted: boolean): Promise<Sandbox> {
  if (!isWanted) return prepareSandbox("plain");
  const sandbox = await prepareSandbox("auto");
  const holes = sandbox.tier === "plain" ? sandbox.advice() : describeHoles(await sandbox.selfTest(), sandbox.problems);
  if (sandbox.tier !== "plain" && holes.length === 0) return sandbox;
  throw new UsageError(
    `no sandbox works here, and submissions of others are not graded without one\n${holes.join("\n")}\n` +
      "--no-sandbox grades them nevertheless, and every report then says so; only for code that you trust",
  );
}
