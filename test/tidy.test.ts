import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeFolder } from "./submission/folder.ts";
import { checkDirection } from "./tidy/layers.ts";
import { backtrackingOf } from "./tidy/regex.ts";
import {
  checkBacktracking,
  checkLabNeutral,
  checkLeftovers,
  checkLength,
  checkPurity,
  checkSkips,
} from "./tidy/rules.ts";
import { importsOf, parseSource, type Source } from "./tidy/source.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

function sourcesBelow(folder: string): Source[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => parseSource(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8")));
}

const sources = ["labs", "grader", "reference", "skeleton", "scripts", "action", "test"].flatMap(sourcesBelow);
const all = (rule: (source: Source) => string[]) => sources.flatMap(rule);

describe("the project keeps its own rules", () => {
  it("imports go from outside inwards only", () => expect(all(checkDirection)).toEqual([]));
  it("a run depends on nothing but submission, scenario and seed", () => expect(all(checkPurity)).toEqual([]));
  it("kernel, checks, harness and host know no lab", () => expect(all(checkLabNeutral)).toEqual([]));
  it("files are short", () => expect(all(checkLength)).toEqual([]));
  it("no test is left out without a reason", () => expect(all(checkSkips)).toEqual([]));
  it("no pattern that goes back is applied to what a submission sends", () =>
    expect(all(checkBacktracking)).toEqual([]));
  it("nothing is left unfinished outside the skeleton", () => expect(all(checkLeftovers)).toEqual([]));

  it("the lockfile names no registry", () => {
    expect(readFileSync(join(root, "package-lock.json"), "utf8")).not.toMatch(/"resolved":/);
  });

  it("every dependency has one exact version", () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    const ranges = Object.values({ ...dependencies, ...devDependencies } as Record<string, string>);
    expect(ranges.filter((range) => !/^\d+\.\d+\.\d+$/.test(range))).toEqual([]);
  });
});

// ── The rules bite ───────────────────────────────────────────────────────────────────────────────────────────────

const at = (path: string, text: string) => parseSource(path, text);

describe("direction", () => {
  it.each([
    ["grader/sim/a.ts", `import { x } from "../check/b.ts";`, "grader/check/b.ts"],
    ["grader/check/a.ts", `import { x } from "../harness/b.ts";`, "grader/harness/b.ts"],
    ["grader/harness/a.ts", `import type { x } from "../run/b.ts";`, "grader/run/b.ts"],
    ["grader/harness/a.ts", `import { x } from "../../labs/raft/b.ts";`, "labs/raft/b.ts"],
    ["labs/raft/a.ts", `import { x } from "../../grader/sim/b.ts";`, "grader/sim/b.ts"],
    ["labs/raft/a.ts", `import { x } from "../../grader/check/b.ts";`, "grader/check/b.ts"],
    ["labs/raft/a.ts", `import { type x, y } from "../../grader/check/b.ts";`, "grader/check/b.ts"],
    ["labs/api/a.ts", `export * from "../raft/b.ts";`, "labs/raft/b.ts"],
    ["labs/api/a.ts", `import x from "zod";`, "zod"],
    ["grader/host/a.ts", `import { x } from "../harness/b.ts";`, "grader/harness/b.ts"],
    ["grader/sandbox/a.ts", `import { x } from "../host/engine.ts";`, "grader/host/engine.ts"],
    ["grader/submission/a.ts", `import { x } from "../run/result.ts";`, "grader/run/result.ts"],
    ["grader/submission/a.ts", `import type { x } from "../run/pool.ts";`, "grader/run/pool.ts"],
    ["grader/report/a.ts", `import { x } from "../run/pool.ts";`, "grader/run/pool.ts"],
    ["grader/run/a.ts", `const x = await import("../cli/b.ts");`, "grader/cli/b.ts"],
    ["reference/a.ts", `import x from "../labs/api/index.ts";`, "labs/api/index.ts"],
    ["reference/a.ts", `import x from "node:fs";`, "node:fs"],
    ["skeleton/a.ts", `import "../reference/raft.ts";`, "reference/raft.ts"],
  ])("%s may not have %s", (path, text, target) => {
    const [problem, ...more] = checkDirection(at(path, `// first\n${text}`));
    expect(problem).toMatch(new RegExp(`^${path}:2: an import of ${target} is banned in .*, use `));
    expect(more).toEqual([]);
  });

  it.each([
    ["grader/harness/a.ts", `import { x } from "../sim/b.ts";\nimport { y } from "../check/b.ts";`],
    [
      "labs/raft/a.ts",
      `import type { x } from "../../grader/check/b.ts";\nimport { type y } from "../../grader/check/b.ts";`,
    ],
    ["labs/raft/a.ts", `import { x } from "../index.ts";`],
    ["grader/sandbox/a.ts", `import { x } from "../host/wire.ts";\nimport { y } from "../host/wire/b.ts";`],
    ["grader/cli/a.ts", `import { x } from "../run/b.ts";\nimport { x } from "commander";`],
    ["reference/a.ts", `import type { x } from "consensus-labs";\nimport { y } from "./b.ts";`],
    ["test/a.ts", `import { x } from "../grader/cli/b.ts";`],
    ["grader/sim/a.ts", `// import { x } from "../cli/b.ts";\nconst s = 'import x from "../cli/b.ts"';`],
  ])("%s may have %s", (path, text) => {
    expect(checkDirection(at(path, text))).toEqual([]);
  });
});

