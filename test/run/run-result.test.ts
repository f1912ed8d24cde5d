import { expect, test } from "vitest";
import type { Played } from "../../grader/run/player.ts";
import { toRunResult } from "../../grader/run/run-result.ts";
import type { SourceMapper } from "../../grader/submission/index.ts";
import { failed, played } from "./fake-player.ts";

/** Every line of a stack is a place, in a file named after it. */
const mapper: SourceMapper = {
  map: () => null,
  mapStack: (stack) => stack.split("\n").map((file) => ({ file, line: 1, column: 1 })),
};
const result = (run: Parameters<typeof toRunResult>[2]) => toRunResult("lab/x", 7, run, mapper);
const PEERS: Played["peers"] = [
  { peer: 0, up: true, connected: true, facts: { term: 1, isLeader: true, appliedIndex: 3 } },
];
const LINES: Played["console"] = Array.from({ length: 30 }, (_, i) => ({
  timeUs: i * 1_000,
  peer: 1,
  level: i === 29 ? "error" : "log",
  text: `line ${i}`,
}));

test("a run that passed says what it came to, and nothing of peers, console or failures", () => {
  expect(result(played({ peers: PEERS, console: LINES, wallMs: 12.4 }))).toEqual({
    seed: 7,
    verdict: "passed",
    virtualMs: 1000,
    rpcs: 10,
    bytes: 100,
    traceHash: "a",
    replay: "grade replay lab/x@7",
    timing: { wallMs: 12 },
  });
});

test("a run that failed names its property, what was expected and seen, its peers and its last 20 lines", () => {
  const { failure } = failed();
  const run = result(failed({ peers: PEERS, console: LINES }));
  expect(run).toMatchObject({ verdict: "failed", property: "liveness", failure });
  expect(run.peers).toEqual([{ peer: 0, up: true, connected: true, term: 1, isLeader: true, appliedIndex: 3 }]);
  expect(run.message).toBe("expected a leader; saw none");
  expect(run.console).toHaveLength(20);
  expect([run.console?.[0], run.console?.[19]]).toEqual([
    "0.010 s  peer 1  line 10",
    "0.029 s  peer 1  error: line 29",
  ]);
});

test("a run that came out in two ways names no property, and says how it differed", () => {
  const run = result({ ...failed(), verdict: "nondeterministic", difference: "once so, once so" });
  expect(run.message).toBe("once so, once so");
  expect("property" in run || "failure" in run).toBe(false);
});

test("a crash says who threw what and where, in places of the submission, ten at most", () => {
  const stack = Array.from({ length: 15 }, (_, i) => `f${i}.ts`).join("\n");
  const crash = { peer: 2, timeUs: 5, where: "a timer", name: "TypeError", message: "x is not a function", stack };
  const run = result(played({ verdict: "crashed", crash }));
  expect(run.message).toBe("peer 2 threw TypeError: x is not a function (a timer)");
  expect(run.places?.map(({ file }) => file)).toEqual(Array.from({ length: 10 }, (_, i) => `f${i}.ts`));
});

test("a lost host and a fault of the grader say why", () => {
  const loss = { verdict: "hung", message: "it stood still", stackLines: ["deep.ts"] } as const;
  expect(result(played({ verdict: "hung", loss }))).toMatchObject({
    message: "it stood still",
    places: [{ file: "deep.ts", line: 1, column: 1 }],
  });
  expect(result(played({ verdict: "internal-error", fault: "a mistake" })).message).toBe("a mistake");
});

test.each([
  ["peer 4 wrote more than 1 MB to the console", "clerk 1 wrote more than 1 MB to the console"],
  [
    "it passed 4 MB; the last was a call of peer 4 by peer 4",
    "it passed 4 MB; the last was a call of peer 4 by clerk 1",
  ],
  ["peer 3 wrote more than 1 MB to the console", "peer 3 wrote more than 1 MB to the console"],
])("a limit names its process as the lab does: %s", (message, told) => {
  const peers: Played["peers"] = [{ peer: 4, up: true, connected: true, facts: { name: "clerk 1" } }];
  const loss = { verdict: "output-limit", message, stackLines: [] } as const;
  expect(result(played({ verdict: "output-limit", loss, peers })).message).toBe(told);
});

test("processes go by the names that the lab has for them, and what has no stack by the method that it is about", () => {
  const peers: Played["peers"] = [{ peer: 0, up: true, connected: true, facts: { name: "clerk 0" } }];
  const crash = { peer: 0, timeUs: 5, where: "put", name: "Error", message: "full", stack: "" };
  const crashed = result(
    played({ verdict: "crashed", crash, peers, console: LINES.map((line) => ({ ...line, peer: 0 })) }),
  );
  expect(crashed.message).toBe("clerk 0 threw Error: full (put)");
  expect(crashed.console?.[0]).toBe("0.010 s  clerk 0  line 10");
  const run = failed({ peers });
  const failure = { ...(run.failure as NonNullable<typeof run.failure>), member: { role: "clerk", method: "put" } };
  const place = { file: "clerk.ts", line: 3, column: 3, function: "put" };
  const told = toRunResult("lab/x", 7, { ...run, failure }, { ...mapper, member: () => place });
  expect(told.places).toEqual([place]);
  expect(told.failure).not.toHaveProperty("member");
});
