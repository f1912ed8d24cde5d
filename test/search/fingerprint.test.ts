import { expect, test } from "vitest";
import { areAlike } from "../../grader/search/fingerprint.ts";
import type { Effect } from "../../grader/sim/peer-host.ts";

const bytes = (...values: number[]) => new Uint8Array(values);
const save = (snapshot: Uint8Array | null): Effect => ({ kind: "save", state: bytes(1), snapshot });
const call = (args: Uint8Array, callId = 1): Effect => ({ kind: "call", callId, to: 1, method: "ask", args });
const misuse = (stack: string, message = "none"): Effect => ({ kind: "misuse", message, stack });

test.each<[string, Effect[], Effect[], boolean]>([
  ["nothing", [], [], true],
  ["the same bytes elsewhere", [call(bytes(1, 2))], [call(bytes(0, 1, 2).subarray(1))], true],
  ["another byte", [call(bytes(1, 2))], [call(bytes(1, 3))], false],
  ["a byte more", [call(bytes(1, 2))], [call(bytes(1, 2, 0))], false],
  ["another number", [call(bytes(1))], [call(bytes(1), 2)], false],
  ["another kind", [call(bytes(1))], [save(null)], false],
  ["one more", [call(bytes(1))], [call(bytes(1)), save(null)], false],
  ["a second one that differs", [save(null), call(bytes(1))], [save(null), call(bytes(2))], false],
  ["none and nothing in it", [save(null)], [save(bytes())], false],
  ["another text", [misuse("", "one")], [misuse("", "two")], false],
  ["another stack", [misuse("here")], [misuse("there")], true],
])("a peer did alike or not: %s", (_, some, others, alike) => {
  expect([areAlike(some, others), areAlike(others, some)]).toEqual([alike, alike]);
});
