import type { Token } from "./lexer.ts";

export interface TypeContext {
  /** `(x) => y` is a type here, not the beginning of a function whose result is a type. */
  readonly allowsArrow: boolean;
  /** What stands on a new line and goes on with no type is of the next statement. */
  readonly endsWithLine?: boolean;
  /** `a extends b ? c : d` is a type here. */
  readonly allowsConditions?: boolean;
}

const OPENING: ReadonlyMap<string, string> = new Map(
  ["()", "[]", "{}", "<>"].map(([open, close]) => [open, close] as [string, string]),
);
/** Behind each of these more of the type follows. */
const PREFIXES = new Set("keyof typeof readonly infer unique new asserts abstract is extends".split(" "));
const JOINING = new Set(["|", "&", "."]);
const INFIX_WORDS = new Set(["is", "extends"]);

/** Where the type that begins at `start` ends. */
export function endOfType(tokens: readonly Token[], start: number, context: TypeContext): number {
  let needsOperand = true;
  let wasParen = false;
  for (let at = start; at < tokens.length; ) {
    const { kind, text, line } = tokens[at] as Token;
    if (needsOperand) {
      if (kind === "word") needsOperand = PREFIXES.has(text) && tokens[at + 1]?.kind !== "sign";
      else if (OPENING.has(text)) {
        at = endOfBrackets(tokens, at);
        wasParen = text === "(";
        // A function's own type parameters.
        needsOperand = text === "<";
        continue;
      } else if (kind === "sign" && text !== "|" && text !== "&" && text !== "-") return at;
      else needsOperand = kind === "sign";
      if (kind === "word" && PREFIXES.has(text) && OPENING.has(tokens[at + 1]?.text ?? "")) needsOperand = true;
      wasParen = false;
      at++;
      continue;
    }
    const isNewLine = tokens[at - 1]?.line !== line;
    if (context.endsWithLine === true && isNewLine && !JOINING.has(text) && text !== "?" && text !== ":") return at;
    if (JOINING.has(text)) needsOperand = true;
    else if ((text === "[" || text === "<") && !isNewLine) {
      at = endOfBrackets(tokens, at);
      continue;
    } else if (text === "=>" && wasParen && context.allowsArrow) needsOperand = true;
    else if (kind === "word" && INFIX_WORDS.has(text)) needsOperand = true;
    else if (context.allowsConditions === true && (text === "?" || text === ":")) needsOperand = true;
    else return at;
    at++;
  }
  return tokens.length;
}

/** Behind the bracket that closes the one at `start`; angle brackets close one for each of their letters. */
function endOfBrackets(tokens: readonly Token[], start: number): number {
  const open: string[] = [];
  for (let at = start; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== "sign") continue;
    if (OPENING.has(text)) open.push(OPENING.get(text) as string);
    else if (/^>+$/.test(text)) {
      for (let i = 0; i < text.length && open.at(-1) === ">"; i++) open.pop();
    } else if (text === ")" || text === "]" || text === "}") {
      // What was less than, after all, is never closed.
      while (open.at(-1) === ">") open.pop();
      if (open.pop() !== text) return at;
    }
    if (open.length === 0) return at + 1;
  }
  return tokens.length;
}

/** Longer lists of types nobody writes where they could be comparisons. */
const MAX_ARGUMENT_TOKENS = 80;
const IN_ARGUMENTS = new Set([..."<>.,|&[](){}:;?=-", "=>", ">>", ">>>"]);
const BEHIND_ARGUMENTS = new Set(["(", ")", "{", ";", ",", "]", "=>", "implements", "extends"]);

/**
 * Behind the `>` when the `<` at `start` opens types rather than compares: only what types are made of stands up to its end,
 * and behind it what can follow there. Else `start`.
 *
 * @param isCertain It opens types, whatever follows.
 */
export function endOfTypeArguments(tokens: readonly Token[], start: number, isCertain = false): number {
  let depth = 0;
  let others = 0;
  const stop = Math.min(tokens.length, start + MAX_ARGUMENT_TOKENS);
  for (let at = start; at < stop; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind === "regex" || (kind === "sign" && !IN_ARGUMENTS.has(text))) return start;
    if (kind !== "sign") continue;
    if (text === "<") depth++;
    else if (text === "(" || text === "[" || text === "{") others++;
    else if (text === ")" || text === "]" || text === "}") others--;
    else if (text === ";" && others === 0) return start;
    else if (/^>+$/.test(text)) depth -= text.length;
    if (others < 0) return start;
    if (depth > 0) continue;
    const isEnd = depth === 0 && (isCertain || BEHIND_ARGUMENTS.has(tokens[at + 1]?.text ?? ";"));
    return isEnd ? at + 1 : start;
  }
  return start;
}
