import { existsSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { type Checkout, shown } from "../../batch/index.ts";
import { CiError } from "../ci-error.ts";

/**
 * Sees to it that no file by which is graded comes from the repository that is graded, where whoever hands in writes it.
 * What somebody else put into a checkout, such as the course beside it, is not of the repository.
 *
 * @param files by the option that names each. @throws CiError
 */
export async function checkTrusted(
  checkout: Checkout,
  repo: string,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [option, file] of Object.entries(files)) {
    if (file === undefined) continue;
    // A link of the repository may lead out of it, and a link outside into it.
    const ways = [wayInside(repo, resolve(file)), wayInside(repo, realOf(file))].filter((way) => way !== null);
    if (ways.length === 0) continue;
    const own = checkout.head === null ? null : await checkout.files();
    const isOwn = (way: string) => own === null || own.some((path) => way === path || way.startsWith(`${path}/`));
    if (ways.some(isOwn))
      throw new CiError(`${option} ${shown(file)} is in the repository that is graded; take it from elsewhere`);
  }
}

/**
 * Makes the folder for results. Where it lies in the repository, a link in it could lead anywhere.
 *
 * @throws CiError
 */
export function prepareOut(out: string, repo: string): void {
  const way = wayInside(repo, resolve(out));
  if (way !== null && way !== "") {
    const names = way.split("/");
    for (const [at] of names.entries()) {
      const place = join(realOf(repo), ...names.slice(0, at + 1));
      if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true)
        throw new CiError(`--out ${shown(out)} leads through a link of the repository; name another folder`);
    }
  }
  try {
    mkdirSync(out, { recursive: true });
  } catch (error) {
    throw new CiError(`--out ${shown(out)} cannot be made (${(error as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}

/** The way from a repository to a path in it, with `/`; null when it does not lie in it. */
function wayInside(repo: string, path: string): string | null {
  for (const root of [resolve(repo), realOf(repo)]) {
    const way = relative(root, path);
    if (way !== ".." && !way.startsWith(`..${sep}`) && resolve(root, way) === path) return way.split(sep).join("/");
  }
  return null;
}

/** Without links, also when the end of it is still to be made. */
function realOf(path: string): string {
  const whole = resolve(path);
  if (existsSync(whole)) return realpathSync(whole);
  const parent = dirname(whole);
  return parent === whole ? whole : join(realOf(parent), basename(whole));
}
