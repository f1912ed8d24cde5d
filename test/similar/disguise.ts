import { type Node, parse } from "acorn";
import { transformSync } from "esbuild";

/** The sources of a submission by their paths. */
export type Sources = ReadonlyMap<string, string>;

/** One way to make a copy look like work of one's own; the outcome need not run, but reads as a program. */
export type Disguise = (sources: Sources) => Sources;

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Children = Record<string, unknown>;

/** Comments and types stripped, and laid out anew. */
export const stripped: Disguise = (sources) =>
  new Map([...sources].map(([path, text]) => [path.replace(/\.ts$/, ".js"), scriptOf(path, text)]));

function scriptOf(path: string, text: string): string {
  return transformSync(text, { loader: path.endsWith(".ts") ? "ts" : "js", target: "es2022" }).code;
}

/** All names that are the author's own to choose, types and all. */
export const renamed: Disguise = (sources) => {
  const isTheirs = (word: string) => !FIXED.has(word) && !/^(?:[A-Z][a-z]+Error|Uint8Array)$/.test(word);
  const newName = (word: string) => (isTheirs(word) ? `${word.startsWith("#") ? "#" : ""}v${hashOf(word)}` : word);
  return new Map(
    [...sources].map(([path, text]) => [
      path,
      text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"[^"\n]*"|#?(?<![\w$])[A-Za-z_$][\w$]*/g, (token) =>
        /^["/]/.test(token) ? token : newName(token),
      ),
    ]),
  );
};

/** Members of classes and functions in another order. */
export const reordered: Disguise = edited((code, root) => {
  const edits: Edit[] = [];
  walk(root, (node) => {
    if (node.type !== "ClassBody" && node.type !== "Program") return;
    const all = (node as unknown as { body: Node[] }).body;
    const movable = all.filter(({ type }) => type === "MethodDefinition" || type === "FunctionDeclaration");
    const shuffled = [...movable].sort((a, b) => hashOf(text(code, a)) - hashOf(text(code, b)));
    movable.forEach(({ start, end }, at) => {
      edits.push({ start, end, text: text(code, shuffled[at] as Node) });
    });
  });
  return outermost(edits);
});

/** What a long function does in its second half is a method of its own. */
export const split: Disguise = edited((code, root) => {
  const edits: Edit[] = [];
  walk(root, (node) => {
    if (node.type !== "MethodDefinition") return;
    const { kind, value } = node as unknown as { kind: string; value: { body: { body: Node[] }; async: boolean } };
    const statements = value.body.body;
    if (kind !== "method" || statements.length < 4) return;
    const first = statements[Math.ceil(statements.length / 2)] as Node;
    const last = statements.at(-1) as Node;
    const moved = code.slice(first.start, last.end);
    const name = `rest${hashOf(moved)}`;
    const mark = value.async ? "async " : "";
    edits.push({ start: first.start, end: last.end, text: `return this.${name}(args);` });
    edits.push({ start: node.end, end: node.end, text: `\n  ${mark}${name}(args) {\n    ${moved}\n  }` });
  });
  return edits;
});

/** Every other method is one with the method before it. */
export const joined: Disguise = edited((code, root) => {
  const edits: Edit[] = [];
  walk(root, (node) => {
    if (node.type !== "ClassBody") return;
    const methods = (node as unknown as { body: Node[] }).body.filter(
      (one) => one.type === "MethodDefinition" && (one as unknown as { kind: string }).kind === "method",
    );
    for (let at = 0; at + 1 < methods.length; at += 2) {
      const [one, other] = [methods[at] as Node, methods[at + 1] as Node];
      const inner = (method: Node) => {
        const { body } = (method as unknown as { value: { body: Node } }).value;
        return code.slice(body.start + 1, body.end - 1);
      };
      edits.push({ start: one.start, end: one.end, text: "" });
      const isAsync = [one, other].some((method) => (method as unknown as { value: { async: boolean } }).value.async);
      const head = `${isAsync ? "async " : ""}both${at}(kind, args)`;
      const joint = `${head} {\n if (kind === 1) {${inner(one)}}\n else {${inner(other)}}}`;
      edits.push({ start: other.start, end: other.end, text: joint });
    }
  });
  return edits;
});

