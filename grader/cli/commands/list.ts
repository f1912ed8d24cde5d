import type { Lab, Suite } from "../../harness/scenario.ts";
import { dependantsText, notInKit, notInKitText } from "../output/not-in-kit.ts";
import type { Stdio } from "../output/stdio.ts";

/** `grade list`: every scenario with its title and points; in a kit also what is not in it. */
export function listCommand(labs: readonly Lab[], options: { readonly json?: boolean }, { out }: Stdio): void {
  if (options.json) out.write(`${JSON.stringify(asData(labs), null, 2)}\n`);
  else for (const line of asText(labs, out.style.strong)) out.write(`${line}\n`);
}

function asData(labs: readonly Lab[]) {
  return labs.map((lab) => ({
    id: lab.id,
    name: lab.name,
    title: lab.title,
    ...missingIn(lab.suites),
    suites: lab.suites.map((suite) => ({
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

function* asText(labs: readonly Lab[], strong: (text: string) => string): Generator<string> {
  for (const lab of labs) {
    const points = lab.suites.reduce((sum, suite) => sum + suite.points, 0);
    yield strong(`${lab.id} or ${lab.name}  ${lab.title}, ${points} points`);
    const missing = notInKit(lab.suites);
    if (missing !== undefined) yield notInKitText(missing);
    const width = Math.max(...lab.suites.flatMap((suite) => suite.scenarios.map(({ id }) => id.length)));
    for (const suite of lab.suites) {
      yield "";
      yield strong(`${suite.id} or ${suite.name}  ${suite.title}, ${suite.points} points`);
      const gone = notInKit([suite]);
      if (gone !== undefined) yield `  ${[notInKitText(gone), dependantsText(suite)].join(" ").trimEnd()}`;
      for (const { id, points: earned, title } of suite.scenarios) {
        yield `  ${id.padEnd(width)}  ${String(earned).padStart(2)}  ${title}`;
      }
    }
  }
}
