import type { Role } from "../sim/role.ts";

/** Where methods stand in a bundle: line and column, from 1, by `<role>.<method>`. */
export type Members = Readonly<Record<string, readonly [line: number, column: number]>>;

/** What may stand before a method's name in a bundle. */
const PREFIXES = ["  ", "  async "];

/**
 * Finds the classes of roles, by the role, and the methods that the grader calls, by role and method, in a bundle, which the bundler has printed: a class begins at the margin, its members
 * two columns further, each on a line of its own. What is printed otherwise is not found, and nothing follows from that.
 */
export function membersOf(code: string, roles: readonly Role[]): Members {
  const found: Record<string, readonly [number, number]> = {};
  let role: Role | undefined;
  let line = 0;
  for (let start = 0; start <= code.length; ) {
    line++;
    const end = code.indexOf("\n", start);
    const stop = end < 0 ? code.length : end;
    if (code[start] !== " " && stop > start) {
      role = roles.find(({ className }) => beginsClass(code, start, className));
      if (role !== undefined) found[role.name] ??= [line, 1];
    } else if (role !== undefined) {
      const column = memberAt(code, start, Object.keys(role.local));
      if (column !== null) found[`${role.name}.${column.name}`] ??= [line, column.at - start + 1];
    }
    start = stop + 1;
  }
  return found;
}

function beginsClass(code: string, start: number, className: string): boolean {
  return code.startsWith(`var ${className} = class `, start) || code.startsWith(`class ${className} `, start);
}

function memberAt(code: string, start: number, names: readonly string[]): { name: string; at: number } | null {
  for (const prefix of PREFIXES) {
    if (!code.startsWith(prefix, start)) continue;
    const at = start + prefix.length;
    const name = names.find((one) => code.startsWith(`${one}(`, at) || code.startsWith(`${one} = `, at));
    if (name !== undefined) return { name, at };
  }
  return null;
}
