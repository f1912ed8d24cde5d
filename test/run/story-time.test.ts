import { expect, test } from "vitest";
import { explainRun } from "../../grader/run/explain.ts";
import { defaultLab as lab, scenarioOf } from "../../labs/index.ts";
import { folderWith } from "../cli/run-cli.ts";

/** Two lead one term, after hundreds of messages; each boot burns. */
const SLOW = `
export class Raft {
  constructor(peers, me) {
    let x = me;
    for (let i = 0; i < 5e6; i++) x = (x * 31 + i) | 0;
    this.x = x;
    for (const peer of peers) if (peer !== peers[me]) setInterval(() => void peer.call("ping", me), 20);
    if (me < 2) setTimeout(() => (this.leads = true), 4000);
  }
  ping() { return 1; }
  getState() { return { term: this.leads ? 1 : 0, isLeader: this.leads === true }; }
  start() { return { index: -1, term: 0, isLeader: false }; }
  kill() {}
}`;

test("a story of runs that burn just below their limits ends when its time is over", async () => {
  const scenario = scenarioOf("lab2a/initial-election");
  const submission = folderWith({ "raft.js": SLOW });
  const request = { lab, scenario, submission, seed: 1, workers: 1 };
  const { result, story, why } = await explainRun({ ...request, time: { cpuMs: 600, wallMs: 60_000 } });
  expect(result.verdict).toBe("failed");
  expect(story?.endedBy ?? why).toMatch(/^time$|time for it was over/);
});
