import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { decodeFromHost, encodeLoad, encodeReset, encodeWindow, FrameStream } from "../../grader/host/wire.ts";
import { openChannels } from "../../grader/sandbox/channel.ts";
import { boot, engineFor, raft, raftForm, request, window } from "./fixture.ts";

const folder = mkdtempSync(join(tmpdir(), "consensus-labs-test-"));

beforeAll(async () => {
  const source = fileURLToPath(new URL("../../grader/host/", import.meta.url));
  await build({
    entryPoints: [`${source}main.ts`, `${source}stuck.ts`],
    outdir: folder,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "warning",
  });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const { buildRealm } = await import(new URL("../../scripts/realm-build.mjs", import.meta.url).href);
  await buildRealm(join(folder, "realm"));
});

afterAll(() => rmSync(folder, { recursive: true }));

let child: ChildProcess | null = null;
afterEach(() => {
  child?.kill("SIGKILL");
  child = null;
});

/** Starts a host with that submission. */
function start(code: string, nodeFlags: string[] = []) {
  const [channel] = openChannels(1);
  if (channel === undefined) throw new Error("no channel");
  const stdio = ["ignore", "ignore", "pipe", channel.hostRead, channel.hostWrite] as const;
  const started = spawn(process.execPath, [...nodeFlags, join(folder, "main.js")], {
    stdio: [...stdio],
    env: { TZ: "Asia/Tokyo" },
  });
  child = started;
  closeSync(channel.hostRead);
  closeSync(channel.hostWrite);
  const stream = new FrameStream(channel.fromHost, channel.toHost, 1e8);
  const receive = () => {
    const body = stream.read();
    return body === null ? null : decodeFromHost(body, { fromUs: 0, untilUs: 1e9, peers: 3 });
  };
  stream.write(encodeLoad({ code, filename: "submission.js", roles: raftForm.roles }));
  return { child: started, stream, receive, channel };
}

const busy = raft(
  "setInterval(() => { console.log(Math.random(), new Date(2025, 1).getTime()); Promise.reject(new Error('x')) }, 1); peers[1].call('ask', { me })",
  "async ask(x) { await null; return { x } }",
);
const inputs = [boot(), boot({ peer: 1 }), request(500, "ask", "é".repeat(50)), request(1500, "ask", 2, { peer: 1 })];

test("a process does what an engine here does, run after run, and ends when its input ends", async () => {
  const { child, stream, receive, channel } = start(busy);
  expect(receive()).toEqual({ kind: "ready" });
  const expected = engineFor(busy).exchange(window(5000, ...inputs));
  for (let run = 0; run < 2; run++) {
    stream.write(encodeWindow(window(5000, ...inputs)));
    expect(receive()).toEqual({ kind: "result", result: expected });
    stream.write(encodeReset());
  }
  closeSync(channel.toHost);
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a loop that swallows exceptions ends all the same when it prints too much", () => {
  const { stream, receive } = start(raft("for (;;) { try { console.log('x'.repeat(1000)) } catch {} }"));
  expect(receive()).toEqual({ kind: "ready" });
  stream.write(encodeWindow(window(10, boot())));
  expect(receive()).toEqual({
    kind: "lost",
    verdict: "output-limit",
    message: "peer 0 wrote more than 8 MB to the console",
  });
});

test("a bundle that does not parse is the submission's own doing", () => {
  for (const [code, message] of [
    ["this is not JavaScript", "the bundle cannot be loaded: SyntaxError: Unexpected identifier"],
    [`exports.x = (a) => ${"a?1:".repeat(20_000)}1;`, "the bundle cannot be loaded: RangeError: Maximum call stack"],
  ] as const) {
    const { receive } = start(code);
    expect(receive()).toMatchObject({ kind: "lost", verdict: "crashed", message: expect.stringContaining(message) });
  }
});

test("the watchdog says where the submission is stuck", async () => {
  const members = "\nspin(n) {\n  for (let i = 0; i < n; i++);\n}";
  const { child, stream, receive } = start(raft("setTimeout(() => this.spin(1e11), 1);", members));
  expect(receive()).toEqual({ kind: "ready" });
  stream.write(encodeWindow(window(10, boot())));
  expect(receive()).toMatchObject({ kind: "result" });
  stream.write(encodeWindow(window(5000)));
  // On a busy machine it says at first that nothing is computed at all.
  let told: { stuck: string[] } = { stuck: [] };
  let text = "";
  for await (const chunk of child.stderr ?? []) {
    text += String(chunk);
    if (text.endsWith("\n")) told = JSON.parse(text.trimEnd().split("\n").at(-1) as string);
    if (told.stuck.length > 0) break;
  }
  expect(told).toEqual({
    peer: 0,
    stuck: [
      expect.stringMatching(/^at spin \(submission\.js:10:\d+\)$/),
      expect.stringMatching(/^at submission\.js:5:\d+$/),
    ],
  });
});
