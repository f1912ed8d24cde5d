import type { KeyOperation, Value } from "../../../grader/check/linearizability/index.ts";

/**
 * Operations on one key, in short: `put a 1-2` was called at 1 and returned at 2, `append b 3-?` never returned, `get ab 5-6`
 * found "ab", `cas a>b 7-8` swapped. `cas a>b 7-8!c` did not and found "c", `cas a>b 7-8!` does not say what it found, and
 * `cas a>b 7-8=c` says that afterwards there was "c". '' is the empty text, nil is nothing. Each has a client of its own.
 */
export function operationsOf(lines: string, key = "k"): KeyOperation[] {
  const parts = lines.split(", ").filter((line) => line !== "");
  return parts.map((line, client) => {
    const [, kind = "", what = "", call = "", at = "", mark, more = ""] =
      /^(\w+) (\S+) (\d+)-(\d+|\?)(?:([!=])(\S*))?$/.exec(line) ?? [];
    const base = { client, call: Number(call), key };
    const returned = at === "?" ? null : { at: Number(at) };
    const value = textOf(what);
    switch (kind) {
      case "get":
        return { ...base, kind, returned: returned === null ? null : { ...returned, value } };
      case "put":
      case "append":
        return { ...base, kind, value: value ?? "", returned };
      case "cas": {
        const [expected = "", written = ""] = what.split(">");
        const found = more === "" ? {} : { value: textOf(more) };
        return {
          ...base,
          kind,
          expected: textOf(expected),
          value: written,
          returned: returned === null ? null : { ...returned, swapped: mark !== "!", ...found },
        };
      }
      default:
        throw new Error(`no operation: ${line}`);
    }
  });
}

function textOf(text: string): Value {
  if (text === "nil") return null;
  return text === "''" ? "" : text;
}
