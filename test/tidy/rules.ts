import { backtrackingOf } from "./regex.ts";
import { importsOf, lineAt, type Source } from "./source.ts";

/** Where a run must be a pure function of submission, scenario and seed. */
const PURE_FOLDERS = [
  "grader/sim",
  "grader/text",
  "grader/check",
  "grader/audit",
  "grader/explain",
  "grader/harness",
  "grader/shrink",
  "grader/search",
  "labs",
];
/** Where no lab may be known: there will be others than Raft. */
const LAB_NEUTRAL_FOLDERS = [
  ...["sim", "check", "audit", "explain", "harness", "host"],
  ...["search", "run", "report", "whole-run"],
].map((name) => `grader/${name}`);
/** What many labs have in common, but not all: a log behind a leader, a store that such servers keep for clients. */
const OF_LABS = ["grader/check/log", "grader/harness/log", "grader/harness/kv"];
/** The names that the result contract has kept since the first lab. */
const LAB_NEUTRAL_EXCEPT: ReadonlySet<string> = new Set(["grader/run/contract.ts"]);
/** Where a snapshot is what a persister keeps. */
const PERSISTING = ["grader/sim", "grader/search", "grader/host", "grader/audit", "grader/harness/cluster.ts"];

const MAX_LINES = 320;

interface Ban {
  readonly pattern: RegExp;
  readonly what: string;
  readonly instead: string;
}

