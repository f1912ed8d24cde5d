import { DOMParser, type Element, onErrorStopParsing } from "@xmldom/xmldom";
import { marked, type Token, type Tokens } from "marked";

/**
 * Elements of JUnit's XML with their attributes, those that must be there first, and what may stand in them. Source:
 * github.com/jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd.
 */
const JUNIT: Readonly<
  Record<string, { required: readonly string[]; optional: readonly string[]; children: readonly string[] }>
> = {
  testsuites: { required: [], optional: ["name", "time", "tests", "failures", "errors"], children: ["testsuite"] },
  testsuite: {
    required: ["name", "tests", "failures", "errors"],
    optional: ["group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url"],
    children: ["testsuite", "properties", "testcase", "system-out", "system-err"],
  },
  properties: { required: [], optional: [], children: ["property"] },
  property: { required: ["name", "value"], optional: [], children: [] },
  testcase: {
    required: ["name"],
    optional: ["time", "classname", "group"],
    children: ["skipped", "error", "failure", "system-out", "system-err"],
  },
  skipped: { required: [], optional: ["type", "message"], children: [] },
  error: { required: [], optional: ["type", "message"], children: [] },
  failure: { required: [], optional: ["type", "message"], children: [] },
};

/** Reads JUnit's XML with a reader that forgives nothing; throws what is against the schema. Gives tests by name. */
export function readJunit(
  text: string,
): ReadonlyMap<string, { readonly kind: string; readonly message: string; readonly body: string }> {
  const document = new DOMParser({ onError: onErrorStopParsing }).parseFromString(text, "text/xml");
  const cases = new Map<string, { kind: string; message: string; body: string }>();
  const visit = (element: Element) => {
    const rules = JUNIT[element.tagName];
    if (rules === undefined) throw new Error(`<${element.tagName}> is no element of JUnit's`);
    const names = [...element.attributes].map(({ name }) => name);
    for (const name of rules.required) if (!names.includes(name)) throw new Error(`<${element.tagName}> lacks ${name}`);
    for (const name of names)
      if (![...rules.required, ...rules.optional].includes(name)) throw new Error(`<${element.tagName}> has ${name}`);
    if (names.includes("time") && !/^\d+\.\d{3}$/.test(element.getAttribute("time") ?? "")) throw new Error("time");
    const children = [...element.childNodes].filter((node): node is Element => node.nodeType === node.ELEMENT_NODE);
    for (const child of children) {
      if (!rules.children.includes(child.tagName)) throw new Error(`<${child.tagName}> stands in <${element.tagName}>`);
      visit(child);
    }
    if (element.tagName === "testsuite") checkCounts(element, children);
    if (element.tagName !== "testcase") return;
    const [outcome] = children;
    cases.set(element.getAttribute("name") ?? "", {
      kind: outcome?.tagName ?? "passed",
      message: outcome?.getAttribute("message") ?? "",
      body: outcome?.textContent ?? "",
    });
  };
  if (document.documentElement === null) throw new Error("there is no element");
  visit(document.documentElement);
  return cases;
}

function checkCounts(suite: Element, children: readonly Element[]): void {
  const cases = children.filter(({ tagName }) => tagName === "testcase");
  const of = (tag: string) => cases.filter((one) => one.getElementsByTagName(tag).length > 0).length;
  const counted = { tests: cases.length, failures: of("failure"), errors: of("error"), skipped: of("skipped") };
  for (const [name, count] of Object.entries(counted))
    if (suite.getAttribute(name) !== String(count)) throw new Error(`${name} is not ${count}`);
}

/** Workflow commands of a log, read as GitHub's runner does: github.com/actions/runner, src/Runner.Common/ActionCommand.cs. */
export function readCommands(
  log: string,
): readonly { readonly name: string; readonly properties: Record<string, string>; readonly data: string }[] {
  return log.split(/\r\n|\r|\n/).flatMap((line) => {
    const old = line.indexOf("##[");
    const trimmed = line.trimStart();
    const end = trimmed.startsWith("::") ? trimmed.indexOf("::", 2) : -1;
    if (end < 0)
      return old >= 0 && line.includes("]", old) ? [{ name: line.slice(old), properties: {}, data: "" }] : [];
    const [name = "", ...rest] = trimmed.slice(2, end).split(" ");
    const pairs = rest
      .join(" ")
      .split(",")
      .map((pair) => [
        pair.slice(0, pair.indexOf("=")),
        unescapeData(pair.slice(pair.indexOf("=") + 1))
          .replaceAll("%3A", ":")
          .replaceAll("%2C", ",")
          .replaceAll("%25", "%"),
      ]);
    return [
      {
        name,
        properties: Object.fromEntries(pairs),
        data: unescapeData(trimmed.slice(end + 2)).replaceAll("%25", "%"),
      },
    ];
  });
}

function unescapeData(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

/** What a reader of GitHub's Markdown makes of a text: kinds of tokens, and all that is neither code nor ours to mark up. */
export function readMarkdown(text: string): {
  readonly kinds: ReadonlySet<string>;
  readonly words: string;
  readonly html: readonly string[];
} {
  const kinds = new Set<string>();
  const words: string[] = [];
  const html: string[] = [];
  marked.walkTokens(marked.lexer(text, { gfm: true }), (token: Token) => {
    kinds.add(token.type);
    if (token.type === "html") html.push(token.raw);
    if (token.type === "text" && !("tokens" in token && token.tokens)) words.push((token as Tokens.Text).text);
  });
  return { kinds, words: words.join("\n"), html };
}
