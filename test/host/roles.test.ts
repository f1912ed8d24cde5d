import { describe, expect, test } from "vitest";
import { Engine } from "../../grader/host/engine.ts";
import type { Input } from "../../grader/sim/peer-host.ts";
import { processesOf, type Role } from "../../grader/sim/role.ts";
import { encode } from "../../labs/api/codec.ts";
import { boot, invoke, readable, realmTexts, request, window } from "./fixture.ts";

const ROLES: readonly Role[] = [
  {
    name: "server",
    file: "server",
    className: "Server",
    given: [{ kind: "ends", name: "peers", to: "server", of: "group" }, { kind: "me" }, { kind: "options" }],
    local: { kill: "at-once" },
    services: { inner: ["start"] },
  },
  {
    name: "clerk",
    file: "clerk",
    className: "Clerk",
    given: [{ kind: "ends", name: "servers", to: "server", of: "all" }, { kind: "me" }],
    local: { get: "later", now: "at-once" },
    observer: "state",
  },
];
/** Two groups of two servers, and a clerk: process 4. */
const PROCESSES = processesOf([
  { role: "server", size: 2, name: "A" },
  { role: "server", size: 2, name: "B" },
  { role: "clerk", size: 1 },
]);

interface Bodies {
  readonly server?: string;
  readonly serverMembers?: string;
  readonly clerk?: string;
  readonly clerkMembers?: string;
}

/** Boots one process, hands it what follows, and gives what it did. */
function effects(peer: number, bodies: Bodies, ...inputs: Input[]) {
  const code = `const { part } = __import("consensus-labs");
exports.Server = class Server {
  constructor(peers, me, options) { ${bodies.server ?? ""} }
  read(args) { return args; }
  kill() {}
  ${bodies.serverMembers ?? ""}
};
exports.Clerk = class Clerk {
  constructor(servers, me) { this.servers = servers; ${bodies.clerk ?? ""} }
  ${bodies.clerkMembers ?? ""}
  state() { return "observed"; }
};`;
  const engine = new Engine({ code, filename: "submission.js", roles: ROLES, ...realmTexts });
  const options = encode({ limit: 7 });
  const { entries } = engine.exchange(
    window(10_000_000, boot({ peer, processes: PROCESSES, options }), ...inputs.map((input) => ({ ...input, peer }))),
  );
  return entries.flatMap((entry) => entry.effects.map((effect) => ({ timeUs: entry.timeUs, ...readable(effect) })));
}

test("each process is of its role's class, with the arguments that the role says", () => {
  const server = effects(3, {
    server: "console.log(peers.length, me, options.limit, arguments.length); peers[0].call('read', 1)",
  });
  expect(server).toMatchObject([{ text: "2 1 7 3" }, { kind: "call", to: 2, method: "read" }]);
  const clerk = effects(4, { clerk: "console.log(servers.length, me, arguments.length); servers[3].call('read', 1)" });
  expect(clerk).toMatchObject([
    { text: "4 0 2" },
    { kind: "call", to: 3, method: "read" },
    { kind: "observed", value: "observed" },
  ]);
});

describe("an RPC is checked against the class of whom it is for", () => {
  const misuse = (peer: number, bodies: Bodies) =>
    effects(peer, bodies).flatMap((effect) => ("message" in effect ? [effect.message] : []));

  test("by a clerk that calls servers", () => {
    expect(misuse(4, { clerk: "servers[0].call('raed', 1)" })).toEqual([
      'servers[0].call: class Server has no method "raed"; did you mean "read"?',
    ]);
    expect(misuse(4, { clerk: "servers[0].call('kill', 1)" })).toEqual([
      'servers[0].call: "kill" is called by the service on its own server only; it is not an RPC',
    ]);
    expect(misuse(4, { clerk: "servers[0].call('get', 1)" })[0]).toMatch(/class Server has no method "get"/);
  });

  test("a field that holds a function is a method, as the class says", () => {
    expect(misuse(4, { serverMembers: "find = () => 1;", clerk: "servers[0].call('find', 1)" })).toEqual([]);
    expect(
      misuse(4, { serverMembers: "find() { return this.fund == 1; }", clerk: "servers[0].call('fund', 1)" }),
    ).toHaveLength(1);
  });

  test("messages name processes by their roles", () => {
    expect(misuse(4, { clerk: "servers[2].call('read', () => 1)" })[0]).toMatch(
      /^call of read on server 0 of B: args /,
    );
    const answer = effects(0, { serverMembers: "gone() {}" }, { ...request(1, "gone", 1), from: 4 } as Input);
    expect(answer).toMatchObject([
      { message: expect.stringMatching(/^handler gone called by clerk 0 answered undefined/) },
    ]);
  });
});

