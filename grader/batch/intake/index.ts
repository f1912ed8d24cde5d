/** Intake of a batch: from the words on the command line to submissions that can be unpacked one by one. */
export { DEFAULT_INTAKE_LIMITS, type IntakeLimits } from "./limits.ts";
export { takeIn } from "./take-in.ts";
export { type Intake, IntakeError, type IntakeOptions, type Member, type Opened } from "./types.ts";
