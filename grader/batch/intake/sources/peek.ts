import { lstatSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { EntryError } from "../../../submission/held/entry-error.ts";
import { HeldFolder } from "../../../submission/held/held-folder.ts";
import { mainFilesOf } from "../../../submission/main-file.ts";
import { DEFAULT_INTAKE_LIMITS } from "../limits.ts";
import type { Material } from "../material.ts";
import { archiveKind, hasForeignArchiveName } from "../unpack/archive.ts";
import { splitCounter } from "../unpack/counters.ts";
import { gitDirOf } from "../unpack/git/repository.ts";
import { folderLister, type Lister, pathLister } from "../unpack/listing.ts";
import { locateIn, MOST_ENTRIES } from "../unpack/locate.ts";
import { loneArchive } from "../unpack/lone-archive.ts";
import { ignoredPart } from "../unpack/paths.ts";
import { Refusal } from "../unpack/refusal.ts";
import { listTar } from "../unpack/tar.ts";
import { listZip } from "../unpack/zip.ts";
import { type ClassLook, classLook, classWithin } from "./class-look.ts";
import type { Found } from "./found.ts";

const MAX_ENTRIES = 1_000_000;

/** Why a submission cannot be graded, as far as names tell; null when it seems that it can, or only unpacking can tell. */
export async function reasonAgainst({ material }: Found, mainFile: string): Promise<string | null> {
  if (material.kind === "none" || material.kind === "not-handed-in") return material.reason;
  if (material.kind === "path" && hasMain(material.path, mainFile)) return null;
  if (material.kind === "path" && isForeign(material.path)) return "it is an archive of a kind that is not taken";
  return lookAt(material, (list) => {
    const look = classLook(list, mainFile);
    if (look !== null) return `it looks like ${look.what}`;
    try {
      locateIn(list, mainFile);
      return null;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return loneArchive(list) === null ? error.message : null;
    }
  });
}

/** What a submission would hold of a class, as far as names tell. */
export async function classIn({ material }: Found, mainFile: string): Promise<ClassLook | null> {
  return material.kind === "path" ? lookAt(material, (list) => classLook(list, mainFile)) : null;
}

/** The same of what was unpacked into a folder of ours, also where folders lie around it. */
export async function classBelow(folder: string, mainFile: string): Promise<ClassLook | null> {
  return lookAtPath(folder, false, (list) => classWithin(list, mainFile)?.look ?? null);
}

/** The same of a tar file, which must be read for it to its end; null when it is none, or cannot be read. */
export async function classInTar({ material }: Found, mainFile: string): Promise<ClassLook | null> {
  if (material.kind !== "path") return null;
  const path = resolve(material.path);
  try {
    const kind = statSync(path).isFile() ? archiveKind(path) : null;
    if (kind !== "tar" && kind !== "tar.gz") return null;
    return (
      classWithin(pathLister(await listTar(path, kind === "tar.gz", DEFAULT_INTAKE_LIMITS)), mainFile)?.look ?? null
    );
  } catch (error) {
    // One that cannot be read says so when it is opened, and is in nobody else's way.
    if (error instanceof Refusal || "code" in (error as object)) return null;
    throw error;
  }
}

/** The one archive that there is in an archive; null when there is none. */
export async function innerArchiveOf({ material }: Found): Promise<string | null> {
  return lookAt(material, (list) => loneArchive(list)?.way.join("/") ?? null);
}

/** What `use` makes of the names in a submission; null where they cannot be known without unpacking it. */
async function lookAt<T>(material: Material, use: (list: Lister) => T | null): Promise<T | null> {
  switch (material.kind) {
    case "none":
    case "not-handed-in":
      return null;
    case "files":
    case "zipped":
    case "zipped-folder": {
      const hasCounters = material.kind !== "zipped-folder" && material.hasCounters === true;
      return use(pathLister(material.files.map(({ as }) => (hasCounters ? splitCounter(as).plain : as))));
    }
    case "path":
      return lookAtPath(resolve(material.path), material.mayBeLink === true, use);
  }
}

async function lookAtPath<T>(path: string, mayBeLink: boolean, use: (list: Lister) => T | null): Promise<T | null> {
  try {
    if (statSync(path).isDirectory()) {
      if (gitDirOf(path) !== null) return null;
      const folder = HeldFolder.open(path, mayBeLink);
      try {
        return use(folderLister(folder, MOST_ENTRIES));
      } finally {
        folder.close();
      }
    }
    if (archiveKind(path) !== "zip") return null;
    const names = (await listZip(path, MAX_ENTRIES)).map(({ name }) => name);
    return use(pathLister(names.filter((name) => ignoredPart(name.split("/")) === undefined)));
  } catch (error) {
    // One that cannot be read says so when it is opened, and is in nobody else's way.
    if (error instanceof EntryError || error instanceof Refusal || "code" in (error as object)) return null;
    throw error;
  }
}

/** At the top of a folder, where it mostly is. */
function hasMain(path: string, mainFile: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return mainFilesOf(mainFile).some((name) => {
    try {
      return lstatSync(join(path, name)).isFile();
    } catch {
      return false;
    }
  });
}

function isForeign(path: string): boolean {
  try {
    return hasForeignArchiveName(path) && archiveKind(path) === null;
  } catch {
    return false;
  }
}
