import { define } from "./define.ts";
import { inspect } from "./inspect/inspect.ts";

export interface Described {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

/** Says in strings what was thrown, whatever it is: getters and proxies that throw included. */
export function describeThrown(thrown: unknown): Described {
  try {
    if (thrown instanceof Error) {
      const stack = stringField(thrown, "stack", "");
      return { name: stringField(thrown, "name", "Error"), message: stringField(thrown, "message", ""), stack };
    }
    return { name: "Thrown value", message: inspect(thrown), stack: "" };
  } catch {
    return { name: "Thrown value", message: "(it cannot be described)", stack: "" };
  }
}

/** The stack of the caller, as an error has it. */
export function stackHere(): string {
  return stringField(new Error(), "stack", "").replace(/^.*\n?/, "");
}

/** Makes stack traces that hold the submission's frames only, so that they are the same wherever the host runs. */
export function installStackFormat(filenames: readonly string[]): void {
  const isOwn = { __proto__: null } as unknown as Record<string, true>;
  for (let i = 0; i < filenames.length; i++) isOwn[filenames[i] as string] = true;
  const errorToString = Error.prototype.toString;
  const heading = (error: Error) => {
    try {
      return errorToString.call(error);
    } catch {
      return "Error";
    }
  };
  // Frames of this prelude lie above and below those of the submission, and count too.
  Error.stackTraceLimit = 24;
  define(Error, "prepareStackTrace", (error: Error, sites: readonly NodeJS.CallSite[]) => {
    let text = heading(error);
    // Built-in functions, like Array.map: they belong to whoever called them.
    let builtIn = "";
    for (const site of sites) {
      const file = site.getFileName();
      if (file === null || file === undefined) builtIn += `\n    at ${site}`;
      else {
        if (isOwn[file]) text += `${builtIn}\n    at ${site}`;
        builtIn = "";
      }
    }
    return text;
  });
}

function stringField(value: object, name: string, otherwise: string): string {
  try {
    const field: unknown = (value as Record<string, unknown>)[name];
    return typeof field === "string" ? field : otherwise;
  } catch {
    return otherwise;
  }
}
