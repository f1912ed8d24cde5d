import { spawn } from "node:child_process";
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { ROOT, until } from "../cli/run-cli.ts";

/** An installed kit, and how a line is run in a folder. */
export interface InstalledKit {
  readonly base: string;
  readonly env: NodeJS.ProcessEnv;
  /** The command in a folder, without npm in between. */
  readonly grade: string;
  run(line: string, cwd?: string): { readonly code: number | null; readonly out: string; readonly err: string };
}

/** What a student has of a folder that `grade init` of a kit makes, outside of kit and clone. */
export function loopTests({ base, env, grade, run }: InstalledKit): void {
  const mine = join(base, "mine");
  const one = "lab2a --only initial-election --runs 1 --workers 1";
  let made = "";
  beforeAll(() => {
    const init = run("npx --no grade init ../mine");
    expect(init).toMatchObject({ code: 0, err: "" });
    made = init.out;
  });

  test("init says how to go on, and names what runs there", () => {
    expect(made).toMatch(/npx --no grade lab2a +grades[\s\S]*npx --no grade watch lab2a[\s\S]*npm install && npm test/);
    const { scripts, devDependencies } = JSON.parse(readFileSync(join(mine, "package.json"), "utf8"));
    expect(Object.keys(scripts)).toEqual(["grade", "watch", "test"]);
    expect(devDependencies.vitest).toMatch(/^\d+\.\d+\.\d+$/);
    const { preLaunchTask } = JSON.parse(readFileSync(join(mine, ".vscode/launch.json"), "utf8")).configurations[0];
    const { tasks, inputs } = JSON.parse(readFileSync(join(mine, ".vscode/tasks.json"), "utf8"));
    expect(tasks[0]).toMatchObject({
      label: preLaunchTask,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: an editor fills it in
      args: ["--no", "grade", "replay", "${input:run}", "--inspect"],
    });
    expect(inputs[0].default).toMatch(/^lab2a\/[\w-]+@7$/);
  });

  test("npm test says what is missing, and then runs the unit test and each scenario as a test", () => {
    const missing = run("npm test --silent", mine);
    expect(missing.err).toMatch(
      /^error: vitest is not installed here yet, .*: npm install --save-dev vitest@[\d.]+\n$/,
    );
    expect({ code: missing.code, out: missing.out }).toEqual({ code: 2, out: "" });
    symlinkSync(join(ROOT, "node_modules/vitest"), join(mine, "node_modules/vitest"));
    writeFileSync(join(mine, "raft.ts"), `${readFileSync(join(mine, "raft.ts"), "utf8")}\nconsole.log("mine");\n`);
    const report = join(mine, "report.json");
    const words = ["-t", "empty.log|initial-election", "--reporter=json", `--outputFile=${report}`];
    const { code } = run(`npm test --silent -- ${words.join(" ")}`, mine);
    expect(code).toBe(1);
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
    expect(tests.filter(({ status }) => status === "passed").map(({ title }) => title)).toEqual([
      "an empty log ends at index 0, with term 0",
    ]);
    const [failed, ...more] = tests.filter(({ status }) => status === "failed");
    expect(more).toEqual([]);
    expect(failed?.title).toMatch(/^lab2a\/initial-election: /);
    expect(failed?.failureMessages[0]).toMatch(
      /^ScenarioFailure: failed: liveness [\s\S]*no peer says that it leads[\s\S]*console +[\s\S]*mine[\s\S]*again +npx --no grade replay lab2a\/initial-election@/,
    );
    // Those that nobody asked for were not played.
    expect(tests.length).toBeGreaterThan(10);
    // What tests have seen, gradings know.
    expect(run(`${grade} ${one} --failed --no-shrink`, mine)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/1 scenario, 1 run each/),
    });
  });

  test("watch grades once for a save, tells what changed, and --failed has nothing left to play", async () => {
    const child = spawn(join(mine, grade), ["watch", ...one.split(" ")], { cwd: mine, env });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const gradings = () => out.split("waiting for a save\n").length - 1;
    await until(() => gradings() === 1, "it has graded");
    expect(out).toMatch(
      /FAIL +lab2a\/initial-election [\s\S]*0 passed, 1 failed; nothing changed: 1 fails as before\n/,
    );
    // Everything at once, as version control would write it: whoever looks does so when all is there, also on a busy machine.
    child.kill("SIGSTOP");
    for (const name of readdirSync(join(ROOT, "reference/raft")).filter((file) => file.endsWith(".ts")))
      cpSync(join(ROOT, "reference/raft", name), join(mine, name));
    child.kill("SIGCONT");
    await until(() => gradings() === 2, "it has graded again");
    expect(out).toMatch(/1 passed; 1 newly passes \(lab2a\/initial-election\)\nwaiting for a save\n$/);
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(gradings()).toBe(2);
    expect(run(`${grade} ${one} --failed`, mine)).toEqual({
      ...{ code: 0, err: "" },
      out: "all of lab2a that was graded in . passed the last time: there is nothing to play\n",
    });
    expect(run(`${grade} ${one} --failed --json`, mine)).toMatchObject({
      ...{ code: 2, out: "" },
      err: expect.stringMatching(/^error: --failed: all of lab2a .* no result for --json\n$/),
    });
  });
}
