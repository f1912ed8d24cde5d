import { closeSync, mkdirSync, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HeldFile } from "../../../../submission/held/held-file.ts";
import { linesOf } from "../../../../text/lines.ts";
import type { IntakeLimits } from "../../limits.ts";
import { Refusal } from "../refusal.ts";
import type { GitCommand } from "./command.ts";
import { indexPacks, initRepository, type ObjectFormat } from "./own-repository.ts";
import { PlainCopy } from "./plain-copy.ts";

/** Far more than the refs of any repository that is small enough. */
const HEADER_BYTES = 4 * 1024 * 1024;
const BROKEN = "the git bundle is broken; make it with `git bundle create <file> --all`";

/** What stands before the pack. */
export interface BundleHeader {
  readonly format: ObjectFormat;
  /** Commit or tag of each ref, by its name; `HEAD` is one. */
  readonly refs: ReadonlyMap<string, string>;
  /** Where the pack begins. */
  readonly packAt: number;
}

/**
 * Makes a repository of our own from a bundle: refs, and a pack, which is copied and checked as that of any repository.
 * Git would fetch from it with everything that fetching takes, and all of that would meet what a student made.
 *
 * @throws Refusal when the bundle is broken.
 */
export async function copyBundle(bundle: string, git: GitCommand, limits: IntakeLimits): Promise<void> {
  const { format, refs, packAt } = parseHeader(readHeader(bundle));
  await initRepository(git, format);
  const packs = join(git.gitDir, "objects", "pack");
  mkdirSync(packs, { recursive: true });
  await new PlainCopy(limits, git.time).file(
    HeldFile.open(bundle, ""),
    join(packs, `pack-${"0".repeat(40)}.pack`),
    packAt,
  );
  await indexPacks(git, 0, () => BROKEN);
  const head = refs.get("HEAD");
  if (head !== undefined) writeFileSync(join(git.gitDir, "HEAD"), `${head}\n`);
  const lines = [...refs].filter(([name]) => name !== "HEAD").map(([name, id]) => `${id} ${name}\n`);
  writeFileSync(join(git.gitDir, "packed-refs"), lines.join(""));
}

function readHeader(bundle: string): Buffer {
  const start = Buffer.alloc(HEADER_BYTES);
  const fd = openSync(bundle, "r");
  try {
    return start.subarray(0, readSync(fd, start, 0, start.length, 0));
  } finally {
    closeSync(fd);
  }
}

/** Reads what stands before the pack. @throws Refusal */
export function parseHeader(start: Buffer): BundleHeader {
  const end = start.indexOf("\n\n");
  if (end < 0) throw new Refusal(BROKEN);
  let format: ObjectFormat = "sha1";
  const refs = new Map<string, string>();
  const refsAt = start.indexOf("\n") + 1;
  if (refsAt > end) return { format, refs, packAt: end + 2 };
  for (const line of linesOf(start.toString("utf8", refsAt, end))) {
    const [, named] = /^@object-format=(sha1|sha256)$/.exec(line) ?? [];
    const [, id, name] = /^([0-9a-f]{40}|[0-9a-f]{64}) (.+)$/.exec(line) ?? [];
    if (named !== undefined) format = named as ObjectFormat;
    else if (line.startsWith("-") || line.startsWith("@filter="))
      throw new Refusal("the git bundle needs commits that are not in it; make it with `--all`");
    else if (id !== undefined && name !== undefined && isRefName(name)) refs.set(name, id);
    else throw new Refusal(BROKEN);
  }
  return { format, refs, packAt: end + 2 };
}

/** `HEAD`, or what git takes for the full name of a ref. */
function isRefName(name: string): boolean {
  if (name === "HEAD") return true;
  if (/[\p{Cc} ~^:?*[\\]|\.\.|@\{|\/\/|[./]$/u.test(name)) return false;
  const [first, ...parts] = name.split("/");
  return first === "refs" && parts.length > 0 && parts.every((part) => !/^\.|\.lock$/.test(part));
}
