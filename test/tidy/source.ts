/** One source file as the rules look at it. */
export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  /** The text with comments and the insides of strings blanked out; same length, same lines. */
  readonly code: string;
  /** The text with comments blanked out. */
  readonly uncommented: string;
  readonly regexes: readonly { readonly pattern: string; readonly flags: string; readonly index: number }[];
}

export interface Import {
  readonly specifier: string;
  /** Nothing of it is left at run time. */
  readonly isType: boolean;
  /** What stands between `import` and `from`. */
  readonly clause: string;
  readonly line: number;
}

/** After these a slash begins a regular expression; after anything else it divides. */
const BEFORE_REGEX = /(^|[=(,:;!&|?{}[\n+\-*%<>~^]|\b(return|typeof|case|in|of|throw|yield|await|else|do))\s*$/;
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[`{}]|\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

export function parseSource(path: string, text: string): Source {
  const comments: [number, number][] = [];
  const strings: [number, number][] = [];
  const regexes: { pattern: string; flags: string; index: number }[] = [];
  /** For every open brace or template: whether it is a template's `${`. */
  const open: ("brace" | "template")[] = [];
  const shebang = text.startsWith("#!") ? text.indexOf("\n") : 0;
  if (shebang > 0) comments.push([0, shebang]);
  TOKEN.lastIndex = shebang;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [token] = match;
    const start = match.index;
    if (token.startsWith("//") || token.startsWith("/*")) comments.push([start, start + token.length]);
    else if (token === "{") open.push("brace");
    else if (token === "}" && open.pop() !== "template") continue;
    else if (token === "`" || token === "}") TOKEN.lastIndex = readTemplate(text, start + 1, strings, open);
    else if (token.startsWith("/") && !BEFORE_REGEX.test(text.slice(0, start))) TOKEN.lastIndex = start + 1;
    else strings.push([start + 1, start + token.length - 1]);
    if (token.startsWith("/") && TOKEN.lastIndex === start + token.length && !/^\/[/*]/.test(token)) {
      const end = token.lastIndexOf("/");
      regexes.push({ pattern: token.slice(1, end), flags: token.slice(end + 1), index: start });
    }
  }
  const uncommented = blank(text, comments);
  return { path, text, uncommented, code: blank(uncommented, strings), regexes };
}

/** Reads template text up to its end or its next `${`; gives where code goes on. */
function readTemplate(
  text: string,
  start: number,
  strings: [number, number][],
  open: ("brace" | "template")[],
): number {
  const end = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
  end.lastIndex = start;
  end.exec(text);
  const stop = end.lastIndex;
  strings.push([start, stop]);
  if (text[stop] === "`") return stop + 1;
  open.push("template");
  return stop + 2;
}

function blank(text: string, ranges: readonly [number, number][]): string {
  let result = "";
  let position = 0;
  for (const [start, end] of ranges) {
    result += text.slice(position, start) + text.slice(start, end).replace(/[^\n]/g, " ");
    position = end;
  }
  return result + text.slice(position);
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

/** All static and dynamic imports and re-exports. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  const pattern = /\b(?:import|export)\b([^;"'`()]*?)\bfrom\s*(["'])|\bimport\s*(["'])|\bimport\s*\(\s*(["'])/g;
  for (const match of source.code.matchAll(pattern)) {
    const start = match.index + match[0].length;
    const quote = source.text[start - 1] ?? '"';
    const clause = (match[1] ?? "").trim();
    found.push({
      specifier: source.text.slice(start, source.text.indexOf(quote, start)),
      isType: isTypeClause(clause),
      clause,
      line: lineAt(source.text, match.index),
    });
  }
  return found;
}

function isTypeClause(clause: string): boolean {
  if (/^type\b/.test(clause)) return true;
  const names = /^\{([\s\S]*)\}$/
    .exec(clause)?.[1]
    ?.split(",")
    .filter((name) => name.trim() !== "");
  return names !== undefined && names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
}
