/** Under this name a submission's function is given what its classes tell their private fields to. */
export const PRIVATE_FIELDS = "__consensusLabsPrivateField";

/**
 * A bundle whose classes also tell how their private fields are read: nothing outside of a class body can read one, but
 * an inspector, which makes texts of what it finds, and runs code of the realm for some of them. In front of each field's
 * declaration, on the same line, stands a static block with a function that looks for the field and reads it.
 *
 * Fields are found as the bundler writes them: on a line of their own. Takes time in proportion to the text.
 */
export function withPrivateFields(code: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const { at, name } of declarations(code)) {
    const read = `(o) => ${name} in o ? o.${name} : ${PRIVATE_FIELDS}`;
    parts.push(code.slice(from, at), `static { ${PRIVATE_FIELDS}(this, "${name}", ${read}); } `);
    from = at;
  }
  parts.push(code.slice(from));
  return parts.join("");
}

interface Declaration {
  readonly at: number;
  readonly name: string;
}

/** A class has few; a text of more is none that a person wrote. */
const DECLARATIONS_MAX = 2_000;
const NAME = /#[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/uy;

/** Where a line begins with a private name that is declared there. Strings, comments and templates are passed over. */
function declarations(code: string): Declaration[] {
  const found: Declaration[] = [];
  const scan = new Scan(code);
  while (found.length < DECLARATIONS_MAX && scan.toLineWithName()) {
    NAME.lastIndex = scan.at;
    const [name = ""] = NAME.exec(code) ?? [];
    const behind = scan.at + name.length;
    if (name !== "" && (code.startsWith(";", behind) || code.startsWith(" = ", behind)))
      found.push({ at: scan.at, name });
    scan.at += Math.max(1, name.length);
  }
  return found;
}

/** Goes through a bundle as far as it must be understood for that: what is inside of a text, and what is not. */
class Scan {
  at = 0;
  /** For each open brace: whether a template goes on behind it. */
  private readonly braces: boolean[] = [];
  private isLineStart = true;

  constructor(private readonly code: string) {}

  /** Stops where the first letter of a line is `#`, outside of all texts. False: there is no further one. */
  toLineWithName(): boolean {
    const { code } = this;
    while (this.at < code.length) {
      const letter = code.charAt(this.at);
      if (letter === "#" && this.isLineStart) {
        this.isLineStart = false;
        return true;
      }
      if (letter === "\n") this.isLineStart = true;
      else if (letter !== " " && letter !== "\t") this.isLineStart = false;
      this.step(letter);
    }
    return false;
  }

  private step(letter: string): void {
    const { code, at } = this;
    const next = code.charAt(at + 1);
    if (letter === '"' || letter === "'") this.at = endOfString(code, at, letter);
    else if (letter === "`") this.template();
    else if (letter === "/" && next === "/") this.at = indexOr(code, "\n", at);
    else if (letter === "/" && next === "*") this.at = indexOr(code, "*/", at + 2) + 2;
    else if (letter === "/" && this.beginsRegex()) this.at = endOfRegex(code, at);
    else if (letter === "}" && this.braces.pop() === true) this.template();
    else {
      if (letter === "{") this.braces.push(false);
      this.at++;
    }
  }

  /** From where a template begins, or goes on, to its end or the next `${`. */
  private template(): void {
    const { code } = this;
    let end = this.at + 1;
    while (end < code.length && code.charAt(end) !== "`" && !code.startsWith("${", end)) {
      end += code.charAt(end) === "\\" ? 2 : 1;
    }
    if (code.charAt(end) === "$") {
      this.braces.push(true);
      end++;
    }
    this.at = end + 1;
  }

  /** Whether a slash comes where an operand is due: behind a sign, or behind a word that no operand ends with. */
  private beginsRegex(): boolean {
    const { code } = this;
    let before = this.at - 1;
    while (before >= 0 && " \t\n".includes(code.charAt(before))) before--;
    const letter = code.charAt(before);
    if (letter === ")" || letter === "]" || letter === "}" || letter === '"' || letter === "'" || letter === "`")
      return false;
    if (!/[\w$#]/.test(letter)) return true;
    let start = before;
    while (start > 0 && before - start < 12 && /[\w$#]/.test(code.charAt(start - 1))) start--;
    return /^(?:return|typeof|case|in|of|throw|yield|await|else|do|new|delete|void|instanceof)$/.test(
      code.slice(start, before + 1),
    );
  }
}

function indexOr(code: string, what: string, from: number): number {
  const index = code.indexOf(what, from);
  return index === -1 ? code.length : index;
}

function endOfString(code: string, start: number, quote: string): number {
  let end = start + 1;
  while (end < code.length && code.charAt(end) !== quote && code.charAt(end) !== "\n") {
    end += code.charAt(end) === "\\" ? 2 : 1;
  }
  return end + 1;
}

/** Longer ones nobody writes; so slashes that begin none cost little each. */
const REGEX_LETTERS_MAX = 1_000;

/** What does not end on its line is a sign. */
function endOfRegex(code: string, start: number): number {
  const stop = Math.min(code.length, start + REGEX_LETTERS_MAX);
  let isInClass = false;
  for (let end = start + 1; end < stop && code.charAt(end) !== "\n"; end++) {
    const letter = code.charAt(end);
    if (letter === "\\") end++;
    else if (letter === "[") isInClass = true;
    else if (letter === "]") isInClass = false;
    else if (letter === "/" && !isInClass) return end + 1;
  }
  return start + 1;
}
