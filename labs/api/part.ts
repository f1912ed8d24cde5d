/** What `part` needs of a handle. */
interface Callable {
  call(method: string, args: unknown): Promise<unknown>;
}

/**
 * Handles on an object that a process keeps in one of its fields: calls of `method` become calls of `name.method`, which the
 * process at the other end hands to its own `this.name`.
 */
export function part(ends: readonly object[], name: string): object[] {
  return (ends as readonly Callable[]).map((end) => ({
    call: (method: unknown, args: unknown): Promise<unknown> => end.call(`${name}.${String(method)}`, args),
  }));
}
