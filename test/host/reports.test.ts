import { describe, expect, test } from "vitest";
import { HostLost } from "../../grader/sim/peer-host.ts";
import { boot, effectsOf, engineFor, invoke, raft, readable, request, window } from "./fixture.ts";

/** All effects of the boot and of further inputs to peer 0, but for the first observation. */
function effectsAfter(members: string, ...inputs: Parameters<typeof window>[1][]): Record<string, unknown>[] {
  const { entries } = engineFor(raft("", members)).exchange(window(10_000, boot(), ...inputs));
  return entries
    .slice(1)
    .flatMap((entry) => entry.effects)
    .map(readable);
}

describe("exceptions say where, and at which line of the bundle", () => {
  const stackOf = (line: number) => expect.stringMatching(new RegExp(`at .*submission\\.js:${line}:\\d+`));

  test("in the constructor; nothing is observed then", () => {
    expect(effectsOf("\n\nthrow new RangeError('low');")).toEqual([
      { kind: "exception", where: "the constructor of Raft", name: "RangeError", message: "low", stack: stackOf(7) },
    ]);
  });

  test("while the submission is loaded", () => {
    expect(effectsOf("", "", "\nnull.x;")).toMatchObject([
      { where: "loading the submission", name: "TypeError", stack: stackOf(2) },
    ]);
  });

  test("when the class is missing", () => {
    const { entries } = engineFor("exports.raft = 1;").exchange(window(10, boot()));
    expect(entries[0]?.effects).toMatchObject([
      { where: "loading the submission", message: "raft must export a class Raft; it exports nothing of that name" },
    ]);
  });

  test("line and column on the first line of the bundle", () => {
    const { entries } = engineFor("  throw new Error('x');").exchange(window(10, boot()));
    expect(entries[0]?.effects[0]).toMatchObject({ stack: expect.stringContaining("submission.js:1:9") });
  });

  test("in a handler, synchronous and async", () => {
    const members = "fails() {\n throw new Error('a');\n}\n async rejects() {\n await null; throw new Error('b');\n}";
    expect(effectsAfter(members, request(1, "fails", {}), request(2, "rejects", {}))).toEqual([
      { kind: "exception", where: "handler fails called by peer 2", name: "Error", message: "a", stack: stackOf(9) },
      { kind: "exception", where: "handler rejects called by peer 2", name: "Error", message: "b", stack: stackOf(12) },
    ]);
  });

  test("in a local method, and in the observer", () => {
    const members =
      "start() { throw new Error('a') } getState() { if (this.asked) throw new Error('b'); this.asked = true; return 1 }";
    const effects = effectsAfter(members, invoke(1, "start"));
    expect(effects).toMatchObject([
      { where: "start", message: "a" },
      { where: "getState", message: "b" },
    ]);
  });

  test("in timers and microtasks, and rejections nobody handles", () => {
    const body = `
      setTimeout(() => { throw new Error("1") }, 1); setInterval(() => { throw new Error("2") }, 2000); setImmediate(() => { throw new Error("3") });
      queueMicrotask(() => { throw new Error("4") }); Promise.reject(new Error("5")); (async () => { throw new Error("6") })();
      const late = Promise.reject(new Error("handled")); late.catch(() => {});`;
    const seen = effectsOf(body)
      .filter((effect) => effect.kind === "exception")
      .map(({ where, message }) => `${message} ${where}`);
    expect(seen.slice(0, 5)).toEqual([
      "4 a queueMicrotask callback",
      "5 a promise whose rejection nobody handled",
      "6 a promise whose rejection nobody handled",
      "3 a setImmediate callback",
      "1 a setTimeout callback",
    ]);
    expect(seen[5]).toBe("2 a setInterval callback");
  });

  test.each([
    ["'text'", { name: "Thrown value", message: "'text'", stack: "" }],
    ["undefined", { name: "Thrown value", message: "undefined" }],
    ["{ code: 5 }", { name: "Thrown value", message: "{ code: 5 }" }],
    ["Object.create(null)", { name: "Thrown value", message: "[Object: null prototype] {}" }],
    ["new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } })", { name: "Thrown value" }],
    ["Object.assign(new Error('x'), { name: 5 })", { name: "Error", message: "x" }],
    ["Object.defineProperty(new Error('x'), 'stack', { get() { throw 1 } })", { message: "x", stack: "" }],
    ["new (class Mine extends Error { get name() { throw 1 } })('m')", { name: "Error", message: "m" }],
    ["Symbol('s')", { name: "Thrown value", message: "Symbol(s)" }],
  ])("throwing %s", (thrown, expected) => {
    expect(effectsOf(`throw ${thrown};`)).toMatchObject([expected]);
  });

  test("endless recursion, also where the stack is nearly full", () => {
    const body =
      "const f = () => { try { console.log('x') } finally { f() } }; const g = () => g(); setTimeout(g, 1); setTimeout(f, 2); setTimeout(() => console.log('alive'), 3)";
    const effects = effectsOf(body).filter((effect) => effect.text !== "x");
    expect(effects.filter((effect) => effect.kind === "exception")).toMatchObject([
      { name: "RangeError" },
      { name: "RangeError" },
    ]);
  });

  test("long texts are cut", () => {
    const [effect] = effectsOf("throw new Error('x'.repeat(100000))");
    expect(String(effect?.message).length).toBeLessThan(17_000);
  });

  test("the peer goes on after an exception", () => {
    const effects = effectsOf("setTimeout(() => { throw new Error('x') }, 1); setTimeout(() => console.log('on'), 2);");
    expect(effects.at(-1)).toMatchObject({ text: "on" });
  });
});

