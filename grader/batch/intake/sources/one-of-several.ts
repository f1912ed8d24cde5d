import { lstatSync } from "node:fs";
import { resolve } from "node:path";
import { EntryError } from "../../../submission/held/entry-error.ts";
import { shown } from "../names.ts";
import type { IntakeOptions } from "../types.ts";
import { gitDirOf } from "../unpack/git/repository.ts";
import { locateMain } from "../unpack/locate.ts";
import { Refusal } from "../unpack/refusal.ts";
import { refuseClass } from "./class-look.ts";
import type { Found, Source } from "./found.ts";
import { isRosterName, linkTo, singleFile, singleFolder } from "./read-source.ts";

const ADVICE =
  "(among several sources each folder is one submission; a directory of submissions is to be named alone, or listed in a roster)";

/**
 * One of several sources: one submission, under its own name, whatever it holds. Several are named when a shell puts the
 * hand-ins of all students there, and nobody among them is to hand in under the names of others, by a folder that has
 * their names in it, an export of his own, a link or a roster.
 *
 * @throws Error with one line when it is nothing that can be a submission.
 */
export function readOneOfSeveral(path: string, options: IntakeOptions): Source {
  // Without what may stand behind the name: `link/` is the folder that the link leads to.
  const stats = lstatSync(resolve(path), { throwIfNoEntry: false });
  if (stats === undefined) throw new Error(`${path}: there is no such file or folder`);
  if (stats.isSymbolicLink()) return { found: [linkTo(path)], remarks: [] };
  if (stats.isDirectory()) return readFolder(path, options);
  if (!stats.isFile()) throw new Error(`${path}: is neither a file nor a folder`);
  if (isRosterName(path)) {
    throw new Error(
      `${path}: a roster is read only when it is the one source, as a student could hand in a .csv too; name it alone, or give it with --roster`,
    );
  }
  return { found: [singleFile(path)], remarks: [] };
}

function readFolder(path: string, { mainFile }: IntakeOptions): Source {
  const one = singleFolder(path);
  const reason = gitDirOf(path) === null ? reasonAgainst(path, mainFile) : null;
  if (reason === null) return { found: [one], remarks: [] };
  const found: Found = { ...one, material: { kind: "none", reason: `${reason} ${ADVICE}` } };
  return { found: [found], remarks: [`${shown(path)}: ${reason} ${ADVICE}`] };
}

/** Said before it is unpacked, so that whoever meant a directory of submissions learns it at once. */
function reasonAgainst(path: string, mainFile: string): string | null {
  try {
    locateMain(path, mainFile, (list) => refuseClass(list, mainFile));
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    // One that cannot be read says so when it is opened, and is in nobody else's way.
    if (error instanceof EntryError) return null;
    throw error;
  }
}
