import { expect, test } from "vitest";
import { boot, effectsOf, engineFor, invoke, logOf, raft, readable, request, window } from "./fixture.ts";

test("smoke", () => {
  expect(logOf("console.log('hello', { a: [1, 2] }, Date.now())")).toEqual(["hello { a: [ 1, 2 ] } 1735689600000"]);
});

test("calls, replies, saves and upcalls are effects in order", () => {
  const effects = effectsOf(
    `
    peers[1].call("ask", { x: 1 }).then((r) => console.log(r));
    persister.save(new Uint8Array([1, 2]), new Uint8Array([3]));
    apply({ kind: "command", index: 1, command: "é".repeat(40) });
    setTimeout(() => { console.log(performance.now()); this.state = { term: 1 } }, 10);
  `,
    "ask() { return 1; }",
  );
  expect(effects).toEqual([
    { kind: "call", callId: 1, to: 1, method: "ask", args: { x: 1 } },
    { kind: "save", state: [1, 2], snapshot: [3] },
    { kind: "upcall", message: { kind: "command", index: 1, command: "é".repeat(40) } },
    { kind: "observed", value: null },
    { kind: "log", level: "log", text: "10" },
    { kind: "observed", value: { term: 1 } },
  ]);
});

test("a request is answered", () => {
  const engine = engineFor(
    raft("", "async ask(args) { await null; return { got: args }; } start(x) { return x + 1; }"),
  );
  const { entries, nextWakeUs } = engine.exchange(
    window(5000, boot(), request(1000, "ask", "é".repeat(50)), invoke(2000, "start", 4)),
  );
  expect(entries.map((entry) => entry.effects.map(readable))).toEqual([
    [{ kind: "observed", value: null }],
    [{ kind: "reply", requestId: 1, reply: { got: "é".repeat(50) } }],
    [{ kind: "result", invokeId: 7, value: 5 }],
  ]);
  expect(nextWakeUs).toBe(Number.POSITIVE_INFINITY);
});