describe("purity", () => {
  it.each([
    ["const t = Date.now();", "Date"],
    ["const t = new Date();", "Date"],
    ["const t = performance.now();", "performance"],
    ["const x = Math.random();", "Math.random"],
    ["const x = crypto.randomUUID();", "crypto"],
    ["const x = process.env.HOME;", "process"],
    ["const x = globalThis;", "globalThis"],
    ["console.log(1);", "console"],
    ["setTimeout(() => {}, 1);", "a real timer"],
    ["queueMicrotask(() => {});", "a real timer"],
    ["async function f() {}", "async"],
    ["Promise.resolve(1);", "async"],
    ["for (const key in object) {}", "for..in"],
    ["names.sort((a, b) => a.localeCompare(b));", "what depends on the locale"],
    ["n.toLocaleString();", "what depends on the locale"],
    ["const x = Math.log(2);", "what engines round in different ways"],
    ["const x = new WeakRef(y);", "what the collector decides"],
    [`import { readFileSync } from "node:fs";`, "node:fs"],
    [`import { randomBytes } from "node:crypto";`, "node:crypto"],
    [`import { createHash, randomBytes } from "node:crypto";`, "node:crypto"],
  ])("bans %s", (text, what) => {
    for (const folder of ["grader/sim", "grader/check", "grader/harness", "labs"]) {
      const [problem, ...more] = checkPurity(at(`${folder}/a.ts`, `\n${text}`));
      expect(problem?.startsWith(`${folder}/a.ts:2: ${what} is banned in ${folder}, use `), problem).toBe(true);
      expect(more).toEqual([]);
    }
    expect(checkPurity(at("grader/run/a.ts", text))).toEqual([]);
  });

  it.each([
    "// Date.now() is not asked here",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    "/* process.exit */ const x = 'Date.now()' + `Math.random() ${y}`;",
    "peer.process.next(); this.setTimeout; lastUpdate; toDate;",
    "for (const x of list) if (y in x) break;",
    `import { createHash } from "node:crypto";`,
    "const half = a / 2; const b = c / Math.max(1, 2);",
  ])("allows %s", (text) => {
    expect(checkPurity(at("grader/sim/a.ts", text))).toEqual([]);
  });
});

it("the linter knows where the real time is banned too", () => {
  const paths = ["grader/check", "grader/harness", "grader/run", "grader/sim", "labs/raft"].map(
    (path) => `${path}/a.ts`,
  );
  const folder = makeFolder({
    ...Object.fromEntries(paths.map((path) => [path, "export const now = Date.now();\n"])),
    "biome.json": readFileSync(join(root, "biome.json"), "utf8").replace(/"\$schema".*\n/, ""),
    ".gitignore": "dist/\n",
  });
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/biome"), ["lint"], {
    cwd: folder,
    encoding: "utf8",
  });
  const found = [...`${stdout}${stderr}`.matchAll(/^(\S+):1:20 lint\/style\/noRestrictedGlobals/gm)].map(
    ([, path]) => path,
  );
  expect(found.sort()).toEqual(paths.filter((path) => path !== "grader/run/a.ts"));
});

describe("knowing no lab", () => {
  const neutral = ["sim", "host", "audit", "harness", "check", "run", "report"].map((name) => `grader/${name}/a.ts`);

  it.each([
    "const raft = 1;",
    "class RaftPeer {}",
    `call("requestVote");`,
    "appendEntries();",
    "`is Raft`",
    "const isLeader = true;",
    "if (peer.term > 0) return;",
    "const MAX_TERM = 5;",
    `const cite = "Raft paper, Figure 3";`,
    "grantVote(peer);",
  ])("bans %s", (text) => {
    for (const path of neutral) {
      const folder = path.slice(0, path.lastIndexOf("/"));
      expect(checkLabNeutral(at(path, text))[0]).toBe(
        `${path}:1: a name of one lab is banned in ${folder}, use what the lab says as data, or a folder for its kind`,
      );
    }
    for (const path of ["labs/raft/a.ts", "grader/check/log/a.ts", "grader/harness/log/a.ts", "grader/cli/a.ts"])
      expect(checkLabNeutral(at(path, text))).toEqual([]);
  });

  it.each(["// as in Raft's requestVote", "const drafts = terms;", "terminal.leaders", 'env.TERM === "dumb"'])(
    "allows %s",
    (text) => {
      for (const path of neutral) expect(checkLabNeutral(at(path, text))).toEqual([]);
    },
  );

  it("lets a persister have snapshots, and nothing else", () => {
    const text = "const snapshot = peer.snapshot;";
    for (const path of neutral.slice(0, 3)) expect(checkLabNeutral(at(path, text))).toEqual([]);
    for (const path of neutral.slice(3)) expect(checkLabNeutral(at(path, text))).toHaveLength(2);
  });
});

