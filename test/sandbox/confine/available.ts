import { prepareSandbox, type Sandbox } from "../../../grader/sandbox/confine/sandbox.ts";

/** The best sandbox that works here. Where the environment says so, less than the full one is a failure. */
export const sandbox: Sandbox = await prepareSandbox("auto");
export const hasFullSandbox = sandbox.tier === "full";

/** Beside the name of what is left out: why, and how to get it. */
export const leftOut = hasFullSandbox
  ? ""
  : ` (left out, since there is no full sandbox here: ${sandbox.problems[0]?.reason}; it needs Linux on x86-64 and bubblewrap, as in "apt-get install bubblewrap")`;

if (process.env.CONSENSUS_LABS_REQUIRE_SANDBOX === "1" && !hasFullSandbox) {
  throw new Error(`the full sandbox is required, and does not work here:\n${sandbox.advice().join("\n")}`);
}
