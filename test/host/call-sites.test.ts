import { expect, test } from "vitest";
import { folderWith, grade, ROOT } from "../cli/run-cli.ts";

/** Throws the names of all files that structured call sites tell, from wherever code of a peer is called. */
const SUBMISSION = `
const files = new Set();
let looks = 0;
const prepare = (error, sites) => {
  for (const site of sites) {
    looks++;
    for (const text of [site.getFileName(), site.getScriptNameOrSourceURL(), site.getEvalOrigin(), String(site)]) {
      if (typeof text === "string") files.add(text.replace(/:[0-9]+:[0-9]+.*/, "").replace(/.*[(]/, ""));
    }
  }
  return "";
};
const Original = Error;
const look = () => {
  Original.stackTraceLimit = 1000;
  Original.prepareStackTrace = prepare;
  void new Original().stack;
  // Node asks the global for it, whatever that is by now.
  globalThis.Error = class extends Original { static prepareStackTrace = prepare; };
  try { null.x; } catch (error) { void error.stack; }
  globalThis.Error = Original;
  delete Original.prepareStackTrace;
  void new Original().stack;
};
export class Raft {
  constructor(peers, me) {
    look();
    queueMicrotask(look);
    setTimeout(look, 5);
    peers[(me + 1) % peers.length].call("hi", {}).then(look);
    setTimeout(() => { Original.prepareStackTrace = undefined; throw new Original(looks + " looks: " + [...files].sort().join(", ")); }, 500);
  }
  hi() { look(); return 1; }
  getState() { look(); return { term: 0, isLeader: false }; }
  start() { return { index: -1, term: 0, isLeader: false }; }
  snapshot() {}
  kill() {}
}
`;

test("no call site that a peer is given tells where the grader lies", async () => {
  const folder = folderWith({ "raft.js": SUBMISSION });
  const { out } = await grade(["lab2a", folder, "--only", "initial-election", "--runs", "1", "--json"]);
  const [{ runs }] = JSON.parse(out).scenarios;
  expect(runs[0]).toMatchObject({ verdict: "crashed", message: expect.stringMatching(/\d\d looks: .*submission\.js/) });
  expect(runs[0].message).not.toContain(ROOT);
  expect(runs[0].message).not.toMatch(/\bfile:|host\.js|\.ts\b/);
  // Node's own names are the same on every machine.
  const names = runs[0].message.match(/looks: (.*) \(/)[1].split(", ");
  for (const name of names) expect(name).toMatch(/^(submission\.js|consensus-labs:\w+|node:[\w/]+)$/);
});
