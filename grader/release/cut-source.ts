import {
  type Expression,
  type FunctionDeclaration,
  type Node,
  type ObjectExpression,
  type Property,
  parse,
  type SpreadElement,
} from "acorn";
import { matchesPattern } from "../batch/index.ts";
import type { Omission } from "./omission.ts";

/**
 * Takes out of a module of the labs what says anything of scenarios that are left out: the objects that define them, by their
 * `id`, their places in tables of points, and their ids in lists; in tables, points become those of the omission. A module
 * that lists the labs keeps those of the omission. Functions and constants that nobody needs any more are the bundler's to drop.
 *
 * Relies on how labs are written: a scenario is an object in an array, and its id a string, or a template around what tells
 * the stages apart, such as `${suite}/swarm`, which goes when all scenarios that it stands for do. `checkPackage` sees to it
 * that the outcome is right.
 *
 * @param code JavaScript, as it is without types.
 */
export function cutSource(code: string, omission: Omission): string {
  const cut = new Cut(code, omission);
  cut.visit(parse(code, { ecmaVersion: "latest", sourceType: "module" }));
  return cut.result();
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

class Cut {
  private readonly edits: Edit[] = [];

  constructor(
    private readonly code: string,
    private readonly omission: Omission,
  ) {}

  visit(node: Node): void {
    switch (node.type) {
      case "ArrayExpression": {
        const { elements } = node as unknown as { readonly elements: readonly (Expression | SpreadElement | null)[] };
        this.visitItems(node, elements, (element) => element !== null && this.isOmitted(element));
        break;
      }
      case "ObjectExpression":
        this.visitItems(node, (node as ObjectExpression).properties, (property) => this.isOmittedEntry(property));
        break;
      case "FunctionDeclaration":
        if (this.givesNothing(node as FunctionDeclaration)) {
          const { body } = node as FunctionDeclaration;
          this.edits.push({ start: body.start, end: body.end, text: "{ return []; }" });
          break;
        }
        for (const child of childrenOf(node)) this.visit(child);
        break;
      default:
        for (const child of childrenOf(node)) this.visit(child);
    }
  }

  result(): string {
    let code = this.code;
    for (const { start, end, text } of this.edits.sort((a, b) => b.start - a.start))
      code = `${code.slice(0, start)}${text}${code.slice(end)}`;
    return code;
  }

  /** Each goes with the comma behind it: one that is left at the end makes no further element. */
  private visitItems<Item extends Node>(
    parent: Node,
    items: readonly (Item | null)[],
    isOmitted: (item: Item) => boolean,
  ): void {
    for (const [at, item] of items.entries()) {
      if (item === null) continue;
      if (!isOmitted(item)) this.visit(item);
      else this.edits.push({ start: item.start, end: items[at + 1]?.start ?? parent.end - 1, text: "" });
    }
  }

  private isOmitted(element: Expression | SpreadElement): boolean {
    const { otherLabs, hidden } = this.omission;
    // The list of labs names them by their ids.
    if (element.type === "Identifier") return otherLabs.includes(element.name);
    if (element.type === "Literal") return typeof element.value === "string" && hidden.has(element.value);
    const pattern = element.type === "ObjectExpression" ? idPatternOf(element) : null;
    if (pattern === null) return false;
    const meant = [...this.omission.scenarios.keys()].filter((id) => matchesPattern(pattern, id));
    return meant.length > 0 && meant.every((id) => hidden.has(id));
  }

  /** Ends in a list of scenarios of which none stays: what it does before is of no use any more. */
  private givesNothing({ body }: FunctionDeclaration): boolean {
    const last = body.body.at(-1);
    if (last?.type !== "ReturnStatement" || last.argument?.type !== "ArrayExpression") return false;
    const { elements } = last.argument;
    return elements.length > 0 && elements.every((element) => element !== null && this.isOmitted(element));
  }

  private isOmittedEntry(property: Property | SpreadElement): boolean {
    const key = property.type === "Property" ? keyOf(property) : null;
    if (key === null || property.type !== "Property") return false;
    if (this.omission.hidden.has(key)) return true;
    const points = this.omission.points.get(key);
    const { value } = property;
    if (points !== undefined && value.type === "Literal" && typeof value.value === "number")
      this.edits.push({ start: value.start, end: value.end, text: String(points) });
    return false;
  }
}

/** The value of the property `id`, with `*` for what is filled in; null when it has none. */
function idPatternOf(object: ObjectExpression): string | null {
  for (const property of object.properties) {
    if (property.type !== "Property" || keyOf(property) !== "id") continue;
    const { value } = property;
    if (value.type === "Literal" && typeof value.value === "string") return value.value;
    if (value.type === "TemplateLiteral") return value.quasis.map(({ value: { cooked } }) => cooked ?? "").join("*");
  }
  return null;
}

function keyOf({ key, computed }: Property): string | null {
  if (key.type === "Identifier" && !computed) return key.name;
  return key.type === "Literal" && typeof key.value === "string" ? key.value : null;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flatMap((field: unknown) => (Array.isArray(field) ? field : [field]).filter(isNode));
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}
