import { expect, test } from "vitest";
import { playScenario } from "../../grader/harness/run-scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { describeRun, headline } from "../../grader/report/failure-text.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { loadOf } from "../../grader/run/load.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import { bundleSubmission, makeSourceMapper, openSubmission } from "../../grader/submission/index.ts";
import { scenarioOf } from "../../labs/index.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { realmTexts } from "../host/fixture.ts";
import { makeFolder } from "../submission/folder.ts";

const SERVER = `export class KvServer {
  getState() { return { term: 1, isLeader: true }; }
  kill() {}
  ask(key: string) { return key; }
}`;
const SCENARIO = scenarioOf("lab3a/basic");

/** A clerk whose `get` stands on the third line, and begins with this. */
const clerk = (get: string, more = "") => `export class Clerk {
  constructor(private servers: { call(method: string, ...args: unknown[]): Promise<unknown> }[]) {}
  async get(key: string): Promise<unknown> { ${get} }
  async put() {}
  async append() {}
  async cas() { return { swapped: false, value: "" }; }
  ${more}
}`;

/** What is said of the run of a store, its headline first. */
async function said(files: Readonly<Record<string, string>>): Promise<string> {
  const bundle = await bundleSubmission(openSubmission(makeFolder(files), lab3.form));
  const engine = new Engine({ ...loadOf(bundle, lab3.form), ...realmTexts });
  const { loss: _, ...played } = playScenario(SCENARIO, 1, engine);
  const result = toRunResult(SCENARIO.id, 1, { ...played, wallMs: 0 }, makeSourceMapper(bundle.sourceMap));
  return [headline(result), ...describeRun(result, makeStyle(false))].join("\n");
}

const PLAIN = clerk('return "";');

/** What its clerk does, what is said of it on one line, and where that is. */
const TABLE: readonly (readonly [what: string, clerk: string, line: RegExp, place: RegExp])[] = [
  [
    "rejects",
    clerk('throw new Error("no leader");'),
    /^what +clerk 0 threw Error: no leader \(get\)$/m,
    /clerk\.ts:3:52 in Clerk\.get$/m,
  ],
  [
    "never answers",
    clerk("await new Promise(() => {});"),
    /^seen +get of a by clerk 0 has not returned$/m,
    /clerk\.ts:3:9 in get$/m,
  ],
  [
    ...(["answers with the wrong type", clerk("return 7;")] as const),
    ...([
      /^seen +clerk 0: get\(\) answered with a number, and not with the string/m,
      /clerk\.ts:3:9 in get$/m,
    ] as const),
  ],
  [
    ...(["answers a cas with the wrong type", PLAIN.replace("swapped: false", "done: false")] as const),
    ...([
      /^seen +clerk 0: cas\(\) answered with \{ done: boolean, value: string \}, and not with/m,
      /clerk\.ts:6:9 in cas$/m,
    ] as const),
  ],
  [
    ...(["answers with what cannot be sent", clerk("return () => key;")] as const),
    ...([/^seen +clerk 0: get: result is a function; send plain data$/m, /clerk\.ts:3:9 in get$/m] as const),
  ],
  [
    ...(["calls a method that the server does not have", clerk('return this.servers[0]!.call("aks", key);')] as const),
    ...([/class KvServer has no method "aks"; did you mean "ask"\?$/m, /clerk\.ts:3:\d+ in Clerk\.get$/m] as const),
  ],
  [
    "lacks an operation",
    PLAIN.replace("get(", "got("),
    /^seen +clerk 0: class Clerk has no method get$/m,
    /^code +clerk\.ts:1:\d+$/m,
  ],
  [
    ...(["has something else under its name", PLAIN.replace(/async get.*/, "get = 7;")] as const),
    ...([/^seen +clerk 0: class Clerk has no method get$/m, /^code +clerk\.ts:3:3 in get$/m] as const),
  ],
  [
    "throws when it is made",
    PLAIN.replace("{}\n", '{ throw new Error("no servers"); }\n'),
    /clerk 0 threw Error: no servers/,
    /clerk\.ts:2:\d+/,
  ],
];

test.each(TABLE)(
  "of a clerk that %s, one line says what it did, and the place is said",
  async (_what, source, line, place) => {
    const text = await said({ "server.ts": SERVER, "clerk.ts": source });
    expect(text).toMatch(line);
    expect(text).toMatch(place);
  },
);

test("of a server that lacks what the grader asks, one line says so, and the place is said", async () => {
  const text = await said({ "server.ts": `\n${SERVER.replace("getState", "state")}`, "clerk.ts": PLAIN });
  expect(text).toMatch(/^seen +server 0: class KvServer has no method getState$/m);
  expect(text).toMatch(/^code +server\.ts:2:\d+$/m);
});
