import { TREE, type Tree } from "../../types.ts";
import type { Run } from "./run.ts";

/** A value taken apart: either a text for a leaf, or what it holds. */
export type Parts =
  | { readonly kind: "leaf"; readonly text: string }
  | {
      readonly kind: "object" | "list";
      readonly items: readonly (readonly [name: string, value: Tree])[];
      readonly more: string;
    };

export function partsOf(run: Run, tree: Tree): Parts {
  if (!Array.isArray(tree)) return { kind: "leaf", text: scalarText(tree) };
  const [tag, ...rest] = tree as readonly [number, ...unknown[]];
  switch (tag) {
    case TREE.list:
      return { kind: "list", items: numbered(rest as Tree[], 0), more: "" };
    case TREE.longList: {
      const [left, first, ...items] = rest as [number, number, ...Tree[]];
      const [before, after] = [items.slice(0, first), items.slice(first)];
      const all = [...numbered(before, 0), ...numbered(after, first + left)];
      return { kind: "list", items: all, more: `${left} items from ${first} on are left out` };
    }
    case TREE.longText:
      return { kind: "leaf", text: `${JSON.stringify(rest[1])}… (${rest[0]} bytes)` };
    case TREE.bytes:
      return {
        kind: "leaf",
        text:
          rest[0] === 0
            ? "0 bytes"
            : `${rest[0]} bytes: ${rest[1]}${(rest[0] as number) * 2 > (rest[1] as string).length ? "…" : ""}`,
      };
    case TREE.textBytes:
      return { kind: "leaf", text: `${rest[0]} bytes: ${onOneLine(String(rest[1]))}` };
    case TREE.encoded:
      return partsOf(run, rest[1] as Tree);
    case TREE.left:
      return { kind: "leaf", text: `(${rest[0]})` };
  }
  const [names, more] = run.data.shapes[tag] ?? [[], 0];
  const items = names.map((name, at) => [name, rest[at] as Tree] as const);
  return { kind: "object", items, more: more > 0 ? `${more} more fields` : "" };
}

function numbered(items: readonly Tree[], from: number): (readonly [string, Tree])[] {
  return items.map((item, at) => [String(from + at), item]);
}

/** Breaks of lines and the like as they are written in a program. */
function onOneLine(text: string): string {
  return text.replace(/[\n\r\t\v\f]/g, (blank) => JSON.stringify(blank).slice(1, -1));
}

function scalarText(value: Tree): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A field of an object; undefined when it has none of that name. */
export function fieldOf(run: Run, tree: Tree | undefined, name: string): Tree | undefined {
  if (!Array.isArray(tree)) return undefined;
  if (tree[0] === TREE.encoded) return fieldOf(run, tree[2] as Tree, name);
  if ((tree[0] as number) < 0) return undefined;
  const at = run.data.shapes[tree[0] as number]?.[0].indexOf(name) ?? -1;
  return at < 0 ? undefined : (tree[at + 1] as Tree);
}

/** A value on one line, like a literal, with so many letters at most. `isFirst`: of which of its fields come first. */
export function lineOf(
  run: Run,
  tree: Tree | undefined,
  most: number,
  isFirst: (value: Tree, name: string) => boolean = () => false,
): string {
  if (tree === undefined) return "";
  const text = literal(run, tree, { left: most }, isFirst);
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function literal(
  run: Run,
  tree: Tree,
  room: { left: number },
  isFirst: (value: Tree, name: string) => boolean = () => false,
): string {
  if (room.left <= 0) return "…";
  const parts = partsOf(run, tree);
  if (parts.kind === "leaf") {
    room.left -= parts.text.length;
    return parts.text;
  }
  const shown: string[] = [];
  const firsts = parts.kind === "object" ? parts.items.filter(([name, value]) => isFirst(value, name)) : [];
  const items = firsts.length === 0 ? parts.items : [...firsts, ...parts.items.filter((one) => !firsts.includes(one))];
  for (const [name, value] of items) {
    if (room.left <= 0) break;
    room.left -= parts.kind === "object" ? name.length + 4 : 2;
    const text = literal(run, value, room);
    shown.push(parts.kind === "object" ? `${name}: ${text}` : text);
  }
  const more = parts.more !== "" || shown.length < parts.items.length ? [...shown, "…"] : shown;
  if (parts.kind === "list") return `[${more.join(", ")}]`;
  return more.length === 0 ? "{}" : `{ ${more.join(", ")} }`;
}