describe("misuse of the interface", () => {
  const misuses = (body: string, members = "ask() {} static helper() {} get field() { return 1 }") =>
    effectsOf(`setImmediate(() => { ${body} })`, members).flatMap((effect) =>
      effect.kind === "misuse" ? [effect.message] : [],
    );

  test.each([
    ["peers[1].call('aks', {})", 'peers[1].call: class Raft has no method "aks"; did you mean "ask"?'],
    ["peers[1].call('nothingLikeIt', {})", 'peers[1].call: class Raft has no method "nothingLikeIt"; it has ask'],
    [
      "peers[1].call('start', {})",
      'peers[1].call: "start" is called by the service on its own peer only; it is not an RPC',
    ],
    ["peers[1].call('constructor', {})", 'peers[1].call: class Raft has no method "constructor"; it has ask'],
    ["peers[1].call('toString', {})", 'peers[1].call: class Raft has no method "toString"; it has ask'],
    ["peers[1].call('__proto__', {})", 'peers[1].call: class Raft has no method "__proto__"; it has ask'],
    ["peers[1].call(5, {})", "peers[1].call: the method must be named by a string, not 5"],
    [
      "peers[1].call('ask', { entries: [{ command: new Map() }] })",
      "call of ask on peer 1: args.entries[0].command is a Map; use a plain object or an array of pairs",
    ],
    [
      "peers[1].call('ask', [1, undefined])",
      "call of ask on peer 1: args[1] is undefined; use null, or leave the field out",
    ],
    ["apply({ command: () => 1 })", "apply: message.command is a function; send plain data"],
    ["apply()", "apply: message is undefined; use null, or leave the field out"],
    ["persister.save({ term: 1 })", "save: the state must be a Uint8Array, not { term: 1 }; make one with encode(…)"],
    [
      "persister.save(new Uint8Array(1), 'snapshot')",
      "save: the snapshot must be a Uint8Array, not 'snapshot'; make one with encode(…)",
    ],
  ])("%s", (body, message) => {
    expect(misuses(body)).toEqual([message]);
  });

  test("its stack shows where", () => {
    expect(effectsOf("\n\npersister.save(1);")[0]).toMatchObject({
      kind: "misuse",
      stack: expect.stringContaining("submission.js:7"),
    });
  });

  test("a call that was misused never resolves, so that nothing spins on it", () => {
    expect(
      effectsOf("setTimeout(() => peers[1].call('none').then(console.log, console.log), 1)").map(
        (effect) => effect.kind,
      ),
    ).toEqual(["observed", "misuse"]);
  });

  test.each([
    [
      "ask() {}",
      "handler ask called by peer 2 answered undefined: a handler must return its reply, and null means a lost reply",
    ],
    [
      "async ask() { return null }",
      "handler ask called by peer 2 answered null: a handler must return its reply, and null means a lost reply",
    ],
    ["ask() { return { at: new Date() } }", "handler ask called by peer 2: reply.at is a Date; use its getTime()"],
    ["", 'handler ask called by peer 2: class Raft has no method "ask"; it has no RPC methods'],
    [
      "ask = { count: 1 }; ask() { return 1 }",
      "handler ask called by peer 2: class Raft hides its method ask behind a field of that name, which is { count: 1 }; give one of them another name",
    ],
  ])("the handler %s", (members, message) => {
    expect(effectsAfter(members, request(1, "ask", {}))).toMatchObject([{ kind: "misuse", message }]);
  });

  test.each([
    ["", "class Raft has no method start"],
    ["start = null", "class Raft has no method start"],
    [
      "start = null; start() { return 1 }",
      "class Raft hides its method start behind a field of that name, which is null; give one of them another name",
    ],
    [
      "async start() { return 1 }",
      "start returned a promise: it must return its result at once, so it cannot be async",
    ],
    ["start() { return new Set() }", "start: result is a Set; use an array"],
  ])("the local method %s", (members, message) => {
    expect(effectsAfter(members, invoke(1, "start"))).toMatchObject([{ kind: "misuse", message }]);
  });

  test("an observer that is missing or gives no data", () => {
    const { entries } = engineFor("exports.Raft = class { };").exchange(window(5000, boot(), request(1, "x", 1)));
    expect(entries[0]?.effects).toMatchObject([{ kind: "misuse", message: "class Raft has no method getState" }]);
    expect(effectsOf("", "getState = 7; getState() {}")).toMatchObject([
      { kind: "misuse", message: expect.stringMatching(/hides its method getState behind .* which is 7;/) },
    ]);
    expect(effectsOf("", "getState() { return undefined }")).toMatchObject([
      { kind: "misuse", message: "getState: result is undefined; use null, or leave the field out" },
    ]);
  });
});