const VIRTUAL_TIME = "the virtual time that the kernel hands out";
const IMPURE: readonly Ban[] = [
  { pattern: /\bDate\b/g, what: "Date", instead: VIRTUAL_TIME },
  { pattern: /\bperformance\s*\./g, what: "performance", instead: VIRTUAL_TIME },
  { pattern: /\bMath\s*\.\s*random\b/g, what: "Math.random", instead: "a draw from the choice tape" },
  { pattern: /(?<!\.\s*)\bcrypto\s*\./g, what: "crypto", instead: "a draw from the choice tape" },
  { pattern: /(?<!\.\s*)\bprocess\s*\./g, what: "process", instead: "an argument" },
  { pattern: /\bglobalThis\b/g, what: "globalThis", instead: "an argument" },
  { pattern: /(?<!\.\s*)\bconsole\s*\./g, what: "console", instead: "note(), which writes into the trace" },
  { pattern: /(?<!\.\s*)\bfetch\s*\(/g, what: "fetch", instead: "an argument" },
  {
    pattern: /(?<!\.\s*)\b(?:set|clear)(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/g,
    what: "a real timer",
    instead: "the kernel's event queue",
  },
  {
    pattern: /\basync\b|\bawait\b|\bnew\s+Promise\b|\bPromise\s*\./g,
    what: "async",
    instead: "plain calls: a run is one loop",
  },
  {
    pattern: /\bfor\s*\(\s*(?:const|let|var)\s[^;)]*?\sin\s/g,
    what: "for..in",
    instead: "for..of over a sorted or ordered list",
  },
  {
    pattern: /\blocaleCompare\b|\btoLocale\w+|\bIntl\b/g,
    what: "what depends on the locale",
    instead: "a comparison with < and >, or String()",
  },
  {
    pattern: /\bMath\s*\.\s*(?:a?(?:sin|cos|tan)h?|atan2|expm?1?|log(?:1p|2|10)?|pow|cbrt|hypot)\b/g,
    what: "what engines round in different ways",
    instead: "integer arithmetic",
  },
  { pattern: /\bWeakRef\b|\bFinalizationRegistry\b/g, what: "what the collector decides", instead: "an explicit drop" },
];

export function checkPurity(source: Source): string[] {
  const folder = folderOf(source, PURE_FOLDERS);
  // The student API declares what a realm offers, and its calls are the student's own.
  if (folder === null || /^labs\/api\/(index|.*\.d)\.ts$/.test(source.path)) return [];
  const problems = IMPURE.flatMap((ban) => findAll(source, source.code, ban, folder));
  for (const { specifier, clause, line } of importsOf(source)) {
    const isHash = specifier === "node:crypto" && /^\{\s*(createHash|hash)\s*,?\s*\}$/.test(clause);
    if (!/^node:/.test(specifier) || isHash) continue;
    problems.push(`${source.path}:${line}: ${specifier} is banned in ${folder}, use values that are handed in`);
  }
  return problems;
}

/** Whole words, also within names: `isLeader` has one, `leaders` and `terminal` have none. */
const wordsOf = (words: string): RegExp => {
  const capitalised = words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  const shouted = words.toUpperCase();
  return new RegExp(
    `(?<![A-Za-z])(?:${words})(?![a-z])|(?<![A-Z])(?:${capitalised})(?![a-z])|(?<![A-Za-z])(?:${shouted})(?![A-Za-z])`,
    "g",
  );
};
/** The RPCs of a lab, and words of algorithms that elect somebody. */
const LAB_WORDS = new RegExp(
  `${wordsOf("raft|leader|term|vote").source}|requestVote|appendEntries|installSnapshot`,
  "g",
);
const SNAPSHOT_WORDS = wordsOf("snapshot");

/** Names of one lab: banned in code and in strings. Comments may explain. */
export function checkLabNeutral(source: Source): string[] {
  const folder = folderOf(source, LAB_NEUTRAL_FOLDERS);
  if (folder === null || folderOf(source, OF_LABS) !== null || LAB_NEUTRAL_EXCEPT.has(source.path)) return [];
  // The kind of terminal stands in a variable of that name.
  const text = source.uncommented.replaceAll("env.TERM", " ".repeat(8));
  const ban = {
    pattern: LAB_WORDS,
    what: "a name of one lab",
    instead: "what the lab says as data, or a folder for its kind",
  };
  const problems = findAll(source, text, ban, folder);
  if (folderOf(source, PERSISTING) !== null) return problems;
  const ofService = {
    pattern: SNAPSHOT_WORDS,
    what: "a snapshot other than the persister's",
    instead: "a folder for its kind",
  };
  return [...problems, ...findAll(source, text, ofService, folder)];
}

export function checkLength(source: Source): string[] {
  // What somebody handed in is kept as it came.
  if (source.path.startsWith("test/similar/fixtures/")) return [];
  const lines = source.text.split("\n").length - 1;
  if (lines <= MAX_LINES) return [];
  return [
    `${source.path}:${MAX_LINES}: a file of ${lines} lines is banned everywhere, use files of at most ${MAX_LINES}`,
  ];
}

/** Code of ours that meets what submissions send; a host's own code is not trusted with anything, but for the wire. */
const isTrusted = (path: string) =>
  path.startsWith("grader/") && (!path.startsWith("grader/host/") || path.startsWith("grader/host/wire"));

/** Expressions that can go back, and why each is harmless: nothing that a submission sends comes to it. */
const HARMLESS: ReadonlyMap<string, string> = new Map([
  [String.raw`^\s+(?:public\s+)?(?:async\s+)?([A-Za-z_]\w*)\s*\(`, "reads sources of the corpus, which are ours"],
  ["^-+|-+$", "reads the name of the user's own folder"],
  [String.raw`^(\d+(?:\.\d+)?)(m|%)$`, "reads an option"],
  [String.raw`(?:=>|^)\s+(\/\S+) \(0x`, "reads what ldd says of programs of the system"],
]);

/** Regular expressions that can take more than linear time, where a text of a submission may come to one. */
export function checkBacktracking(source: Source): string[] {
  if (!isTrusted(source.path)) return [];
  const made = {
    pattern: /\bnew\s+RegExp\b/g,
    what: "an expression made at run time",
    instead: "a literal, or a scan",
  };
  const problems = MADE_AT_RUN_TIME.has(source.path) ? [] : findAll(source, source.code, made, "trusted code");
  for (const { pattern, flags, index } of source.regexes) {
    const problem = HARMLESS.has(pattern) ? null : backtrackingOf(pattern, flags);
    if (problem === null) continue;
    problems.push(
      `${source.path}:${lineAt(source.text, index)}: /${pattern}/${flags} is banned in trusted code (${problem}), use a scan that reads each letter once`,
    );
  }
  return problems;
}

/** From names of our own only. */
const MADE_AT_RUN_TIME = new Set(["grader/sandbox/temporary-folder.ts", "grader/submission/bundle.ts"]);

/** Tests that are left out without saying why, and tests that leave out all the others. */
export function checkSkips(source: Source): string[] {
  // What is left to do there is the student's.
  if (source.path.startsWith("skeleton/")) return [];
  const only = { pattern: /\b(?:it|test|describe)(?:\.\w+)*\.only\b/g, what: ".only", instead: "vitest's -t option" };
  const problems = findAll(source, source.code, only, "tests");
  const lines = source.text.split("\n");
  for (const { index } of source.code.matchAll(/\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|skipIf|runIf|todo)\b/g)) {
    const line = lineAt(source.text, index);
    const hasReason = [lines[line - 1], lines[line - 2]].some((text) => /\/\/ *\S+/.test(text ?? ""));
    if (!hasReason)
      problems.push(`${source.path}:${line}: a skip is banned in tests, use it with a comment that says why`);
  }
  return problems;
}

/** Unfinished work, and places that only one machine has. */
export function checkLeftovers(source: Source): string[] {
  const problems: string[] = [];
  if (!source.path.startsWith("skeleton/")) {
    // Written apart, so that this file passes its own rule.
    const unfinished = new RegExp(`\\b(?:TO${""}DO|FIX${""}ME|XX${""}X)\\b`, "g");
    const ban = { pattern: unfinished, what: "a note of unfinished work", instead: "the work itself" };
    problems.push(...findAll(source, source.text, ban, "all but skeleton"));
  }
  const machine = new RegExp(`/work${""}/|/home${""}/\\w|C:${""}\\\\\\\\Users`, "g");
  const ban = { pattern: machine, what: "a path of one machine", instead: "a path from the project's root" };
  return [...problems, ...findAll(source, source.text, ban, "the project")];
}

function findAll(source: Source, text: string, ban: Ban, where: string): string[] {
  return [...text.matchAll(ban.pattern)].map(
    ({ index }) => `${source.path}:${lineAt(text, index)}: ${ban.what} is banned in ${where}, use ${ban.instead}`,
  );
}

function folderOf(source: Source, folders: readonly string[]): string | null {
  return folders.find((folder) => source.path === folder || source.path.startsWith(`${folder}/`)) ?? null;
}
