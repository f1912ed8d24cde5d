/** What is repeated: each has brought a pattern, a parser or a loop of somebody's to its knees. */
export const PIECES: Readonly<Record<string, string>> = {
  blanks: " ",
  tabs: "\t",
  newlines: "\n",
  "carriage returns and newlines": "\r\n",
  "no-break blanks": "\u00a0",
  "one letter": "a",
  underscores: "_",
  "underscores and digits": "_1",
  digits: "1",
  dots: ".",
  dashes: "-",
  slashes: "/",
  backslashes: "\\",
  "double quotes": '"',
  "single quotes": "'",
  at: "at ",
  "at and blanks": "at   ",
  "a frame's places": "a:1:1 ",
  frames: "    at f (submission.js:1:1)\n",
  aliases: " [as ",
  "opening parentheses": "(",
  "both parentheses": "()",
  "places of the compiler": "(1,1): error TS1",
  "opening brackets": "[",
  "opening braces": '{"a":',
  "zero bytes": "\u0000",
  escapes: "\u001b[2J",
  "C1 letters": "\u009b",
  "lone surrogates": "\ud800",
  "letters beyond U+FFFF": "😀",
  "marks that combine": "a\u0301\u0327",
  "writing that turns": "\u202e",
  "line separators": "\u2028",
  "class declarations": "Raft = class _Raft;",
  "class and blanks": "class  ",
  equals: "objectformat=",
  semicolons: "; =",
  commas: ",",
  "YAML that nests": "- ",
  "stuck lines": '{"stuck":["at f (submission.js:1:1)"]}\n',
  "refs of a bundle": `${"0".repeat(40)} refs/heads/a\n`,
};

/** Each repeated, and each with an end that it does not lead to; made when it is its turn, as a large one takes memory. */
export function* textsOf(size: number): Generator<[string, string]> {
  for (const [name, piece] of Object.entries(PIECES)) {
    const text = piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
    yield [name, text];
    yield [`${name}, and something else`, `at${text}!`];
  }
}

/** What may be taken of CPU time for so many letters: a square would be far beyond. */
export function msFor(size: number): number {
  return 100 + size / 1_000;
}

/** What throws for a user may: what it takes to do so is looked at. */
export function quiet(use: () => unknown): unknown {
  try {
    return use();
  } catch (error) {
    return error;
  }
}
