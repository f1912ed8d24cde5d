import type { IntakeLimits } from "./limits.ts";

/** What intake is told beside the sources. */
export interface IntakeOptions {
  /** Main file of the lab without its extension (`Role.file`): `raft` stands for `raft.ts` or `raft.js`. */
  readonly mainFile: string;
  /** Folder for unpacked submissions, each in a folder of its own below it. Made when missing. */
  readonly workDir: string;
  /** Folder that the batch writes its results to: never a submission, and no place for one. */
  readonly outDir?: string;
  /**
   * CSV with a column that names students, and any others. Its columns are joined to the submissions (see `findLines`); its
   * lines for which there is none become submissions of their own, by their `path` (relative to the CSV's folder) or as not
   * handed in. A `.csv` that is the one source is a roster too, with `path`.
   */
  readonly roster?: string;
  /** The roster's column that names students. Absent: by the names that columns have. */
  readonly idColumn?: string;
  /** What is wrong with the cells of a line of the roster, in words. */
  readonly cellProblems?: (columns: Readonly<Record<string, string>>) => readonly string[];
  /** Goes on where the sources, or what was said of them, look like a mistake. */
  readonly anyway?: boolean;
  /** Branch, tag or commit to take from git repositories. Absent: the commit that `HEAD` names. */
  readonly ref?: string;
  /**
   * ISO 8601 with offset. Of git repositories the last commit not after it is taken. With it or `ref` a folder whose
   * `.git` is no repository is ungradable.
   */
  readonly deadline?: string;
  /** The deadline of whoever these lines of the roster are about, late days included; by default `deadline`. */
  readonly deadlineOf?: (deadline: string, rosters: readonly Readonly<Record<string, string>>[]) => string;
  readonly limits?: Partial<IntakeLimits>;
  /** Follows the symbolic links of a directory of submissions: staff made them. */
  readonly followLinks?: boolean;
  /** Zone of times of handing in that a platform writes without one: an offset such as `+01:00`, or a name. */
  readonly timeZone?: string;
  /** Told of what a source holds that was left out, one line each. */
  readonly onRemark?: (line: string) => void;
  /** Told what a source was recognised as, in one line. */
  readonly onTakenFor?: (line: string) => void;
}

/** One who handed in; a group has several. All texts are data of others: make them printable before showing them. */
export interface Member {
  readonly name?: string;
  /** The institution's own id, as the export or the roster says it. */
  readonly studentId?: string;
  readonly email?: string;
  /** All columns of their line in the roster, by name. */
  readonly roster?: Readonly<Record<string, string>>;
}

/** One submission of a batch, not unpacked yet. */
export interface Intake {
  /** Unique in the batch; letters, digits, `.`, `_`, `-` only; safe as a file name on any system. */
  readonly id: string;
  /** Who or what it is, for people; free of control characters, else data of others. */
  readonly name: string;
  /** Where it came from: the path as given, for something in an export with the entry's path added. */
  readonly origin: string;
  readonly members: readonly Member[];
  /** ISO 8601 in UTC. Absent when the source does not tell. Of git repositories known only once opened. */
  readonly submittedAt?: string;
  /** The export itself marks it as late. */
  readonly markedLate?: true;
  /** All columns of its line in the roster, by name; of a group without a line of its own, of its first member that has one. */
  readonly roster?: Readonly<Record<string, string>>;
  /** What staff should know of how it was found, one line each. */
  readonly notes: readonly string[];
  /** Unpacks it into a folder of its own below `workDir`; anything left there by an earlier time is removed first. */
  open(): Promise<Opened>;
  /** Removes what `open` made. May be called at any time, and twice. */
  dispose(): Promise<void>;
}

/** `folder`: absolute path of the folder that has the main file. `notes`: those of the intake, and what unpacking added. */
export type Opened =
  | {
      readonly folder: string;
      readonly notes: readonly string[];
      /** As `Intake.submittedAt`; of git repositories the time at which the commit was made, as it says itself. */
      readonly submittedAt?: string;
      /** The commit that was taken. */
      readonly commit?: string;
    }
  | {
      /** One line for staff and student. */
      readonly ungradable: string;
      /** There is nothing that could be graded, since nothing was handed in. */
      readonly notHandedIn?: true;
      readonly notes: readonly string[];
      readonly submittedAt?: string;
    };

/** The whole batch cannot be taken in: a source that is not there, a roster that is broken. One line a problem. */
export class IntakeError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "IntakeError";
  }
}