/** Loops over lists count down, loops with a condition are written the other way. */
export const turned: Disguise = edited((code, root) => {
  const edits: Edit[] = [];
  walk(root, (node) => {
    const { left, right, body, test, init, update } = node as unknown as Record<string, Node | null>;
    if (node.type === "ForOfStatement" && left && right && body) {
      const list = text(code, right);
      const head = `for (let i = ${list}.length - 1; i >= 0; i--) { ${text(code, left)} = ${list}[i]; `;
      edits.push({ start: node.start, end: body.start, text: head });
      edits.push({ start: node.end, end: node.end, text: " }" });
    } else if (node.type === "WhileStatement" && test && body) {
      edits.push({ start: node.start, end: body.start, text: `for (; ${text(code, test)}; ) ` });
    } else if (node.type === "ForStatement" && test && update && body && body.type === "BlockStatement") {
      edits.push({
        start: node.start,
        end: body.start,
        text: `${init ? text(code, init) : ""}; while (!(${text(code, test)} === false)) `,
      });
      edits.push({ start: body.end - 1, end: body.end - 1, text: ` ${text(code, update)}; ` });
    }
  });
  return edits;
});

/** Lines that do nothing between the others. */
export const padded: Disguise = edited((_code, root) => {
  const edits: Edit[] = [];
  let count = 0;
  walk(root, (node) => {
    if (node.type !== "BlockStatement") return;
    for (const { end } of (node as unknown as { body: Node[] }).body) {
      if (++count % 5 === 0) edits.push({ start: end, end, text: ` this.trace("step ${count}", { at: Date.now() });` });
    }
  });
  return edits;
});

/** One after the other. */
export function all(...disguises: readonly Disguise[]): Disguise {
  return (sources) => disguises.reduce((before, disguise) => disguise(before), sources);
}

function edited(editsOf: (code: string, root: Node) => readonly Edit[]): Disguise {
  return (sources) => {
    // What is private by its sign is so by habit from now on, since methods may go.
    const scripts = [...stripped(sources)].map(([path, code]) => [path, code.replace(/#(?=[A-Za-z])/g, "_")] as const);
    return new Map(
      scripts.map(([path, code]) => {
        const root = parse(code, { ecmaVersion: "latest", sourceType: "module" });
        return [path, apply(code, editsOf(code, root))];
      }),
    );
  };
}

function apply(code: string, edits: readonly Edit[]): string {
  let done = code;
  const ordered = edits.map((edit, at) => ({ ...edit, at }));
  ordered.sort((a, b) => b.start - a.start || b.end - a.end || b.at - a.at);
  for (const { start, end, text: put } of ordered) done = done.slice(0, start) + put + done.slice(end);
  return done;
}

/** Those that lie in no other. */
function outermost(edits: readonly Edit[]): Edit[] {
  return edits.filter(({ start, end }) => !edits.some((one) => one.start < start && one.end > end));
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  for (const value of Object.values(node as unknown as Children)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof (child as Node | null)?.type === "string") walk(child as Node, visit);
    }
  }
}

function text(code: string, { start, end }: Node): string {
  return code.slice(start, end);
}

function hashOf(word: string): number {
  let hash = 7;
  for (const letter of word) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
  return hash % 1_000_000;
}

/** Words of the language, of what a realm has, and of the lab's interface. */
const FIXED = new Set(
  (
    "abstract as async await break case catch class const constructor continue declare default delete do else enum export extends " +
    "false finally for from function get if implements import in infer instanceof interface is keyof let new null number of " +
    "override private protected public readonly return satisfies set static string super switch this throw true try type " +
    "typeof undefined unknown never void while yield boolean symbol any object ReturnType Readonly Record Pick Omit Partial " +
    "push pop shift unshift slice splice concat map filter reduce some every find findIndex findLast findLastIndex indexOf " +
    "forEach includes sort reverse join fill flat flatMap entries keys values at isArray length has add clear size min max " +
    "floor ceil round random abs now setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate then resolve " +
    "reject race Promise Map Set Array Object Math Date Number String Error JSON queueMicrotask call readState readSnapshot " +
    "save encode decode assign freeze stringify parse structuredClone isInteger Raft start getState snapshot kill " +
    "ApplyMsg ClientEnd Persister RaftPeer"
  ).split(" "),
);
