import {
  type BigIntStats,
  closeSync,
  constants,
  type Dir,
  type Dirent,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  realpathSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { EntryError, entryError, PROBLEMS } from "./entry-error.ts";
import { HeldFile } from "./held-file.ts";

const { O_RDONLY, O_NOFOLLOW = 0, O_DIRECTORY = 0 } = constants;
const LISTED_AT_A_TIME = 256;

/** `other`: a pipe, a device, a socket. */
export type EntryKind = "file" | "folder" | "link" | "other";

/** What a folder's listing says of an entry; it may be something else by the time it is opened. */
export interface Entry {
  readonly name: string;
  readonly kind: EntryKind;
}

/**
 * A folder that others may write to while it is read, held so that no name on the way to what is in it can be made to lead
 * elsewhere: whatever is opened is opened from the folder itself, and no link is followed.
 *
 * Where the system has `/proc`, the way goes through the folder's own descriptor, which stays that folder's when it is
 * renamed. Elsewhere the paths are used, and every folder on the way must be the same before and after each step.
 */
export class HeldFolder {
  private constructor(
    /** Absolute. */
    private readonly place: string,
    /** Relative to what was opened first, with `/`; empty for that itself. */
    readonly path: string,
    private readonly fd: number | null,
    private readonly identity: BigIntStats,
    private readonly parent: HeldFolder | null,
  ) {}

  /**
   * @param place absolute. @param mayBeLink whether it may be a link: whoever named it meant what that leads to.
   * @throws EntryError when it is no folder.
   */
  static open(place: string, mayBeLink = false): HeldFolder {
    try {
      const whole = mayBeLink ? realpathSync(place) : place;
      const fd = openFolder(whole);
      if (fd !== null) return new HeldFolder(whole, "", fd, fstatSync(fd, { bigint: true }), null);
      return new HeldFolder(whole, "", null, folderAt(whole, ""), null);
    } catch (error) {
      throw entryError(error, "");
    }
  }

  /**
   * Its entries, as they come, so that whoever counts can stop early. To be read to the end before anything is made of them.
   *
   * @throws EntryError when it cannot be listed.
   */
  *list(): Generator<Entry> {
    let listing: Dir;
    try {
      listing = this.stepping((folder) => opendirSync(folder, { bufferSize: LISTED_AT_A_TIME }), closeListing);
    } catch (error) {
      throw entryError(error, this.path);
    }
    try {
      for (let entry = this.next(listing); entry !== null; entry = this.next(listing)) {
        yield { name: entry.name, kind: kindOf(entry) };
      }
      this.check();
    } finally {
      closeListing(listing);
    }
  }

  /** What an entry is, links not followed; null when there is none of that name, or it cannot be seen. */
  kindOf(name: string): EntryKind | null {
    try {
      return kindOf(this.stepping((folder) => lstatSync(join(folder, name))));
    } catch (error) {
      if (entryError(error, name) instanceof EntryError) return null;
      throw error;
    }
  }

  /** A folder in it. @throws EntryError when it is none, or not any more. */
  folder(name: string): HeldFolder {
    const path = this.pathOf(name);
    try {
      if (this.fd === null) {
        const identity = this.stepping((folder) => folderAt(join(folder, name), path));
        return new HeldFolder(join(this.place, name), path, null, identity, this);
      }
      const fd = openSync(`/proc/self/fd/${this.fd}/${name}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      return new HeldFolder(join(this.place, name), path, fd, fstatSync(fd, { bigint: true }), this);
    } catch (error) {
      throw entryError(error, path);
    }
  }

  /** A file in it. @throws EntryError when it is none, or not any more. */
  file(name: string): HeldFile {
    const path = this.pathOf(name);
    const open = (folder: string) =>
      HeldFile.open(join(folder, name), path, false, (stats) => {
        this.checkOwner(stats, path);
        if (this.fd !== null) return;
        // A link in the file's place was followed where the system cannot be told not to.
        const named = lstatSync(join(folder, name), { bigint: true });
        if (named.dev !== stats.dev || named.ino !== stats.ino) throw new EntryError(path, PROBLEMS.changed);
      });
    try {
      return this.stepping(open, (file) => file.close());
    } catch (error) {
      throw entryError(error, path);
    }
  }

  close(): void {
    if (this.fd !== null) closeSync(this.fd);
  }

  private pathOf(name: string): string {
    return this.path === "" ? name : `${this.path}/${name}`;
  }

  private next(listing: Dir): Dirent | null {
    try {
      return listing.readSync();
    } catch (error) {
      throw entryError(error, this.path);
    }
  }

  /**
   * One step that begins in this folder, told how to reach it. `undo` takes back what came of a step of which it turned
   * out that it did not begin there.
   */
  private stepping<T>(step: (folder: string) => T, undo: (result: T) => void = () => {}): T {
    if (this.fd !== null) return step(`/proc/self/fd/${this.fd}`);
    this.check();
    const result = step(this.place);
    try {
      this.check();
    } catch (error) {
      undo(result);
      throw error;
    }
    return result;
  }

  /** Where only paths lead to it: that each folder on the way is the one that it was, and nothing was renamed in it. */
  private check(): void {
    if (this.fd !== null) return;
    this.parent?.check();
    let now: BigIntStats;
    try {
      now = folderAt(this.place, this.path);
    } catch {
      throw new EntryError(this.path, PROBLEMS.changed);
    }
    const { dev, ino, ctimeNs } = this.identity;
    if (now.dev !== dev || now.ino !== ino || now.ctimeNs !== ctimeNs)
      throw new EntryError(this.path, PROBLEMS.changed);
  }

  /** Whoever may not read a file can still give it a second name, in his own folder, where the system lets him. */
  private checkOwner({ nlink, uid }: BigIntStats, path: string): void {
    if (nlink > 1n && uid !== this.identity.uid) throw new EntryError(path, PROBLEMS.foreign);
  }
}

/** What was handed in as one file or one folder, whichever it is. @param place absolute. @throws EntryError */
export function openHeld(place: string, mayBeLink = false): HeldFolder | HeldFile {
  let isFolder: boolean;
  try {
    const stats = mayBeLink ? statSync(place) : lstatSync(place);
    if (stats.isSymbolicLink()) throw new EntryError("", PROBLEMS.link);
    isFolder = stats.isDirectory();
  } catch (error) {
    throw entryError(error, "");
  }
  return isFolder ? HeldFolder.open(place, mayBeLink) : HeldFile.open(place, "", mayBeLink);
}

/** Null where the way to a folder's entries does not lead through its descriptor. */
function openFolder(place: string): number | null {
  if (O_DIRECTORY === 0 || O_NOFOLLOW === 0) return null;
  const fd = openSync(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const [real, shown] = [fstatSync(fd), statSync(`/proc/self/fd/${fd}/.`)];
    if (real.dev === shown.dev && real.ino === shown.ino) return fd;
  } catch {
    // There is no /proc.
  }
  closeSync(fd);
  return null;
}

function folderAt(place: string, path: string): BigIntStats {
  const stats = lstatSync(place, { bigint: true });
  if (stats.isSymbolicLink()) throw new EntryError(path, PROBLEMS.link);
  if (!stats.isDirectory()) throw new EntryError(path, PROBLEMS.changed);
  return stats;
}

function closeListing(listing: Dir): void {
  listing.closeSync();
}

function kindOf(stats: Pick<BigIntStats, "isFile" | "isDirectory" | "isSymbolicLink">): EntryKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}
