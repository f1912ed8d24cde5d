/** A batch cannot go on. `message` is for staff: what is wrong, where, what to do. Nothing that was recorded is lost. */
export class BatchError extends Error {
  /**
   * `problem`: `usage` when the command or the folder must be another (exit status 2), `machine` when the machine failed
   * under it (exit status 3).
   */
  constructor(
    readonly problem: "usage" | "machine",
    message: string,
  ) {
    super(message);
    this.name = "BatchError";
  }
}

/** What a failed operation on a file comes to, in one line. `doing`: "cannot write the journal out/journal.jsonl". */
export function fileError(error: unknown, doing: string): BatchError {
  if (error instanceof BatchError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return new BatchError(
        "machine",
        `${doing}: the disk is full. All results so far are kept; make room and start the same command again`,
      );
    case "EACCES":
    case "EPERM":
      return new BatchError("usage", `${doing}: no permission; name a folder that you may write to`);
    case "EROFS":
      return new BatchError("usage", `${doing}: that file system is read-only; name another folder`);
    case "ENOTDIR":
    case "EEXIST":
      return new BatchError("usage", `${doing}: a file is in the way where a folder should be`);
    case "EISDIR":
      return new BatchError("usage", `${doing}: a folder is in the way where a file should be`);
    case "ENOENT":
      return new BatchError("usage", `${doing}: there is no such place; name another folder`);
    default:
      return new BatchError(
        "machine",
        `${doing}: ${message}. All results so far are kept; start the same command again`,
      );
  }
}

export function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(String((error as NodeJS.ErrnoException).code));
}
