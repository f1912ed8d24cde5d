import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { RunResult } from "../../run/result.ts";
import type { BatchResult } from "../model/batch-result.ts";
import { failuresOf, type SeenScenario, type StudentView } from "./student-view.ts";

/** How a failure comes about, in few steps. */
export interface ToldStory {
  readonly lines: readonly string[];
  /** The same as a scenario file. */
  readonly script: string;
  /** Its page, to step through in a browser: the name of a file beside the report. */
  readonly page?: string;
}

/** What is told of a failure beside its facts: a story, or why there is none; undefined: nothing is said of it. */
export type StoryOf = (result: BatchResult, run: RunResult) => ToldStory | string | undefined;

/** In a batch's folder. */
const STORIES_FOLDER = "stories";
const FORMAT = "consensus-labs/story@1";

const storedSchema = z.strictObject({
  format: z.literal(FORMAT),
  submissionHash: z.string(),
  told: z.union([
    z.strictObject({ lines: z.array(z.string()), script: z.string(), hasPage: z.boolean() }),
    z.strictObject({ why: z.string() }),
  ]),
});

/** Stories of a batch that were made, in files: one run's is there whole, or not at all. */
export class StoryStore {
  /** Where they lie. */
  readonly folder: string;

  /** @param out the batch's folder. */
  constructor(out: string) {
    this.folder = join(out, STORIES_FOLDER);
  }

  /** What was made of that run, of those sources. Undefined: nothing yet. */
  read({ id, submissionHash }: BatchResult, run: RunResult): ToldStory | string | undefined {
    const name = nameOf(id, run);
    const path = join(this.folder, `${name}.json`);
    if (!existsSync(path)) return undefined;
    const { data } = storedSchema.safeParse(jsonOf(readFileSync(path, "utf8")));
    if (data === undefined || data.submissionHash !== submissionHash) return undefined;
    if ("why" in data.told) return data.told.why;
    const { hasPage, ...told } = data.told;
    return { ...told, ...(hasPage && { page: `${name}.html` }) };
  }

  /** Keeps what was made. `page`: its HTML. */
  keep(
    { id, submissionHash }: BatchResult,
    run: RunResult,
    story: Omit<ToldStory, "page"> | string,
    page?: string,
  ): void {
    const name = nameOf(id, run);
    mkdirSync(this.folder, { recursive: true });
    if (page !== undefined) this.#write(`${name}.html`, page);
    const told = typeof story === "string" ? { why: story } : { ...story, hasPage: page !== undefined };
    this.#write(`${name}.json`, `${JSON.stringify({ format: FORMAT, submissionHash, told })}\n`);
  }

  /** The path of a story's page. */
  pathOf(page: string): string {
    return join(this.folder, page);
  }

  #write(name: string, text: string): void {
    const path = join(this.folder, name);
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  }
}

/** Of each stage the first failure that may be seen and told in steps. What hung, or took too much, is not shrunk. */
export function toBeTold({
  stages,
}: Pick<StudentView, "stages">): readonly (SeenScenario & { readonly run: RunResult })[] {
  return stages.flatMap((stage) => {
    const first = failuresOf(stage).find(({ run }) => run?.verdict === "failed" || run?.verdict === "crashed");
    return first?.run === undefined ? [] : [{ ...first, run: first.run }];
  });
}

/** The same where no other file can lie beside the report. */
export function withoutPages(storyOf: StoryOf | undefined): StoryOf | undefined {
  if (storyOf === undefined) return undefined;
  return (result, run) => {
    const story = storyOf(result, run);
    if (story === undefined || typeof story === "string") return story;
    return { lines: story.lines, script: story.script };
  };
}

/** `lab2b/backup@7` of `ana` is `ana.lab2b-backup@7`. */
function nameOf(id: string, { replay }: RunResult): string {
  const run = replay.split(" ").find((word) => word.includes("@")) ?? "";
  return `${id}.${run.replaceAll("/", "-").replace(/[^\w@.-]/g, "_")}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