describe("what peers may do", () => {
  test("call methods without arguments, by fields that hold functions, and themselves", () => {
    const body =
      "this.arrow = () => 1; peers[1].call('ask'); peers[0].call('arrow', 1); setTimeout(() => peers[2].call('arrow', 2), 1);";
    const calls = effectsOf(body, "ask() {}").filter((effect) => effect.kind !== "observed");
    expect(calls).toMatchObject([
      { to: 1, args: null },
      { to: 0, method: "arrow", args: 1 },
      { to: 2, method: "arrow" },
    ]);
  });

  test("arguments are copied when they are sent, and what is saved and read too", () => {
    const body = `
      const args = { list: [1] }; peers[1].call("ask", args); args.list.push(2);
      const state = new Uint8Array([1, 2]); persister.save(state); state[0] = 9; persister.readState()[1] = 9;
      console.log(persister.readState().join(), persister.stateSize(), persister.readSnapshot().length);`;
    expect(effectsOf(body, "ask() {}")).toMatchObject([
      { args: { list: [1] } },
      { state: [1, 2], snapshot: null },
      { text: "1,2 2 0" },
      {},
    ]);
  });

  test("start from what was saved", () => {
    const saved = { state: new Uint8Array([1, 2]), snapshot: new Uint8Array(9000).fill(3) };
    const body =
      "console.log(persister.readState().join(), persister.readSnapshot().length, persister.readSnapshot()[8999])";
    const { entries } = engineFor(raft(body)).exchange(window(1, boot(saved)));
    expect(entries[0]?.effects[0]).toMatchObject({ text: "1,2 9000 3" });
  });

  test("never answer, and answer later", () => {
    const members =
      "never() { return new Promise(() => {}) } later(x) { return new Promise((r) => setTimeout(r, 3, x + 1)) }";
    const effects = effectsAfter(members, request(1, "never", {}), request(2, "later", 1, { requestId: 5 }));
    expect(effects).toEqual([{ kind: "reply", requestId: 5, reply: 2 }]);
  });

  test("calls resolve with the reply, or with null", () => {
    const engine = engineFor(
      raft("for (const n of [1, 2]) peers[n].call('ask', n).then((r) => console.log(n, r))", "ask() {}"),
    );
    const reply = (callId: number, bytes: number[] | null, timeUs: number) =>
      ({ kind: "reply", timeUs, peer: 0, incarnation: 1, callId, reply: bytes && new Uint8Array(bytes) }) as const;
    const { entries } = engine.exchange(
      window(
        5000,
        boot(),
        reply(2, null, 1),
        reply(1, [0x81, 0xa1, 0x61, 0x05], 2),
        reply(1, [0xc0], 3),
        reply(9, null, 4),
      ),
    );
    expect(
      entries.map((entry) => entry.effects.map((effect) => (effect.kind === "log" ? effect.text : effect.kind))),
    ).toEqual([["call", "call", "observed"], ["2 null"], ["1 { a: 5 }"], [], []]);
  });
});

