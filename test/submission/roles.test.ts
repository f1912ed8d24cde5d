import { expect, test } from "vitest";
import type { Form } from "../../grader/sim/role.ts";
import { bundleSubmission } from "../../grader/submission/bundle.ts";
import { openSubmission, remarksOn } from "../../grader/submission/open.ts";
import { makeSourceMapper } from "../../grader/submission/source-mapper.ts";
import { typeCheck } from "../../grader/submission/type-check.ts";
import { lab3 } from "../../labs/kv/index.ts";
import { evaluate, makeFolder, raftForm, refusal } from "./folder.ts";

const role = (file: string, className: string): Form["roles"][number] => ({
  name: file,
  file,
  className,
  given: [],
  local: {},
});
const FORM: Form = {
  file: "server",
  roles: [role("server", "KvServer"), role("clerk", "Clerk")],
  layers: { raft: ["Raft"] },
  api: "kv",
};
const SERVER = 'import { Raft } from "consensus-labs/raft";\nexport class KvServer { raft = Raft; }\n';
const CLERK =
  'import { part, type ClientEnd } from "consensus-labs/kv";\nexport class Clerk { part = part; ends?: ClientEnd<object>[]; }\n';

const bundle = (files: Record<string, string>) => bundleSubmission(openSubmission(makeFolder(files), FORM));
const message = async (files: Record<string, string>) =>
  bundle(files).then(
    () => "taken",
    (error: Error) => error.message,
  );

test("each role's class comes from its own file, TypeScript or JavaScript", async () => {
  const { code, inputs } = await bundle({
    "server.ts": SERVER,
    "clerk.js": "export class Clerk {}",
    "raft.ts": "export class Raft {}",
  });
  const exported = evaluate(code, { "consensus-labs/raft": { Raft: 1 }, "consensus-labs": {} });
  expect(Object.keys(exported).sort()).toEqual(["Clerk", "KvServer"]);
  expect(inputs).toEqual(["clerk.js", "server.ts"]);
});

test("a layer is asked of the realm, and so is the lab's own API", async () => {
  const { code } = await bundle({ "server.ts": SERVER, "clerk.ts": CLERK });
  const { KvServer, Clerk } = evaluate(code, { "consensus-labs/raft": { Raft: 7 }, "consensus-labs": { part: 8 } });
  expect(new (KvServer as new () => { raft: number })().raft).toBe(7);
  expect(new (Clerk as new () => { part: number })().part).toBe(8);
});

test("what is missing or wrong is said of the file that it belongs in", async () => {
  expect(await message({ "server.ts": SERVER }).catch(({ message }) => message)).toMatch(
    /^no clerk\.ts in .*clerk\.js will do too.*`export class Clerk`/,
  );
  expect(await message({ "clerk.ts": CLERK }).catch(({ message }) => message)).toMatch(/^no server\.ts in /);
  expect(await message({ "server.ts": SERVER, "clerk.ts": "export class Klerk {}" })).toBe(
    "clerk.ts exports no class Clerk; write `export class Clerk`",
  );
  expect(await message({ "server.ts": "class KvServer {}", "clerk.ts": CLERK })).toMatch(
    /^server\.ts:1:1: class KvServer is not exported/,
  );
  expect(await message({ "server.ts": `${SERVER}export { KvServer };`, "clerk.ts": CLERK })).toMatch(
    /^server\.ts:3:\d+: .*KvServer/,
  );
  expect(await message({ "server.ts": SERVER.replaceAll(/Raft\b/g, "Raf"), "clerk.ts": CLERK })).toMatch(
    /server\.ts:1:\d+: .*"Raf"/,
  );
});

test("remarks are made on each of the files", () => {
  const folder = makeFolder({ "server.ts": SERVER, "clerk.ts": CLERK, "clerk.js": "" });
  expect(remarksOn(folder, FORM)).toEqual([expect.stringMatching(/^clerk\.ts is what is graded/)]);
});

