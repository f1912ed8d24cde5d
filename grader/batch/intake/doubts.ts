import { shown } from "./names.ts";
import type { Found } from "./sources/found.ts";
import { classIn, reasonAgainst } from "./sources/peek.ts";
import type { IntakeOptions } from "./types.ts";

/** How many archives are looked into before it is believed that they are one submission each. */
const ARCHIVES_TRIED = 3;

/**
 * Mistakes of staff that show in what was found, one line each with what to do: a class would get no points, or be graded
 * as one, and nobody would know.
 *
 * @param isOne the one source is one submission, which staff meant: whatever it is, its verdict says so.
 */
export async function doubtsAbout(found: readonly Found[], isOne: boolean, options: IntakeOptions): Promise<string[]> {
  if (isOne) return [];
  const doubt = (await packedClasses(found, options.mainFile)) ?? (await nothingToGrade(found, options.mainFile));
  return doubt === null ? [] : [doubt];
}

/** Archives that hold a class each. */
async function packedClasses(found: readonly Found[], mainFile: string): Promise<string | null> {
  const archives = found.filter(({ material }) => material.kind === "path" && /\.zip$/i.test(material.path));
  let tried = 0;
  for (const one of archives) {
    const look = await classIn(one, mainFile);
    // A single student among others who packs two versions, or names of others, is told when it is opened.
    if (look !== null && (found.length === 1 || look.count > 2)) {
      return `${shown(one.origin)}: looks like ${look.what}, and would be one submission; name it alone, or unpack it and name the folder`;
    }
    if (++tried === ARCHIVES_TRIED) return null;
  }
  return null;
}

async function nothingToGrade(found: readonly Found[], mainFile: string): Promise<string | null> {
  let example: string | null = null;
  for (const one of found) {
    if (one.material.kind === "not-handed-in") continue;
    const reason = await reasonAgainst(one, mainFile);
    if (reason === null) return null;
    example ??= `${shown(one.rawId)}: ${reason}`;
  }
  if (example === null) return null;
  return `nothing that was found can be graded (${found.length === 1 ? "one submission" : `${found.length} submissions`}), such as ${example}; are these the submissions of this lab?`;
}
