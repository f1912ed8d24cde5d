import { rmSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_INTAKE_LIMITS } from "./limits.ts";
import { unpack } from "./material.ts";
import { shown } from "./names.ts";
import type { ClassLook } from "./sources/class-look.ts";
import type { Found } from "./sources/found.ts";
import { classBelow, classIn, classInTar, innerArchiveOf, reasonAgainst } from "./sources/peek.ts";
import type { IntakeOptions } from "./types.ts";
import { Refusal } from "./unpack/refusal.ts";

/** How many archives are looked into before it is believed that they are one submission each. */
const ARCHIVES_TRIED = 3;

/**
 * Mistakes of staff that show in what was found, one line each with what to do: a class would get no points, or be graded
 * as one, and nobody would know.
 *
 * @param isOne the one source is one submission, which staff meant: whatever it is, its verdict says so.
 */
export async function doubtsAbout(found: readonly Found[], isOne: boolean, options: IntakeOptions): Promise<string[]> {
  if (isOne) return packedClass(found, options);
  const doubt = (await packedClasses(found, options.mainFile)) ?? (await nothingToGrade(found, options.mainFile));
  return doubt === null ? [] : [doubt];
}

/** A class in a tar file, or in an archive in an archive, which only unpacking tells. */
async function packedClass([only]: readonly Found[], options: IntakeOptions): Promise<string[]> {
  if (only?.material.kind !== "path") return [];
  const inTar = await classInTar(only, options.mainFile);
  if (inTar !== null) return isClass(inTar) ? [packedDoubt(only, "looks", inTar)] : [];
  if ((await innerArchiveOf(only)) === null) return [];
  const place = join(options.workDir, ".packed-class");
  const { mainFile } = options;
  try {
    const unpacked = await unpack(
      only.material,
      place,
      { mainFile, ref: undefined, deadline: undefined },
      {
        ...DEFAULT_INTAKE_LIMITS,
        ...options.limits,
      },
    );
    const look = await classBelow(unpacked.folder, mainFile);
    return look === null || !isClass(look) ? [] : [packedDoubt(only, "the archive in it looks", look)];
  } catch (error) {
    // What is wrong with it is said when it is opened.
    if (error instanceof Refusal) return [];
    throw error;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function packedDoubt({ origin }: Found, whatLooks: string, { what }: ClassLook): string {
  return `${shown(origin)}: ${whatLooks} like ${what}, and would be one submission; unpack it, and name what is in it`;
}

/** As few are a student's versions. */
const CLASS = 3;

function isClass({ isPlatform, count }: ClassLook): boolean {
  return isPlatform || count >= CLASS;
}

/** Archives that hold a class each. */
async function packedClasses(found: readonly Found[], mainFile: string): Promise<string | null> {
  const archives = found.filter(({ material }) => material.kind === "path" && /\.zip$/i.test(material.path));
  let tried = 0;
  for (const one of archives) {
    const look = await classIn(one, mainFile);
    // A single student among others who packs two versions, or names of others, is told when it is opened.
    if (look !== null && (found.length === 1 || look.count > 2)) {
      const advice = found.length === 1 ? "name it alone, or unpack it and name the folder" : SEVERAL_DOWNLOADS;
      return `${shown(one.origin)}: looks like ${look.what}, and would be one submission; ${advice}`;
    }
    if (++tried === ARCHIVES_TRIED) return null;
  }
  return null;
}

const SEVERAL_DOWNLOADS =
  "name it alone; of several downloads unpack each into a folder of its own, and name the folder around these: each is a section then";

async function nothingToGrade(found: readonly Found[], mainFile: string): Promise<string | null> {
  let example: string | null = null;
  let isOfPlatforms = true;
  let isOfSeveral = true;
  for (const one of found) {
    if (one.material.kind === "not-handed-in") continue;
    const reason = await reasonAgainst(one, mainFile);
    if (reason === null) return null;
    example ??= `${shown(one.rawId)}: ${reason}`;
    const look = await classIn(one, mainFile);
    isOfPlatforms &&= look?.isPlatform === true;
    isOfSeveral &&= look !== null;
  }
  if (example === null) return null;
  const count = found.length === 1 ? "one submission" : `${found.length} submissions`;
  const ofSeveral = isOfPlatforms ? SEVERAL_DOWNLOADS : "leave of each the one that counts, or name each of them alone";
  const advice = isOfSeveral ? ofSeveral : "are these the submissions of this lab?";
  return `nothing that was found can be graded (${count}), such as ${example}; ${advice}`;
}
