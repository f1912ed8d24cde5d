import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { parsePort } from "../../grader/cli/input/options.ts";
import { withSourceMap } from "../../grader/run/inspect.ts";
import { grade, ROOT } from "./run-cli.ts";

const RUN = "initial-election@7";
const TAKEN = /^error: --inspect: port \d+ is taken, perhaps by another debugger; --inspect=\d+ takes another\n$/;
const RAFT = join(ROOT, "reference/raft/raft.ts");

function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

/** What test/cli/fixtures/debugger.mjs saw at a line of the reference. */
function heldAt(url: string, line: number, expression: string): Promise<unknown> {
  const script = join(ROOT, "test/cli/fixtures/debugger.mjs");
  const words = [url, pathToFileURL(RAFT).href, String(line), expression];
  const child = spawn(process.execPath, ["--experimental-websocket", "--no-warnings", script, ...words]);
  let out = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  return new Promise((resolve) => child.once("close", () => resolve(out === "" ? null : JSON.parse(out))));
}

test("a breakpoint in the TypeScript holds a run that waits for a debugger, and it is the same run", async () => {
  const line = readFileSync(RAFT, "utf8")
    .split("\n")
    .findIndex((text) => text.includes("if (this.killed) return noAnswer();"));
  let held: Promise<unknown> | null = null;
  const inspect = async () => {
    const { server, port } = await listening();
    await new Promise((resolve) => server.close(resolve));
    return grade(["replay", RUN, `--inspect=${port}`, "reference"], {
      onOut: (out) => {
        const url = /^waiting for a debugger at (ws:\S+);/m.exec(out)?.[1];
        if (url !== undefined) held ??= heldAt(url, line + 1, "[typeof args.term, this.peers.length]");
      },
    });
  };
  let inspected = await inspect();
  // Somebody else may have taken the port that was free a moment ago.
  for (let tries = 1; tries < 5 && TAKEN.test(inspected.err); tries++) inspected = await inspect();
  const file = pathToFileURL(RAFT).href;
  expect(await held).toEqual({ file, line: line + 1, in: "requestVote", value: ["number", 3] });
  const plain = await grade(["replay", RUN, "reference"]);
  const hash = /^trace [0-9a-f]{64}$/m;
  expect(inspected).toMatchObject({ code: 0, err: "" });
  expect(hash.exec(inspected.out)?.[0]).toBe(hash.exec(plain.out)?.[0]);
});

test("a port that is taken is one line, before anything is played", async () => {
  const { server, port } = await listening();
  const { code, out, err } = await grade(["replay", RUN, "reference", `--inspect=${port}`]);
  server.close();
  expect(err).toMatch(TAKEN);
  expect({ code, out }).toEqual({ code: 2, out: "" });
});

test("a port is a number, 9229 where none is named", () => {
  expect([parsePort(""), parsePort("9300")]).toEqual([9229, 9300]);
  for (const text of ["0", "65536", "-1", "x", "9229 "]) expect(() => parsePort(text)).toThrow(/A port is an integer/);
});

test("debuggers are told of the submission's own files, and of nothing else", () => {
  const sourceMap = JSON.stringify({ version: 3, sources: ["a b/raft.ts", "submission:entry"], mappings: "" });
  const { code } = withSourceMap({ code: "x", sourceMap, filename: "submission.js", inputs: [] }, "/at/me");
  const [, text = ""] = /^x\n\/\/# sourceMappingURL=data:application\/json;base64,(\S+)$/.exec(code) ?? [];
  expect(JSON.parse(Buffer.from(text, "base64").toString()).sources).toEqual([
    "file:///at/me/a%20b/raft.ts",
    "submission:entry",
  ]);
});
