/** Gives `target` a property as built-in ones are: writable, configurable, not enumerable. */
export function define(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
}

/** Like `define`, for a whole class of functions. */
export function defineAll(target: object, values: Record<string, unknown>): void {
  for (const name of Object.keys(values)) define(target, name, values[name]);
}

/** Gives `target` properties that are made when one of them is first looked at: most peers never do, and realms are many. */
export function defineLazily<Name extends string>(
  target: object,
  names: readonly Name[],
  make: () => Record<Name, unknown>,
): void {
  const waiting = new Set<Name>(names);
  const settle = () => {
    const values = make();
    for (const name of waiting) define(target, name, values[name]);
  };
  for (const name of names) {
    Object.defineProperty(target, name, {
      configurable: true,
      enumerable: false,
      get() {
        settle();
        return (target as Record<string, unknown>)[name];
      },
      set(value) {
        waiting.delete(name);
        define(target, name, value);
      },
    });
  }
}

/** An error as Node makes them, with a `code`. */
export function nodeError<E extends Error>(error: E, code: string): E {
  define(error, "code", code);
  // Computed now, so that the code stands in the stack but not in the name.
  const { name } = error;
  error.name = `${name} [${code}]`;
  void error.stack;
  delete (error as { name?: string }).name;
  return error;
}

/** The error for an argument of the wrong type. */
export function wrongType(name: string, expected: string, value: unknown): TypeError {
  const seen = value === null || value === undefined ? String(value) : `type ${typeof value}`;
  return nodeError(
    new TypeError(`The "${name}" argument must be of type ${expected}. Received ${seen}`),
    "ERR_INVALID_ARG_TYPE",
  );
}

/** What Node's own functions reject with when their signal aborts. */
export function abortError(signal: { readonly reason: unknown }): Error {
  const error = new Error("The operation was aborted", { cause: signal.reason });
  define(error, "name", "AbortError");
  define(error, "code", "ABORT_ERR");
  return error;
}
