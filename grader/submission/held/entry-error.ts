/**
 * An entry of a folder cannot be read as what it should be, because of how it was left or of what somebody does to it
 * meanwhile. Errors of the machine (a full table of files, a broken disk) are none of these.
 */
export class EntryError extends Error {
  /**
   * @param path relative to what was opened first, with `/`; empty for that itself.
   * @param problem what is wrong with it and what to do, to be put behind its name.
   */
  constructor(
    readonly path: string,
    readonly problem: string,
  ) {
    super(`${path === "" ? "it" : path} ${problem}`);
    this.name = "EntryError";
  }
}

export const PROBLEMS = {
  link: "is a symbolic link; only files and folders are taken",
  other: "is no file; only files and folders are taken",
  gone: "is not there any more",
  changed: "was changed while it was read; take it again once nothing writes to it",
  unreadable: "may not be read by the grader; change its permissions",
  tooLong: "has a path that is too long for this system",
  notUtf8: "has a name that is not UTF-8; rename it",
  foreign: "is a hard link to a file of another owner; put a copy in its place",
} as const;

/** The error as one of an entry, where it is one. */
export function entryError(error: unknown, path: string): unknown {
  switch ((error as NodeJS.ErrnoException).code) {
    case "ELOOP":
      return new EntryError(path, PROBLEMS.link);
    case "ENOENT":
      // Bytes that are no UTF-8 come as another name from the listing, which nothing has.
      return new EntryError(path, path.includes("\ufffd") ? PROBLEMS.notUtf8 : PROBLEMS.gone);
    case "ENOTDIR":
    case "EISDIR":
    case "ESTALE":
      return new EntryError(path, PROBLEMS.changed);
    case "EACCES":
    case "EPERM":
      return new EntryError(path, PROBLEMS.unreadable);
    case "ENXIO":
    case "ENODEV":
    case "EOPNOTSUPP":
      return new EntryError(path, PROBLEMS.other);
    case "ENAMETOOLONG":
      return new EntryError(path, PROBLEMS.tooLong);
  }
  return error;
}
