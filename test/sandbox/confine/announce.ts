import { leftOut } from "./available.ts";

/** Before all tests: one line on what is left out here, since reports only count it. */
export function setup(): void {
  if (leftOut !== "") console.log(`Tests of the full sandbox are${leftOut.replace(" (", " ").replace(/\)$/, ".")}`);
}
