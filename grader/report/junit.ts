import { cutText } from "../text/cut.ts";
import { oneLine, printable } from "../text/printable.ts";

/** Of a name or message; what is longer stands in the body in full. */
const TEXT_CHARS = 5_000;

/** One test. What did not pass says why: `type` in a word, `message` on a line, `lines` in full. */
export interface JunitCase {
  /** Unique in its suite: readers leave out the second of a name. */
  readonly name: string;
  readonly seconds: number;
  readonly outcome:
    | "passed"
    | {
        readonly kind: "failure" | "error" | "skipped";
        readonly type: string;
        readonly message: string;
        readonly lines: readonly string[];
      };
}

export interface JunitSuite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

/**
 * JUnit's XML. Elements and attributes are those of github.com/jenkinsci/xunit-plugin, junit-10.xsd, which GitLab reads as well
 * (docs.gitlab.com/ci/testing/unit_test_reports).
 */
export function junitXml(name: string, suites: readonly JunitSuite[]): string {
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escaped(name)}" ${counts(all)} time="${seconds(all)}">`,
    ...suites.flatMap(suiteLines),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines({ name, properties, cases }: JunitSuite): readonly string[] {
  const suite = escaped(oneLine(cutText(name, TEXT_CHARS)));
  const skipped = cases.filter(({ outcome }) => outcome !== "passed" && outcome.kind === "skipped").length;
  const facts = Object.entries(properties).map(
    ([key, value]) => `<property name="${escaped(key)}" value="${escaped(oneLine(cutText(value, TEXT_CHARS)))}"/>`,
  );
  return [
    `<testsuite name="${suite}" ${counts(cases)} skipped="${skipped}" time="${seconds(cases)}">`,
    ...(facts.length === 0 ? [] : [`<properties>${facts.join("")}</properties>`]),
    ...cases.map(
      (one) =>
        `<testcase classname="${suite}" name="${escaped(oneLine(cutText(one.name, TEXT_CHARS)))}" time="${one.seconds.toFixed(3)}">${bodyOf(one)}</testcase>`,
    ),
    "</testsuite>",
  ];
}

function bodyOf({ outcome }: JunitCase): string {
  if (outcome === "passed") return "";
  const { kind, type, message, lines } = outcome;
  const short = escaped(oneLine(cutText(message, TEXT_CHARS)));
  return `<${kind} type="${escaped(type)}" message="${short}">${escaped(lines.join("\n"))}</${kind}>`;
}

function counts(cases: readonly JunitCase[]): string {
  const of = (kind: string) => cases.filter(({ outcome }) => outcome !== "passed" && outcome.kind === kind).length;
  return `tests="${cases.length}" failures="${of("failure")}" errors="${of("error")}"`;
}

function seconds(cases: readonly JunitCase[]): string {
  return cases.reduce((sum, one) => sum + one.seconds, 0).toFixed(3);
}

/** XML 1.0 has no place for some characters, not even as references: halves of letters, and two that are none. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\p{Cs}\ufffe\uffff]/gu, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
