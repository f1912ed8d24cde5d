import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Entry, IntakeLines, Shard } from "../journal/entries.ts";
import type { Place } from "../journal/journal.ts";
import { Journal } from "../journal/journal.ts";
import { Ledger } from "../journal/ledger.ts";
import { type BatchIdentity, identityDifferences, identityHash } from "../model/identity.ts";
import { BatchError } from "../store/batch-error.ts";
import { JOURNAL_FILE } from "../store/file-names.ts";
import type { FileWriter } from "../store/files.ts";

export interface OpenOptions {
  readonly out: string;
  readonly identity: BatchIdentity;
  readonly shard: Shard | null;
  /** Ids of the whole batch, those of other shards included. */
  readonly ids: readonly string[];
  /** As in `BatchEntry`. */
  readonly due?: string | undefined;
  readonly intake?: IntakeLines;
  /** `failed`, `changed`, `all`, or an id. */
  readonly regrade?: string | undefined;
  readonly onDamage: (message: string) => void;
  /** Called before anything is written, once it is known that the folder and the identity belong together. */
  readonly onAccepted?: () => void;
  /** Asked before each entry: whether the folder's lock is still this batch's. */
  readonly isHeld?: () => boolean;
  readonly writer?: FileWriter | undefined;
}

/** A journal, and what it comes to: both grow together. */
export class Book {
  constructor(
    readonly journal: Journal,
    readonly ledger: Ledger,
    /** Hash of the identity under which it goes on. */
    readonly batch: string,
    private readonly isHeld: () => boolean = () => true,
  ) {}

  /** Throws `BatchError` when it cannot be written, or another batch has taken the folder over. */
  add(entry: Entry): Place {
    if (!this.isHeld()) {
      throw new BatchError(
        "machine",
        `another batch has taken over the folder of ${this.journal.path}, as if this one were gone; what it recorded is kept`,
      );
    }
    const place = this.journal.append(entry);
    this.ledger.add(entry, place);
    return place;
  }
}

/**
 * Opens the journal of a batch, so that it begins, goes on, or grades again what staff asked for. Throws `BatchError` when
 * what is in the folder was graded under another identity, and nobody said what is to become of it.
 */
export function openBatch(options: OpenOptions): Book {
  const { out, identity, shard, due, regrade, onDamage, writer } = options;
  const ledger = new Ledger();
  const journal = Journal.open(join(out, JOURNAL_FILE), {
    onEntry: (entry, place) => ledger.add(entry, place),
    onDamage,
    ...(writer !== undefined && { writer }),
  });
  try {
    const book = new Book(journal, ledger, identityHash(identity), options.isHeld);
    checkIdentity(book, identity, out, regrade);
    checkShard(ledger, shard, out);
    const ids = [...options.ids].sort();
    const regraded = regrade === undefined ? null : regradedIds(ledger, ids, regrade);
    options.onAccepted?.();
    // The same words once more go on with a regrading that was broken off. Before the new identity: without these words
    // it is not taken on.
    if (regrade !== undefined && !ledger.openRegrades.some(({ what }) => what === regrade)) {
      book.add({ kind: "regrade", what: regrade, ids: regraded });
    }
    const { header } = ledger;
    const intake = options.intake === undefined || isEmpty(options.intake) ? {} : { intake: options.intake };
    const isSame =
      header?.batch === book.batch &&
      header.due === due &&
      isDeepStrictEqual([header.ids, header.intake], [ids, intake.intake]);
    if (!isSame) {
      const about = { batch: book.batch, identity, shard, ids, ...(due !== undefined && { due }), ...intake };
      book.add({ kind: "batch", format: "consensus-labs/journal@1", ...about });
    }
    return book;
  } catch (error) {
    journal.close();
    throw error;
  }
}

function isEmpty({ takenFor, leftOut }: IntakeLines): boolean {
  return takenFor.length + leftOut.length === 0;
}

function checkIdentity({ ledger, batch }: Book, identity: BatchIdentity, out: string, regrade: string | undefined) {
  const before = ledger.header;
  if (before === null) {
    // Its first line is damaged, perhaps: the results still say what they belong to.
    const isForeign = ledger.ids.some((id) => ledger.account(id)?.graded.some((graded) => graded.batch !== batch));
    if (!isForeign || regrade === "all" || regrade === "changed") return;
    throw new BatchError("usage", `${out} has results of a batch that cannot be told any more; name another --out`);
  }
  if (before.batch === batch || regrade === "all" || regrade === "changed") return;
  throw new BatchError(
    "usage",
    `${out} has results that were graded otherwise: ${identityDifferences(before.identity, identity).join(", ")}. ` +
      "Add --regrade changed to grade them again, or name another --out",
  );
}

function checkShard({ header }: Ledger, shard: Shard | null, out: string): void {
  if (header === null || (header.shard?.index === shard?.index && header.shard?.of === shard?.of)) return;
  const words = (part: Shard | null) => (part === null ? "the whole batch" : `shard ${part.index}/${part.of}`);
  throw new BatchError(
    "usage",
    `${out} is the folder of ${words(header.shard)}, not of ${words(shard)}; each needs a folder of its own`,
  );
}

function regradedIds(ledger: Ledger, ids: readonly string[], what: string): readonly string[] | null {
  switch (what) {
    case "changed":
      return null;
    case "all":
      return ledger.ids;
    case "failed":
      return ledger.ids.filter((id) => ledger.account(id)?.graded.at(-1)?.isPerfect === false);
  }
  if (ids.includes(what) || ledger.ids.includes(what)) return [what];
  throw new BatchError(
    "usage",
    `--regrade ${what}: there is no such submission; say failed, changed, all, or an id as in gradebook.csv`,
  );
}
