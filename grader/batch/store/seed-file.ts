import { createHash, randomBytes } from "node:crypto";
import { existsSync, renameSync } from "node:fs";
import { type BaseSeed, MAX_SEED } from "../../run/seeds.ts";
import { EntryError } from "../../submission/held/entry-error.ts";
import { readNamedFile } from "../../submission/held/named-file.ts";
import { BatchError, fileError } from "./batch-error.ts";
import { type FileWriter, replaceFile } from "./files.ts";

/** Drawn seeds have so many bits: a base of 53 could be found by trying them all against one run's seed. */
const DRAWN_BYTES = 32;
const MIN_SECRET_LENGTH = 16;
/** Far more than a key of any length has. */
const MAX_BYTES = 100_000;

/** A base seed, and whether it is the one that was kept already. */
export interface ChosenSeed {
  readonly seed: BaseSeed;
  readonly isKept: boolean;
}

/** The secret base seed of a batch: that of the file named, else the one kept in `keptAt`, else a new one. */
export function chooseSeed(keptAt: string, namedFile: string | undefined): ChosenSeed {
  const kept = existsSync(keptAt) ? readSeedFile(keptAt) : null;
  const seed = namedFile === undefined ? kept : readSeedFile(namedFile);
  return { seed: seed ?? randomBytes(DRAWN_BYTES).toString("hex"), isKept: seed !== null && seed === kept };
}

/** For its owner's eyes only. Another one that is kept there moves aside, with part of its hash in its name. */
export function keepSeed(path: string, seed: BaseSeed, writer?: FileWriter): void {
  if (existsSync(path)) {
    const before = readSeedFile(path);
    if (before !== seed) renameSync(path, `${path}-${seedHash(before).slice(0, 12)}`);
  }
  replaceFile(path, [`${seed}\n`], writer, 0o600);
}

/** An integer, as `--seed` takes it, or a secret of at least 16 letters and digits. */
export function readSeedFile(path: string): BaseSeed {
  let text: string;
  try {
    text = readNamedFile(path, MAX_BYTES).toString("utf8").trim();
  } catch (error) {
    if (error instanceof EntryError) throw new BatchError("usage", `the seed file ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new BatchError("usage", `there is no seed file ${path}`);
    throw fileError(error, `cannot read the seed file ${path}`);
  }
  const isInteger = /^\d{1,16}$/.test(text);
  if (isInteger && Number(text) <= MAX_SEED) return Number(text);
  if (!isInteger && /^[\w+/=-]+$/.test(text) && text.length >= MIN_SECRET_LENGTH) return text;
  throw new BatchError(
    "usage",
    `${path} holds no seed: it must have one line, an integer from 0 to ${MAX_SEED}, or at least ` +
      `${MIN_SECRET_LENGTH} letters and digits such as "openssl rand -hex 32" prints`,
  );
}

/** Tells two base seeds apart without telling them. */
export function seedHash(seed: BaseSeed): string {
  return createHash("sha256").update(`consensus-labs base seed\n${seed}`).digest("hex");
}
