import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Omission } from "./omission.ts";

/**
 * Looks at a students' package as it was made: its command must list the scenarios that it shall have, with their points, and
 * nothing in it may name or describe one that it shall not have. `layers`: those that its labs give to build on.
 *
 * @throws when that is not so: then it must not be given away.
 */
export function checkPackage(folder: string, omission: Omission, layers: readonly string[]): void {
  const listed = listedIn(folder);
  const expected = [...omission.points].map(([id, points]) => `${id} ${points}`).sort();
  if (listed.join("\n") !== expected.join("\n")) {
    const [wrong] = expected
      .filter((line) => !listed.includes(line))
      .concat(listed.filter((line) => !expected.includes(line)));
    throw new Error(
      `the students' package does not list what it should: look at ${wrong}, and at grader/release/cut-source.ts`,
    );
  }
  const secrets = secretsOf(omission);
  for (const path of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (path.includes("node_modules") || !/\.(js|ts|json|md|map)$/.test(path)) continue;
    const text = readFileSync(join(folder, path), "utf8");
    const secret = secrets.find((words) => text.includes(words));
    if (secret !== undefined) throw new Error(`the students' package tells "${secret}" in ${path}, which is hidden`);
  }
  // Each is a solution of an earlier lab.
  const given = join(folder, "dist/layers");
  const built = existsSync(given) ? readdirSync(given) : [];
  const extra = built.find((name) => !layers.includes(name.replace(/\.js$/, "")));
  if (extra !== undefined)
    throw new Error(`the students' package holds the layer ${extra}, which none of its labs gives`);
  if (existsSync(join(folder, "reference"))) throw new Error("the students' package holds the reference");
}

/** `<id> <points>` of each scenario that its own command lists. */
function listedIn(folder: string): string[] {
  interface Listed {
    readonly suites: readonly { readonly scenarios: readonly { readonly id: string; readonly points: number }[] }[];
  }
  const text = execFileSync(process.execPath, [join(folder, "dist/cli.js"), "list", "--json"], { encoding: "utf8" });
  const suites = (JSON.parse(text) as readonly Listed[]).flatMap((lab) => lab.suites);
  return suites.flatMap(({ scenarios }) => scenarios.map(({ id, points }) => `${id} ${points}`)).sort();
}

/** A part of a sentence that is shorter, such as "it was given.", says nothing of where it comes from. */
const TELLING_WORDS = 5;

/** Ids, titles and descriptions of hidden scenarios that none which stays has too. */
function secretsOf({ scenarios, hidden, points }: Omission): string[] {
  const wordsOf = (id: string): string[] => {
    const { title = "", about = "" } = scenarios.get(id) ?? {};
    // Parts are put together when the scenario is made, so each sentence stands for itself.
    const telling = about.split(/(?<=[.:]) /).filter((sentence) => sentence.split(" ").length >= TELLING_WORDS);
    return [id, title, ...telling];
  };
  const known = [...points.keys()].flatMap(wordsOf);
  return [...hidden].flatMap(wordsOf).filter((words) => words !== "" && !known.some((other) => other.includes(words)));
}
