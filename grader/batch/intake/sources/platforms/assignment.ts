import { shown } from "../../names.ts";
import type { Tree } from "../tree.ts";

/**
 * Which assignment of a course is meant, where a platform keeps all of them in each student's folder: the one that there is, or
 * the only one in which anybody has what is to be graded.
 *
 * @param all names of those that anybody has. @param advice what to do where several fit.
 * @throws Error with one line when several fit.
 */
export function chooseAssignment(
  tree: Tree,
  all: readonly string[],
  isHandedIn: (name: string) => boolean,
  advice: string,
): string {
  const names = [...new Set(all)].sort();
  const fitting = names.length === 1 ? names : names.filter(isHandedIn);
  const [only, ...more] = fitting.length === 0 ? names : fitting;
  if (only !== undefined && more.length === 0) return only;
  const listed = [only, ...more].map((name) => shown(name ?? "")).join(", ");
  throw new Error(`${shown(tree.path)}: holds several assignments (${listed}); ${advice}`);
}
