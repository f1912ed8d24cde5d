import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Instance } from "../../grader/harness/instance.ts";
import type { Lab } from "../../grader/harness/scenario.ts";
import { Engine } from "../../grader/host/engine.ts";
import { DEFAULT_CAPS, searchInstance } from "../../grader/search/search.ts";
import { playScript } from "../../grader/shrink/play-script.ts";
import { signatureOf } from "../../grader/shrink/signature.ts";
import { parseScript } from "../../grader/shrink/text/parse.ts";
import { writeScript } from "../../grader/shrink/text/write.ts";
import { bundleSubmission, openSubmission } from "../../grader/submission/index.ts";
import { labs, languagesOf, theatreOf } from "../../labs/index.ts";
import { ROOT } from "../cli/run-cli.ts";
import { realmTexts } from "../host/fixture.ts";
import { makeFolder } from "../submission/folder.ts";

const all = labs.flatMap((lab) => (lab.instances ?? []).map((instance) => ({ lab, instance })));

describe("the instances of a lab", () => {
  test.each(all)(
    "$lab.id $instance.name has a name of its own, peers that there are, and is told",
    ({ lab, instance }) => {
      expect(lab.instances?.filter(({ name }) => name === instance.name)).toHaveLength(1);
      expect(instance.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect([instance.title.length > 10, /\.$/.test(instance.about)]).toEqual([true, true]);
      const named = [...instance.starts.flatMap(({ peers }) => peers), ...(instance.crashing ?? [])];
      expect(named.filter((peer) => peer < 0 || peer >= instance.peers)).toEqual([]);
      expect([0, instance.peers]).toContain(instance.timers?.length ?? 0);
      expect(lab.stage).toBeDefined();
    },
  );
});

/** What a search finds of a lab's reference with one piece of it changed. */
async function engineOf(lab: Lab, file: string, from: string, to: string): Promise<Engine> {
  const folder = join(ROOT, "reference", lab.home);
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts"));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  expect((files[file] as string).split(from)).toHaveLength(2);
  files[file] = (files[file] as string).replace(from, to);
  const { code } = await bundleSubmission(openSubmission(makeFolder(files), { ...lab.form, home: "none" }));
  return new Engine({ code, filename: "submission.js", roles: lab.form.roles, ...realmTexts });
}
const instanceOf = (lab: Lab, name: string) => lab.instances?.find((one) => one.name === name) as Instance;

describe("a mistake that takes a certain order", () => {
  const paxos = labs.find(({ id }) => id === "paxos") as Lab;
  const raft = labs.find(({ id }) => id === "lab2") as Lab;
  beforeAll(() => expect([paxos, raft]).not.toContain(undefined));

  test.each([
    [raft, "votes", "raft.ts", "Math.floor(this.peers.length / 2) + 1", "1", /election-safety/],
    [paxos, "two-proposers", "paxos.ts", "report === undefined ? value : report.value", "value", /agreement/],
    [raft, "snapshot", "raft.ts", "this.persist(snapshot)", "this.persist()", /state-machine-safety/],
  ] as const)(
    "of $id is found long before all orders are played, and its script fails alike from a file",
    async (lab, name, file, from, to, broken) => {
      const engine = await engineOf(lab, file, from, to);
      const caps = { ...DEFAULT_CAPS, prefixes: 200_000 };
      const instance = instanceOf(lab, name);
      const theatre = theatreOf(lab.id, instance.options ?? {});
      const { found } = searchInstance(lab.id, theatre, instance, engine, caps);
      const [first] = found;
      if (first === undefined) return expect.fail("nothing was found");
      expect(first.signature).toMatch(broken);
      const script = parseScript(writeScript(first.script), languagesOf([lab]));
      const play = playScript(theatre, script, engine.another());
      expect(signatureOf(play)).toBe(first.signature);
      expect(play.outcomes.filter(({ nothing }) => nothing !== undefined)).toEqual([]);
    },
  );
});
