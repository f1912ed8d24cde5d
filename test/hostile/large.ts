/** Feeds each function 16 MB, as a process of its own with 500 MB of heap; prints what took too long. */
import { tooMuchCpu } from "../cpu.ts";
import { msFor, textsOf } from "./inputs.ts";
import { TABLE } from "./table.ts";

const LARGE = 16_000_000;

// Each function with one of the texts, and each kind of text with a function.
const uses = Object.entries(TABLE);
let fed = 0;
while (fed < uses.length) {
  for (const [what, text] of textsOf(LARGE)) {
    const [name, use] = uses[fed] ?? [];
    if (name === undefined || use === undefined) break;
    fed++;
    const took = tooMuchCpu(() => use(text), msFor(LARGE));
    if (took !== null) console.log(`${name} took ${took} for ${what}`);
  }
}
console.log(`${fed} of ${uses.length} were fed`);
