import type { Lab } from "../../harness/scenario.ts";
import type { OwnLayer } from "../../run/own-layers.ts";
import { UsageError } from "./usage-error.ts";

/** Which layers a submission brings itself, as it was typed: the folder, or "" for the submission's own. */
export interface OwnLayerWords {
  readonly ownRaft?: string;
}

/** The layers that words name, by their names in forms. */
const WORDS = { raft: "ownRaft" } as const satisfies Readonly<Record<string, keyof OwnLayerWords>>;

/** For commander, which gives `""` for the bare word only if that has an equals sign: see `withEqualsSigns`. */
export const OWN_RAFT_OPTION = "--own-raft <folder>";

/**
 * `--own-raft` becomes `--own-raft=`: only what is behind an equals sign is its folder, so that a submission may follow it. So it
 * is with the port of `--inspect`.
 */
export function withEqualsSigns(argv: readonly string[]): string[] {
  const bare = ["--inspect", ...Object.keys(WORDS).map((name) => `--own-${name}`)];
  return argv.map((word) => (bare.includes(word) ? `${word}=` : word));
}

/** The layers that stand in place of ours below a submission of a lab. Throws UsageError where the lab has none of that name. */
export function ownLayersOf(labs: readonly Lab[], lab: Lab, submission: string, words: OwnLayerWords): OwnLayer[] {
  return Object.entries(WORDS).flatMap(([name, word]) => {
    const folder = words[word];
    if (folder === undefined) return [];
    const origin = lab.layers?.[name];
    if (origin !== undefined) return [{ name, origin, folder: folder === "" ? submission : folder }];
    const others = labs.filter(({ layers }) => layers?.[name] !== undefined).map(({ id }) => id);
    const where = others.length === 0 ? "" : `; leave it out, or grade ${others.join(" or ")} with it`;
    throw new UsageError(`--own-${name}: ${lab.id} is built on no layer of that name${where}`);
  });
}

/** Throws UsageError when any is asked for: what counts is played over our layers. */
export function refuseOwnLayers(words: OwnLayerWords, what: string): void {
  for (const [name, word] of Object.entries(WORDS)) {
    if (words[word] === undefined) continue;
    throw new UsageError(
      `--own-${name} is not for ${what}, which is scored over the given layer: "grade <lab> <folder> --own-${name}" plays one submission over its own`,
    );
  }
}

/** As they are typed behind a command on that submission; with a blank before each. */
export function ownLayerText(
  layers: readonly OwnLayer[],
  submission: string,
  quoted: (text: string) => string,
): string {
  return layers
    .map(({ name, folder }) => ` --own-${name}${folder === submission ? "" : `=${quoted(folder)}`}`)
    .join("");
}
