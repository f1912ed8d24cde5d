import { readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { type Intake, openReport, takeIn } from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { makeTemporaryFolder } from "../../sandbox/temporary-folder.ts";
import {
  fingerprintsOf,
  MAX_COMPARED,
  type SourceText,
  type Subject,
  similarity,
  similarityJson,
  similarityLines,
  similarityPage,
} from "../../similar/index.ts";
import { openSubmission, UngradableError } from "../../submission/index.ts";
import { oneLine } from "../../text/printable.ts";
import { EXIT } from "../exit-code.ts";
import { selectLab } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import { withBatchErrors } from "../output/batch-lines.ts";
import { OutputFile } from "../output/output-file.ts";
import type { Stdio } from "../output/stdio.ts";

export interface SimilarOptions {
  /** Which lab they are of; absent: the first. */
  readonly lab?: string;
  /** Sources of earlier years, which are compared with the new ones only. */
  readonly with?: readonly string[];
  /** A batch's folder, for names and points. */
  readonly batch?: string;
  readonly roster?: string;
  readonly anyway?: boolean;
  readonly followLinks?: boolean;
  /** `true`: on standard output, and nothing else there. */
  readonly json?: true | string;
  /** The page to write. */
  readonly out?: string;
}

/** `grade similar <sources...>`. Gives the exit status, which says nothing of what was found. */
export function similarCommand(
  labs: readonly Lab[],
  sources: readonly string[],
  options: SimilarOptions,
  stdio: Stdio,
): Promise<number> {
  return withBatchErrors(stdio, async () => {
    const { lab } = selectLab(labs, options.lab ?? (labs[0] as Lab).id);
    const jsonFile = typeof options.json === "string" ? new OutputFile("--json", options.json) : null;
    const page = options.out === undefined ? null : new OutputFile("--out", options.out);
    const remarks: string[] = [];
    const graded = options.batch === undefined ? new Map<string, Graded>() : gradedIn(options.batch, stdio);
    const subjects: Subject[] = [];
    for (const { id, name, fingerprints } of await readAll(lab, sources, options, remarks, stdio)) {
      const known = graded.get(id);
      const points = known === undefined ? {} : { points: known.points };
      subjects.push({ id, name: known?.name ?? name, kind: "new", fingerprints, ...points });
    }
    for (const folder of options.with ?? []) {
      const prefix = `${basename(folder)}/`;
      const { anyway, followLinks } = options;
      for (const one of await readAll(lab, [folder], { anyway, followLinks }, remarks, stdio))
        subjects.push({ ...one, id: `${prefix}${one.id}`, kind: "earlier" });
    }
    const reference = { id: "reference", name: "the reference solution", kind: "reference" } as const;
    subjects.push({ ...reference, fingerprints: fingerprintsOf(given(lab, "reference")) });
    if (subjects.length > MAX_COMPARED) {
      throw new UsageError(
        `${subjects.length} submissions are more than the ${MAX_COMPARED} that can be compared at once; leave some of --with out`,
      );
    }
    const found = similarity(subjects, fingerprintsOf(given(lab, "skeleton")));
    const result = { ...found, remarks: [...remarks, ...found.remarks] };
    const json = `${JSON.stringify(similarityJson(result), null, 2)}\n`;
    if (options.json === true) stdio.out.write(json);
    else for (const line of similarityLines(result)) stdio.out.write(`${line}\n`);
    const written = [jsonFile?.write(json, stdio) ?? true, page?.write(similarityPage(result), stdio) ?? true];
    return written.includes(false) ? EXIT.internalError : EXIT.passed;
  });
}

type TakeOptions = { readonly [K in "roster" | "anyway" | "followLinks"]?: SimilarOptions[K] | undefined };
type Read = Pick<Subject, "id" | "name" | "fingerprints">;

/** Takes them in as a batch does, one unpacked at a time. Who handed in nothing that could be graded is a remark. */
async function readAll(
  { form }: Lab,
  sources: readonly string[],
  { roster, anyway, followLinks }: TakeOptions,
  remarks: string[],
  stdio: Stdio,
): Promise<readonly Read[]> {
  const workDir = makeTemporaryFolder("similar");
  try {
    const intakes = await takeIn(sources, {
      mainFile: form.file,
      workDir,
      onRemark: (remark) => stdio.err.write(`${oneLine(remark)}\n`),
      ...(roster !== undefined && { roster }),
      ...(anyway !== undefined && { anyway }),
      ...(followLinks !== undefined && { followLinks }),
    });
    const read: Read[] = [];
    for (const intake of intakes) {
      const texts = await sourcesOf(intake, form);
      if (typeof texts === "string") remarks.push(`${intake.id}: ${texts}`);
      else read.push({ id: intake.id, name: intake.name, fingerprints: fingerprintsOf(texts) });
    }
    return read;
  } finally {
    rmSync(workDir, { recursive: true, force: true });
  }
}

/** Its sources; where there are none that could be graded, why. */
async function sourcesOf(intake: Intake, form: Lab["form"]): Promise<readonly SourceText[] | string> {
  try {
    const opened = await intake.open();
    if ("ungradable" in opened) return opened.ungradable;
    try {
      const { contents } = openSubmission(opened.folder, form);
      return [...contents].map(([path, content]) => ({ path, text: content.toString("utf8") }));
    } catch (error) {
      if (!(error instanceof UngradableError)) throw error;
      return error.message.replaceAll(opened.folder, intake.id);
    }
  } finally {
    await intake.dispose();
  }
}

interface Graded {
  readonly name: string;
  readonly points: number | null;
}

/** Names and points by the ids of a batch. */
function gradedIn(out: string, stdio: Stdio): ReadonlyMap<string, Graded> {
  const batch = openReport(out, (message) => stdio.err.write(`${message}\n`));
  try {
    return new Map([...batch.results].map(({ id, name, points }) => [id, { name, points: points.final }]));
  } finally {
    batch.close();
  }
}

/** Sources that the course itself has. */
function given({ home }: Lab, folder: string): readonly SourceText[] {
  const place = join(packageRoot(), folder, home);
  const names = readdirSync(place).filter((name) => name.endsWith(".ts"));
  return names.sort().map((name) => ({ path: name, text: readFileSync(join(place, name), "utf8") }));
}
