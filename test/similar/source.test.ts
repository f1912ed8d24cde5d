import { describe, expect, it, test } from "vitest";
import { fingerprintsOf, MAX_TOKENS } from "../../grader/similar/fingerprints.ts";
import { tokensOf } from "../../grader/similar/source/lexer.ts";
import { shapeOf } from "../../grader/similar/source/shape.ts";
import { withoutTypes } from "../../grader/similar/source/strip-types.ts";
import { tooMuchCpu } from "../cpu.ts";
import { APART } from "./classes.ts";
import { stripped } from "./disguise.ts";

const tokens = (text: string) => tokensOf(text, 10_000);
const words = (text: string) => [...shapeOf(withoutTypes(tokens(text))).words].join(" ");
const kept = (text: string) =>
  withoutTypes(tokens(text))
    .map((token) => token.text || token.kind)
    .join(" ");

describe("tokens", () => {
  it("have no comments, and their lines", () => {
    expect(tokens("// a\n/* b\n*/ x /= /[/]\\/'/g; // '")).toMatchObject([
      { text: "x", line: 3 },
      { text: "/=" },
      { kind: "regex" },
      { text: ";", line: 3 },
    ]);
  });

  it("are those of templates too, one in the other", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    expect(kept("`a ${ f({ b: `c ${d}` }) } e` / 2")).toBe("string f ( { b : string d string } ) string / 2");
  });

  it.each(["'", '"', "`", "/*", "/", "`${", "#!", "\\", "a ? .5 : b", "}}}", "\ud800"])(
    "come of %j, which ends too early",
    (text) => {
      expect(() => words(text)).not.toThrow();
    },
  );
});

describe("types go", () => {
  it.each([
    ["const x: Map<string, number[]> = new Map<string, number[]>();", "const x = new Map ( ) ;"],
    [
      "function f<T extends object>(a: T, b?: (x: T) => void, ...c: T[]): x is Y { return a as unknown as Z; }",
      "function f ( a , b , ... c ) { return a ; }",
    ],
    [
      "class A<T> extends B<T> implements C, D<T> { private readonly x!: number; y?: { z: string }\n #m(): Promise<void> { } }",
      "class A extends B { x ; y #m ( ) { } }",
    ],
    ["interface X { a: number; b(): void }\ntype Y<T> = T extends X ? { a: 1 } : never;\nlet z = 1;", "let z = 1 ;"],
    [
      'import { a, type B } from "./b.ts";\nimport "c";\nexport { a } from "d";\nexport * from "e";\nexport const x = 1;',
      "const x = 1 ;",
    ],
    [
      "const o = { a: b, c(d: E): F { return d!.e; }, [g]: h };",
      "const o = { a : b , c ( d ) { return d . e ; } , [ g ] : h } ;",
    ],
    ["switch (a) { case b: { c(); } default: d(); }", "switch ( a ) { case b : { c ( ) ; } default : d ( ) ; }"],
    [
      "const y = a ? b : c ? (d) : e; for (const k of l satisfies M) ;",
      "const y = a ? b : c ? ( d ) : e ; for ( const k of l ) ;",
    ],
    ["if (a < b && c > (d)) e = f < g || h >= i;", "if ( a < b && c > ( d ) ) e = f < g || h >= i ;"],
    ["const g = async <T>(a: T): Promise<T> => a;", "const g = async ( a ) => a ;"],
    ["const { a: b = 1 }: C = d; let e: typeof f | keyof G = h", "const { a : b = 1 } = d ; let e = h"],
    [
      "this.type = type; const type = a.interface; as = x.as;",
      "this . type = type ; const type = a . interface ; as = x . as ;",
    ],
  ])("%s", (typed, plain) => {
    expect(kept(typed)).toBe(plain);
  });

  it("from whole solutions, of which as much is left as a compiler leaves", () => {
    for (const [name, sources] of APART) {
      const [typed, plain] = [sources, stripped(sources)].map(
        (one) => new Set(fingerprintsOf([...one].map(([path, text]) => ({ path, text }))).unique),
      );
      const shared = [...(typed ?? [])].filter((hash) => plain?.has(hash)).length;
      expect(shared / Math.min(typed?.size ?? 0, plain?.size ?? 0), name).toBeGreaterThan(0.85);
    }
  });
});

test.each([
  ["for (const x of xs) f(x);", "xs.forEach((x) => f(x))"],
  ["while (a) b();", "for (; a; ) b();"],
  ["if (a) { b = 1; } else { c = 2; }", "a ? b = 3 : c = 4"],
  ["this.log.entries.push(x)", "entries.push(y);"],
  ["const f = async function (a) { return a; }", "let g = (b) => { return b; }"],
  ["if (!a || b !== c) i++;", "if (d && e === f) { k -= 1 }"],
])("%s is no other than %s", (one, other) => {
  const sorted = (text: string) => text.split(" ").sort().join(" ");
  expect(sorted(words(one))).toBe(sorted(words(other)));
});

test.each([
  ["a.push(b)", "a.shift(b)"],
  ["if (a < b) c();", "if (a === b) c();"],
  ["for (;;) a();", "if (a) a();"],
])("%s is another than %s", (one, other) => expect(words(one)).not.toBe(words(other)));

test("of a source without end the beginning is compared, and that is said", () => {
  const long = { path: "raft.ts", text: "a;".repeat(MAX_TOKENS) };
  expect(fingerprintsOf([long, long])).toMatchObject({ leftOut: "only its first 150000 tokens were compared" });
  expect(fingerprintsOf([{ path: "raft.ts", text: "a;".repeat(1_000) }]).leftOut).toBeUndefined();
});

describe("of 100 000 letters", () => {
  const pieces = [
    "type a<",
    "type a = ",
    "interface a ",
    "implements {",
    "import a,",
    "export {",
    "a<b,",
    " as a",
    "x:(",
    "/[",
    "=/[",
    "`${",
    ": a extends b ?",
    "class ",
    "?.",
    "a?:",
    "!",
    "((",
    "[",
    "{",
    "<<",
    "a<(",
    ">",
    "case a:",
    "0.",
    "\\",
  ];

  it.each(pieces)("repeated %j take bounded time", (piece) => {
    const text = piece.repeat(100_000 / piece.length);
    expect(tooMuchCpu(() => fingerprintsOf([{ path: "raft.ts", text }]), 500)).toBeNull();
  });
});