describe("patterns that go back", () => {
  it.each([
    String.raw`^\s*(?:at\s+)?(?:(.+?)\s+)?\(?([^\s()]+):(\d+):(\d+)\)?\s*$`,
    "(a+)+$",
    "^(?:a|a)*$",
    "^(?:a|ab)+c",
    String.raw`\s+$`,
    String.raw`\s*=`,
    String.raw`^\s*a*\s*b`,
    "^.*,.*,x",
    "^a{2,}a{3,}$",
    String.raw` \[as [^\]]+\]$`,
    "^[._-]+|[._-]+$",
    String.raw`;(?=\s*=)`,
    String.raw`(a)\1`,
  ])("/%s/ is found", (pattern) => {
    expect(backtrackingOf(pattern, "")).not.toBeNull();
    expect(checkBacktracking(at("grader/run/a.ts", `x;\nconst r = /${pattern}/;`))).toHaveLength(1);
    expect(checkBacktracking(at("grader/host/engine/a.ts", `const r = /${pattern}/;`))).toEqual([]);
  });

  it("knows that with /m a search begins at each line", () => {
    expect(backtrackingOf(String.raw`^\s*x`, "")).toBeNull();
    expect(backtrackingOf(String.raw`^\s*x`, "m")).not.toBeNull();
    expect(backtrackingOf(String.raw`^[ \t]*x`, "m")).toBeNull();
  });

  it.each([
    String.raw`\s+`,
    String.raw`^\d+$`,
    String.raw`^(\d{4})-(\d\d)$`,
    String.raw`\.(zip|tar|tgz)$`,
    String.raw`[\p{Cc}\p{Cf}]`,
    String.raw`^tree ([0-9a-f]{40,64})\n`,
    "^[^:]+:[^:]+$",
    String.raw`\bclass\s+Raft\b`,
  ])("/%s/ passes", (pattern) => {
    expect(backtrackingOf(pattern, "u")).toBeNull();
  });

  it("bans expressions that are made at run time", () => {
    expect(checkBacktracking(at("grader/run/a.ts", "const r = new RegExp(text);"))).toHaveLength(1);
  });
});

describe("length, skips, leftovers", () => {
  it("bans a file that is too long", () => {
    expect(checkLength(at("a.ts", "\n".repeat(321)))).toHaveLength(1);
    expect(checkLength(at("a.ts", "\n".repeat(320)))).toEqual([]);
  });

  it("bans .only, and .skip without a reason", () => {
    expect(
      checkSkips(at("test/a.test.ts", `it${".only"}("x", f);\ndescribe.concurrent${".only"}("x", f);`)),
    ).toHaveLength(2);
    expect(checkSkips(at("test/a.test.ts", `\nit${".skip"}("x", f);`))).toEqual([
      "test/a.test.ts:2: a skip is banned in tests, use it with a comment that says why",
    ]);
    expect(checkSkips(at("test/a.test.ts", `// needs a kernel of its own\nit${".skip"}("x", f);`))).toEqual([]);
  });

  it("bans unfinished work outside the skeleton, and paths of one machine", () => {
    const note = `// TO${"DO"}: later`;
    expect(checkLeftovers(at("grader/run/a.ts", note))).toHaveLength(1);
    expect(checkLeftovers(at("skeleton/raft.ts", note))).toEqual([]);
    expect(checkLeftovers(at("grader/run/a.ts", `const x = "/work${"/"}main";`))).toHaveLength(1);
  });
});

describe("reading sources", () => {
  it("blanks comments and strings, and keeps every line", () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    const text = "a /* b\n c */ 'd' // e\n`f${g(`h${i}`)}j`; /'k/.test(l) / m / 'n'";
    const { code } = at("a.ts", text);
    expect(code.split("\n").map((line) => line.trimEnd())).toEqual([
      "a",
      "      ' '",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
      "` ${g(` ${i}`)} `; /  /.test(l) / m / ' '",
    ]);
    expect(code).toHaveLength(text.length);
  });

  it("finds imports in all their forms", () => {
    const text = `import a, { b } from "1";\nimport type { c } from "2";\nexport { type d, type e } from "3";
import "4";\nconst f = import("5");\nexport * from "6";\nimport { type g, h } from '7';\nconst i = "import from '8'";`;
    expect(importsOf(at("a.ts", text)).map(({ specifier, isType, line }) => [specifier, isType, line])).toEqual([
      ["1", false, 1],
      ["2", true, 2],
      ["3", true, 3],
      ["4", false, 4],
      ["5", false, 5],
      ["6", false, 6],
      ["7", false, 7],
    ]);
  });
});
