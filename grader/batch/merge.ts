import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Book } from "./engine/open-batch.ts";
import { isInShard } from "./engine/shard.ts";
import type { BatchEntry, Entry } from "./journal/entries.ts";
import { Journal, type Place } from "./journal/journal.ts";
import { Ledger } from "./journal/ledger.ts";
import { identityDifferences } from "./model/identity.ts";
import { BatchError, fileError } from "./store/batch-error.ts";
import { JOURNAL_FILE, SEED_FILE } from "./store/file-names.ts";
import { syncFolder } from "./store/files.ts";
import { keepSeed, readSeedFile } from "./store/seed-file.ts";

interface Part {
  readonly folder: string;
  readonly path: string;
  readonly header: BatchEntry;
  readonly ledger: Ledger;
}

/**
 * Puts the journals of all shards of one batch together in `out`, whose lock the caller holds, as if it had been graded in
 * one place. Throws `BatchError` when they are not the shards of one batch, or a submission is missing or there twice.
 */
export function mergeShards(folders: readonly string[], out: string, onDamage: (message: string) => void): Book {
  const path = join(out, JOURNAL_FILE);
  const parts = folders.map((folder) => readPart(folder, onDamage));
  const whole = checkParts(parts);
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const ledger = new Ledger();
  const journal = Journal.open(temporary, { onEntry: () => {}, onDamage });
  try {
    const book = new Book(journal, ledger, whole.batch);
    // Those that a regrading left behind come first: the last one counts.
    for (const header of oldHeaders(parts, whole.batch)) add(book, { ...header, shard: null });
    add(book, { ...whole, shard: null });
    for (const part of parts) copyEntries(part, book);
    journal.flush();
    // A merge that was killed before it had written its files leaves the same journal.
    if (existsSync(path) && !readFileSync(path).equals(readFileSync(temporary))) {
      throw new BatchError("usage", `${out} has a batch of its own already; name another --out`);
    }
    keepSeedOf(parts, out);
    renameSync(temporary, path);
    syncFolder(out);
    return book;
  } catch (error) {
    journal.close();
    rmSync(temporary, { force: true });
    throw fileError(error, `cannot write the journal ${path}`);
  }
}

function add(book: Book, entry: Entry): void {
  book.ledger.add(entry, book.journal.appendUnflushed(entry));
}

function oldHeaders(parts: readonly Part[], current: string): readonly BatchEntry[] {
  const headers = new Map<string, BatchEntry>();
  for (const { header, ledger } of parts) {
    for (const [batch, identity] of ledger.identities) {
      if (batch !== current) headers.set(batch, { ...header, batch, identity });
    }
  }
  return [...headers.values()];
}

function copyEntries({ path }: Part, book: Book): void {
  Journal.scan(path, {
    onDamage: () => {},
    onEntry: (entry) => {
      if (entry.kind !== "batch") add(book, entry);
    },
  });
}

function readPart(folder: string, onDamage: (message: string) => void): Part {
  const path = join(folder, JOURNAL_FILE);
  if (!existsSync(path)) {
    throw new BatchError("usage", `${folder} has no ${JOURNAL_FILE}: it is no --out folder of a batch`);
  }
  const ledger = new Ledger();
  Journal.scan(path, { onEntry: (entry, place: Place) => ledger.add(entry, place), onDamage });
  if (ledger.header === null)
    throw new BatchError(
      "usage",
      `${path} does not say what batch it is of; put back the one that the batch wrote, or grade again with another --out`,
    );
  if (ledger.openRegrades.length > 0) {
    throw new BatchError("usage", `${folder} is in the middle of a regrade; let it come to its end first`);
  }
  return { folder, path, header: ledger.header, ledger };
}

/** Gives the header that they have in common. */
function checkParts(parts: readonly Part[]): BatchEntry {
  const [first, ...others] = parts;
  if (first === undefined) throw new BatchError("usage", "name the folders of the shards");
  for (const { folder, header } of others) {
    if (header.batch !== first.header.batch) {
      const differences = identityDifferences(first.header.identity, header.identity).join(", ");
      throw new BatchError("usage", `${first.folder} and ${folder} are not of one batch: ${differences}`);
    }
    if (JSON.stringify(header.ids) !== JSON.stringify(first.header.ids)) {
      throw new BatchError("usage", `${first.folder} and ${folder} were given different submissions`);
    }
  }
  checkShards(parts);
  checkSubmissions(parts, first.header.ids);
  return first.header;
}

function checkShards(parts: readonly Part[]): void {
  const of = parts[0]?.header.shard?.of ?? 1;
  const seen = new Map<number, string>();
  for (const { folder, header } of parts) {
    const shard = header.shard ?? { index: 1, of: 1 };
    if (shard.of !== of) {
      throw new BatchError("usage", `${parts[0]?.folder} is one of ${of} shards, ${folder} one of ${shard.of}`);
    }
    const twin = seen.get(shard.index);
    if (twin !== undefined) {
      throw new BatchError("usage", `${twin} and ${folder} are both shard ${shard.index}/${of}; name one of them`);
    }
    seen.set(shard.index, folder);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((index) => !seen.has(index));
  if (missing.length > 0) {
    throw new BatchError(
      "usage",
      `of ${of} shards, ${missing.map((index) => `${index}/${of}`).join(", ")} not named; name the --out folder of each`,
    );
  }
}

/** Results of submissions that are no longer among the batch's may be there too, as in a whole batch. */
function checkSubmissions(parts: readonly Part[], whole: readonly string[]): void {
  const ids: string[] = [];
  for (const { folder, header, ledger } of parts) {
    const stray = ledger.ids.find((id) => !isInShard(id, header.shard));
    if (stray !== undefined) throw new BatchError("usage", `${folder} has ${stray}, which is not of its shard`);
    ids.push(...ledger.ids);
  }
  ids.sort();
  const double = ids.find((id, index) => ids[index + 1] === id);
  if (double !== undefined) throw new BatchError("usage", `${double} is there twice`);
  const done = new Set(ids);
  const missing = whole.filter((id) => !done.has(id));
  if (missing.length > 0) {
    const some = missing.slice(0, 3).join(", ");
    throw new BatchError(
      "usage",
      `${missing.length} of ${whole.length} submissions have no result yet (${some}${missing.length > 3 ? ", …" : ""}); ` +
        "start the shards again to their end",
    );
  }
}

/** So that the merged batch can be graded on, it needs the seed. */
function keepSeedOf(parts: readonly Part[], out: string): void {
  const kept = parts.map(({ folder }) => join(folder, SEED_FILE)).find((path) => existsSync(path));
  if (kept !== undefined) keepSeed(join(out, SEED_FILE), readSeedFile(kept));
}