test("types of the parts of the student API are there", async () => {
  const files = {
    "server.ts": `import { Raft } from "consensus-labs/raft";
import { part, type ClientEnd, type KvServerPeer, type Persister } from "consensus-labs/kv";
export class KvServer implements KvServerPeer {
  private readonly raft: Raft;
  constructor(peers: ClientEnd<KvServer>[], me: number, persister: Persister) {
    this.raft = new Raft(part(peers, "raft"), me, persister, (msg) => void msg.kind);
  }
  getState() { return this.raft.getState(); }
  kill() {}
  read(key: string) { return { key, n: 1 }; }
}`,
    "clerk.ts": `import type { ClientEnd } from "consensus-labs/kv";
import type { KvServer } from "./server.ts";
export class Clerk {
  constructor(private servers: ClientEnd<KvServer>[]) {}
  async ask(): Promise<number> {
    const reply = await this.servers[0]!.call("read", "k");
    await this.servers[0]!.call("raed", "k");
    return reply === null ? "none" : reply.n;
  }
}`,
  };
  const problems = await typeCheck(openSubmission(makeFolder(files), FORM));
  expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual(["clerk.ts:7", "clerk.ts:8"]);
});

test("where a layer is what the lab asks for, only its types can be imported", async () => {
  const value = makeFolder({
    "raft.ts": 'import { Raft as Given } from "consensus-labs/raft";\nexport class Raft extends Given {}',
  });
  expect((await refusal(value)).message).toBe(
    "raft.ts:1:31: consensus-labs/raft can be imported for its types only (`import type`): what it holds is what you write here yourself",
  );
  const types = 'import type { ApplyMsg } from "consensus-labs/raft";\nexport class Raft { last?: ApplyMsg }';
  await expect(bundleSubmission(openSubmission(makeFolder({ "raft.ts": types }), raftForm))).resolves.toBeDefined();
  const other = makeFolder({
    "raft.ts": 'import { part } from "consensus-labs/kv";\nexport class Raft { part = part }',
  });
  expect((await refusal(other)).message).toMatch(
    /consensus-labs\/kv is not a part of consensus-labs that a peer can import/,
  );
});

test("a class that comes from two files at once is told by both", async () => {
  const two = { "a.ts": CLERK, "b.ts": CLERK, "clerk.ts": 'export * from "./a.ts";\nexport * from "./b.ts";' };
  expect(await message({ "server.ts": SERVER, ...two })).toBe(
    "clerk.ts exports several classes Clerk, of a.ts and b.ts: export one of them by its name",
  );
  const twice = await message({ "server.ts": SERVER, "clerk.ts": `${CLERK}\nexport { Clerk };` });
  expect(twice).toMatch(/^clerk\.ts:\d+:10: .*Multiple exports with the same name "Clerk"/);
});

test("methods that the grader calls are found in the files, as methods and as fields", async () => {
  const clerk =
    "const n = 1;\nexport class Clerk {\n  get = async (key: string) => key;\n\n  async put(): Promise<void> {\n    get(n);\n  }\n}\nfunction get(_: number) {}";
  const folder = makeFolder({ "server.ts": SERVER, "clerk.ts": clerk });
  const { sourceMap } = await bundleSubmission(openSubmission(folder, lab3.form));
  const { member } = makeSourceMapper(sourceMap);
  expect(member?.("clerk", "get")).toEqual({ file: "clerk.ts", line: 3, column: 3, function: "get" });
  expect(member?.("clerk", "put")).toMatchObject({ file: "clerk.ts", line: 5 });
  // What is not there is about its class.
  expect(member?.("clerk", "append")).toEqual({ file: "clerk.ts", line: 2, column: 8 });
  expect(member?.("server", "get")).toMatchObject({ file: "server.ts" });
  expect(member?.("toString", "get")).toBeNull();
});
