/** What a batch goes on from lies in its folder under these names. */
export const JOURNAL_FILE = "journal.jsonl";
export const SEED_FILE = "seed";