describe("limits end the run", () => {
  const lossOf = (body: string) => {
    try {
      engineFor(raft(body, "ask() {}")).exchange(window(1_000_000, boot()));
    } catch (error) {
      if (error instanceof HostLost) return `${error.verdict}: ${error.message}`;
      throw error;
    }
    return "no loss";
  };

  test.each([
    ["for (;;) console.log('x'.repeat(1000))", "output-limit: peer 0 wrote more than 8 MB to the console"],
    [
      "(async () => { for (;;) { await null; console.log('x'.repeat(1000)) } })()",
      "output-limit: peer 0 wrote more than 8 MB to the console",
    ],
    [
      "for (;;) peers[1].call('ask', {})",
      expect.stringMatching(/^output-limit: peer 0 did too much at once.* passed 16 MB, the last was a call of ask$/),
    ],
    [
      "for (;;) persister.save(new Uint8Array(1e6))",
      expect.stringMatching(/^output-limit: peer 0 did too much.*the saved state$/),
    ],
    ["peers[1].call('ask', new Uint8Array(5e6))", "output-limit: peer 0: a call of ask of 4.8 MB is larger than 4 MB"],
    [
      "persister.save(new Uint8Array(1), new Uint8Array(5e6))",
      "output-limit: peer 0: the saved snapshot of 4.8 MB is larger than 4 MB",
    ],
    ["apply('x'.repeat(5e6))", "output-limit: peer 0: a message to apply of 4.8 MB is larger than 4 MB"],
    [
      "apply(Array(70).fill('x'.repeat(1e6)))",
      expect.stringMatching(/^output-limit: peer 0: a message.* of .* MB is larger than 4 MB$/),
    ],
    [
      "try { for (;;) console.log('x'.repeat(1000)) } catch {} ",
      "output-limit: peer 0 wrote more than 8 MB to the console",
    ],
  ])("%s", (body, message) => {
    expect(lossOf(body)).toEqual(message);
  });

  test("large messages below the limit pass", () => {
    expect(lossOf("apply('x'.repeat(4e6)); apply('é'.repeat(2e6)); persister.save(new Uint8Array(4e6))")).toBe(
      "no loss",
    );
  });
});
