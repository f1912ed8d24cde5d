/** What one submission may bring along. All figures stand here; the policy file may change each. */
export interface IntakeLimits {
  /** Size of an archive file, bundles included, or of a git repository's objects and refs, as handed in, in bytes. */
  readonly archiveBytes: number;
  /** Files and folders in it; of those that are left out there may be four times as many. */
  readonly entries: number;
  /** Unpacked size of a single file, in bytes. */
  readonly fileBytes: number;
  /** Unpacked size of all files together, in bytes; of a tar all of its content, ignored files included. */
  readonly totalBytes: number;
  /** Unpacked bytes for each byte of the archive; asked only beyond `ratioFreeBytes`. */
  readonly ratio: number;
  /** Up to so many unpacked bytes the ratio does not matter: small sources repeat themselves a lot. */
  readonly ratioFreeBytes: number;
  /** Folders inside each other. */
  readonly depth: number;
  /** A path inside the submission, in bytes of UTF-8; each name in it may have 255. */
  readonly pathBytes: number;
  /** Wall time of reading one repository, all calls of git included, in milliseconds; each call may use as much CPU time. */
  readonly gitWallMs: number;
}

export const DEFAULT_INTAKE_LIMITS: IntakeLimits = {
  archiveBytes: 50_000_000,
  entries: 10_000,
  fileBytes: 20_000_000,
  totalBytes: 100_000_000,
  ratio: 200,
  ratioFreeBytes: 5_000_000,
  depth: 20,
  pathBytes: 1_000,
  gitWallMs: 60_000,
};