describe("a service in a field", () => {
  const inner = "this.inner = new (class Inner { append(x) { return x + 1; } start() {} })();";

  test("gets the calls that are for it", () => {
    const did = effects(0, { server: inner }, request(1, "inner.append", 4));
    expect(did).toMatchObject([{ kind: "reply", reply: 5 }]);
  });

  test("calls the others' by handles that are given its name", () => {
    const did = effects(1, { server: `${inner} part(peers, 'inner')[0].call('append', 3)` });
    expect(did).toMatchObject([{ kind: "call", to: 0, method: "inner.append", args: 3 }]);
  });

  test("what is wrong with a call is said", () => {
    const say = (call: string, before = inner) =>
      effects(1, { server: `${before} setTimeout(() => ${call}, 1)` }).map((effect) =>
        "message" in effect ? effect.message : effect,
      );
    expect(say("part(peers, 'inner')[0].call('apend', 1)")).toEqual([
      'peers[0].call: the object in inner of class Server has no method "apend"; did you mean "append"?',
    ]);
    expect(say("part(peers, 'inner')[0].call('start', 1)")).toEqual([
      'peers[0].call: "start" is called by the service on its own inner only; it is not an RPC',
    ]);
    expect(say("part(peers, 'inner')[0].call('append', 1)", "")).toEqual([
      'peers[0].call: class Server has no object in its field "inner"; keep it as this.inner, so that calls reach it',
    ]);
    const clerk = effects(4, { clerk: "part(servers, 'inner')[0].call('append', 1)" });
    expect(clerk[0]).toMatchObject({
      message: 'servers[0].call: "inner.append" is for the inner of other servers only',
    });
    const late = effects(0, {}, request(1, "inner.append", 4));
    expect(late).toMatchObject([{ message: expect.stringContaining('no object in its field "inner"') }]);
    const hidden = "this.inner = new (class Inner { append = 3; append(x) { return x; } start() {} })();";
    expect(effects(0, { server: hidden }, request(1, "inner.append", 4))).toMatchObject([
      {
        message: expect.stringContaining("the object in inner of class Server hides its method append behind a field"),
      },
    ]);
  });
});

describe("a local method that answers later", () => {
  const results = (members: string, ...inputs: Input[]) =>
    effects(4, { clerkMembers: members }, ...inputs).filter(
      (effect) => !("value" in effect) || effect.value !== "observed",
    );
  const get = (invokeId: number, timeUs: number, ...args: unknown[]): Input =>
    ({ ...invoke(timeUs, "get", ...args), invokeId }) as Input;

  test("answers when its promise does, by its id, and several may be open", () => {
    const members = "get(ms) { return new Promise((resolve) => setTimeout(() => resolve(ms), ms)); }";
    expect(results(members, get(1, 10, 30), get(2, 20, 5), get(3, 30, 0))).toMatchObject([
      { kind: "result", invokeId: 3, value: 0, timeUs: 1_030 },
      { kind: "result", invokeId: 2, value: 5, timeUs: 5_020 },
      { kind: "result", invokeId: 1, value: 30, timeUs: 30_010 },
    ]);
  });

  test("may answer at once, and with nothing", () => {
    expect(results("get() { return 1; }", get(1, 10))).toMatchObject([{ timeUs: 10, value: 1 }]);
    expect(results("async get() {}", get(1, 10))).toMatchObject([{ timeUs: 10, value: null }]);
  });

  test("a rejection, and what cannot be sent, are said with their place", () => {
    const [rejected] = results("async get() { throw new Error('lost') }", get(1, 10));
    expect(rejected).toMatchObject({
      kind: "exception",
      where: "get",
      message: "lost",
      stack: expect.stringContaining("submission.js"),
    });
    expect(results("async get() { return () => 1 }", get(1, 10))).toMatchObject([
      { kind: "misuse", message: expect.stringMatching(/^get: result/) },
    ]);
  });

  test("one that must answer at once may not be async", () => {
    const did = results("async now() { return 1 }", { ...invoke(10, "now"), invokeId: 1 } as Input);
    expect(did).toMatchObject([{ kind: "misuse", message: expect.stringMatching(/^now returned a promise/) }]);
  });
});
