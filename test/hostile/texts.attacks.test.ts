import { describe, expect, test } from "vitest";
import { tooMuchCpu } from "../cpu.ts";
import { msFor, textsOf } from "./inputs.ts";
import { TABLE } from "./table.ts";

/** One after the other, so that what is worse than linear is found while it still comes to its end. */
const SIZES = [2_000, 16_000, 100_000];

describe.each(Object.entries(TABLE))("%s", (_name, use) => {
  test("takes linear time for whatever is repeated", () => {
    // What V8 has to do for the first calls is not the text's doing.
    for (const text of ["text", ...new Array(3).fill(" ".repeat(2_000))]) use(text);
    for (const size of SIZES) {
      for (const [what, text] of textsOf(size)) {
        const took = tooMuchCpu(() => use(text), msFor(size));
        expect(took, `${size} letters: ${what}`).toBeNull();
      }
    }
  });
});
