import { expect, test } from "vitest";
import { tellSteps } from "../../grader/report/story-text.ts";
import { makeStyle } from "../../grader/report/style.ts";
import { traceLines } from "../../grader/report/trace-text.ts";
import type { Script, Step } from "../../grader/shrink/script.ts";
import type { TraceKind, TraceRecord } from "../../grader/sim/trace.ts";
import { encode } from "../../labs/api/codec.ts";
import { labs } from "../../labs/index.ts";

const record = (kind: TraceKind, value: unknown = null): TraceRecord => ({
  ...{ timeUs: 0, kind, peer: 1, other: -1, id: -1, text: "" },
  bytes: encode(value),
});
const scriptOf = (lab: string, step: Step) =>
  ({ lab, groups: [{ role: "peer", size: 3 }], steps: [step] }) as unknown as Script;
const didOf = (lab: string, step: Step, trace: readonly TraceRecord[]) =>
  tellSteps(scriptOf(lab, step), [{ traceFrom: 0 }], trace)[0]?.did;

test.each([
  ["lab2", { index: 1, command: "a" }, 'applies { index: 1, command: "a" }', "400 applies"],
  ["paxos", { slot: 0, value: "a" }, 'decides { slot: 0, value: "a" }', "400 decisions"],
])("what a peer hands on is told as its lab says it: %s", (lab, given, deed, sum) => {
  expect(didOf(lab, { do: "timer", peer: 1 }, [record("upcall", given)])).toBe(deed);
  const many = Array.from({ length: 400 }, () => record("upcall", given));
  expect(didOf(lab, { do: "run", ms: 1000 } as Step, many)).toBe(`${sum}: more than can be told step by step`);
  const upcall = labs.find(({ id }) => id === lab)?.wording.upcall;
  const [line] = traceLines([record("upcall", given)], makeStyle(false), upcall && { upcall });
  expect(line?.endsWith(deed)).toBe(true);
});
