import { resolve } from "node:path";
import { DEFAULT_POLICY, loadPolicy, PolicyError, unmatchedEntries } from "../../batch/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { isClone, type Kept, ReleaseError, releaseKit } from "../../release/index.ts";
import { packageRoot } from "../../sandbox/dist-file.ts";
import { requireEmptyFolder } from "../input/empty-folder.ts";
import { selectLab } from "../input/select.ts";
import { UsageError } from "../input/usage-error.ts";
import type { Stdio } from "../output/stdio.ts";

export interface ReleaseOptions {
  readonly out: string;
  readonly config?: string;
  /** `linux-x64,darwin-arm64`; default: this machine's own. */
  readonly platforms?: string;
}

/** `grade release <lab> --out <dir>`: what students are given. */
export async function releaseCommand(
  labs: readonly Lab[],
  labName: string,
  options: ReleaseOptions,
  { out, err }: Stdio,
): Promise<void> {
  const root = packageRoot();
  if (!isClone(root))
    throw new UsageError("release needs a clone of the course: this package was made without its sources");
  const { id, lab } = selectLab(labs, labName);
  if (id !== lab.id)
    throw new UsageError(`${labName} is a stage: a kit is made of a whole lab, for example "grade release ${lab.id}"`);
  const folder = resolve(options.out);
  requireEmptyFolder(folder, options.out);
  try {
    const policy = options.config === undefined ? DEFAULT_POLICY : loadPolicy(options.config);
    const ids = labs.flatMap(({ suites }) =>
      suites.flatMap(({ scenarios }) => scenarios.map((scenario) => scenario.id)),
    );
    for (const line of unmatchedEntries(policy, ids)) err.write(`note: ${options.config}: ${line}\n`);
    const kept = await releaseKit({
      root,
      labs,
      lab,
      policy,
      folder,
      platforms: options.platforms?.split(",") ?? null,
    });
    for (const line of kitLines(options.out, lab, kept)) out.write(`${line}\n`);
  } catch (error) {
    if (error instanceof ReleaseError) throw new UsageError(error.message);
    if (error instanceof PolicyError) throw new UsageError(error.problems.join("\nerror: "));
    throw error;
  }
}

function kitLines(named: string, lab: Lab, { bytes, platforms, tarball, hidden, edited }: Kept): string[] {
  const megabytes = (bytes / 1e6).toFixed(1);
  const scenarios = lab.suites.flatMap((suite) => suite.scenarios).length;
  const left =
    hidden.scenarios === 0
      ? "nothing of it is hidden"
      : `without ${hidden.scenarios} of its ${scenarios} scenarios, which decide ${hidden.points} of ${hidden.ofPoints} points`;
  return [
    `${named} is the kit of ${lab.id}, ${left}: ${megabytes} MB, for ${platforms.join(", ")}.`,
    `Students begin with its README.md; nothing is fetched when ${tarball} is installed.`,
    ...edited.map(
      (place) =>
        `${place}: names what is not in the kit; read it there, where the name was taken out or means something else`,
    ),
  ];
}
