import { execFileSync, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type * as Api from "../../../labs/api/vitest.d.ts";
import type { ScenarioNews, TestOrder } from "./test-grading.ts";

// Of Node's own modules only: it is loaded into whatever vitest a student has, from wherever this package lies.

/** A task of vitest: a test, or what holds some. */
interface Task {
  readonly name: string;
  readonly mode?: string;
  readonly tasks?: readonly Task[];
}

interface Context {
  readonly task: { readonly file: Task };
  skip(note?: string): never;
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly suites: readonly {
    readonly id: string;
    readonly name: string;
    readonly scenarios: readonly { readonly id: string; readonly title: string }[];
  }[];
}

const built = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

export const scenarioTests: typeof Api.scenarioTests = (lab, test, { folder = ".", ...options } = {}) => {
  const labs = JSON.parse(
    execFileSync(process.execPath, [built("cli.js"), "list", "--json"], { encoding: "utf8" }),
  ) as readonly Listed[];
  const chosen = labs.flatMap((one) => {
    const isWhole = one.id === lab || one.name === lab;
    const scenarios = one.suites.flatMap((suite) =>
      isWhole || suite.id === lab || suite.name === lab
        ? suite.scenarios
        : suite.scenarios.filter(({ id }) => id === lab),
    );
    return scenarios.map((scenario) => ({ ...scenario, lab: one.id, testName: `${scenario.id}: ${scenario.title}` }));
  });
  const [first] = chosen;
  if (first === undefined)
    throw new Error(`scenarioTests: there is no lab, stage or scenario "${lab}"; "grade list" shows them all`);
  let grading: Grading | null = null;
  for (const { id, testName } of chosen) {
    const body = async ({ task, skip }: Context) => {
      // The first test knows which ones were asked for: vitest has sorted them out by then.
      grading ??= new Grading({
        lab: first.lab,
        folder,
        ids: chosen.filter((one) => isAskedFor(task.file, one.testName)).map((one) => one.id),
        ...options,
      });
      const news = await grading.newsOf(id);
      if (news.verdict === "skipped") skip(news.text);
      if (news.verdict !== "passed") throw failure(news);
    };
    test(testName, body, 0);
  }
};

/** One grading, in a process of its own, whose results tests wait for. */
class Grading {
  private readonly waiting = new Map<string, { resolve(news: ScenarioNews): void; reject(error: Error): void }>();
  private readonly news = new Map<string, Promise<ScenarioNews>>();

  constructor(order: TestOrder) {
    for (const id of order.ids)
      this.news.set(id, new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject })));
    // A test that is not run after all waits for nothing.
    for (const one of this.news.values()) one.catch(() => {});
    // None of the flags that vitest starts its own processes with.
    const child = fork(built("test-grading.js"), { execArgv: [], stdio: ["ignore", "ignore", "pipe", "ipc"] });
    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-COMPLAINT_CHARS);
    });
    child.on("message", (news: ScenarioNews) => this.waiting.get(news.id)?.resolve(news));
    const end = (why: string) => {
      for (const { reject } of this.waiting.values()) reject(new Error(why));
    };
    child.on("error", (error) => end(`the grader could not be started: ${error.message}`));
    child.on("close", () => end(complaint.trim() || "the grader ended before this scenario was decided"));
    child.send(order);
  }

  newsOf(id: string): Promise<ScenarioNews> {
    return this.news.get(id) ?? Promise.reject(new Error(`${id} was not asked for when the grading began`));
  }
}

const COMPLAINT_CHARS = 10_000;

function isAskedFor(task: Task, name: string): boolean {
  if (task.tasks !== undefined) return task.tasks.some((one) => isAskedFor(one, name));
  return task.name === name && task.mode !== "skip" && task.mode !== "todo";
}

/** As a test fails: what a grading says of it, and, where that is known, the place in the student's own file. */
function failure({ text, place }: ScenarioNews): Error {
  const error = new Error(text);
  error.name = "ScenarioFailure";
  const at = place === undefined ? "" : `\n    at ${place.function} (${place.path}:${place.line}:${place.column})`;
  error.stack = `${error.name}: ${text}${at}`;
  return error;
}
