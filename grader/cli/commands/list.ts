import type { Lab, Suite } from "../../harness/scenario.ts";
import { namesText, type Selection, selectLab } from "../input/select.ts";
import { dependantsText, notInKit, notInKitText } from "../output/not-in-kit.ts";
import type { Stdio } from "../output/stdio.ts";

/** `grade list [lab]`: every scenario, or those of a lab or stage, with title and points; in a kit also what is not in it. */
export function listCommand(
  all: readonly Lab[],
  name: string | undefined,
  options: { readonly json?: boolean },
  { out }: Stdio,
): void {
  const chosen = name === undefined ? all.map((lab) => ({ lab, suites: lab.suites })) : [selectLab(all, name)];
  if (options.json) out.write(`${JSON.stringify(asData(chosen), null, 2)}\n`);
  else for (const line of asText(chosen, out.style.strong)) out.write(`${line}\n`);
}

type Part = Pick<Selection, "lab" | "suites">;

function asData(parts: readonly Part[]) {
  return parts.map(({ lab, suites }) => ({
    id: lab.id,
    name: lab.name,
    title: lab.title,
    ...missingIn(suites),
    suites: suites.map((suite) => ({
      id: suite.id,
      name: suite.name,
      title: suite.title,
      points: suite.points,
      handout: suite.handout,
      ...missingIn([suite]),
      scenarios: suite.scenarios.map(({ id, title, points, about }) => ({ id, title, points, about })),
    })),
  }));
}

function missingIn(suites: readonly Suite[]) {
  const missing = notInKit(suites);
  return missing === undefined ? {} : { notInKit: missing };
}

function* asText(parts: readonly Part[], strong: (text: string) => string): Generator<string> {
  for (const { lab, suites } of parts) {
    const isWhole = suites.length === lab.suites.length;
    if (isWhole) yield* labHeading(lab, strong);
    const width = Math.max(...suites.flatMap((suite) => suite.scenarios.map(({ id }) => id.length)));
    for (const suite of suites) {
      if (isWhole) yield "";
      yield strong(`${namesText(suite)}  ${suite.title}, ${suite.points} points`);
      const gone = notInKit([suite]);
      if (gone !== undefined) yield `  ${[notInKitText(gone), dependantsText(suite)].join(" ").trimEnd()}`;
      for (const { id, points: earned, title } of suite.scenarios) {
        yield `  ${id.padEnd(width)}  ${String(earned).padStart(2)}  ${title}`;
      }
    }
  }
}

function* labHeading({ title, suites, ...names }: Lab, strong: (text: string) => string): Generator<string> {
  const points = suites.reduce((sum, suite) => sum + suite.points, 0);
  yield strong(`${namesText(names)}  ${title}, ${points} points`);
  const missing = notInKit(suites);
  if (missing !== undefined) yield notInKitText(missing);
}
