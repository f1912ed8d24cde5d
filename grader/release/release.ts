import {
  accessSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Policy } from "../batch/index.ts";
import type { Lab } from "../harness/scenario.ts";
import { makeTemporaryFolder } from "../sandbox/temporary-folder.ts";
import { kitReadme } from "./kit-readme.ts";
import { lockfileOf } from "./lockfile.ts";
import { checkPlatforms, requirePacked } from "./native-parts.ts";
import { omissionOf } from "./omission.ts";
import { projectFiles, projectManifest } from "./project.ts";
import { ReleaseError } from "./release-error.ts";
import { copySkeleton, makeStudentPackage, TOUR } from "./student-package.ts";
import { packTarball, writeJson } from "./tarball.ts";

export interface ReleaseRequest {
  /** The clone. */
  readonly root: string;
  readonly labs: readonly Lab[];
  readonly lab: Lab;
  readonly policy: Policy;
  /** An empty folder, or one that does not exist yet. */
  readonly folder: string;
  /** Systems whose native parts are packed; null: this machine's. */
  readonly platforms: readonly string[] | null;
}

/** What a kit came to. */
export interface Kept {
  readonly bytes: number;
  readonly platforms: readonly string[];
  readonly tarball: string;
  /** What of the lab is not in it. */
  readonly hidden: { readonly scenarios: number; readonly points: number; readonly ofPoints: number };
  /** Places in handouts that spoke of something that is not in it. */
  readonly edited: readonly string[];
}

/**
 * Makes a kit for students: skeleton, handouts, a README, and the package as a tarball that installs without a network.
 *
 * @throws ReleaseError when it cannot be made as asked.
 */
export async function releaseKit({ root, labs, lab, policy, folder, ...request }: ReleaseRequest): Promise<Kept> {
  const platforms = checkPlatforms(request.platforms);
  requirePacked(root, platforms);
  const omission = omissionOf(labs, lab, policy);
  makeFolder(folder);
  const work = makeTemporaryFolder("kit");
  try {
    const made = join(work, "package");
    const kit = join(work, "kit");
    mkdirSync(made);
    mkdirSync(kit);
    const edited = await makeStudentPackage(root, labs, omission, made);
    const tarball = await packTarball(root, work, platforms, kit);
    const [example = `${lab.id}/`] = omission.points.keys();
    // Nothing beside the package: it shall install without a network.
    const plan = { name: lab.id, dependency: `file:${tarball.name}`, more: {}, example };
    copySkeleton(root, lab.home, kit);
    for (const suite of lab.suites)
      cpSync(join(made, dirname(suite.handout)), join(kit, "handouts"), { recursive: true });
    cpSync(join(made, TOUR), join(kit, basename(TOUR)), { recursive: true });
    writeFileSync(join(kit, "README.md"), kitReadme(lab, omission, tarball.name, platforms));
    mkdirSync(join(kit, ".vscode"));
    for (const [path, text] of Object.entries(projectFiles(lab, plan))) writeFileSync(join(kit, path), text);
    writeJson(join(kit, "package-lock.json"), lockfileOf(projectManifest(plan), tarball));
    // Neither of these asks a registry for what is of no use here.
    writeFileSync(join(kit, ".npmrc"), "audit=false\nfund=false\nupdate-notifier=false\n");
    cpSync(kit, folder, { recursive: true });
    const gone = Object.values(omission.kit.missing);
    const left = [...omission.points.values()];
    const points = sum(gone.map((missing) => missing.points));
    return {
      bytes: bytesIn(kit),
      platforms,
      tarball: tarball.name,
      hidden: { scenarios: sum(gone.map(({ scenarios }) => scenarios)), points, ofPoints: sum([points, ...left]) },
      edited,
    };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Before the work begins: what cannot be written shall be told at once. */
function makeFolder(folder: string): void {
  try {
    // Not with its parents: where none can be made, such as below /proc, Node tries for ever.
    if (!existsSync(folder)) mkdirSync(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ReleaseError(`${folder} cannot be written: ${(error as Error).message.split(",", 1)[0]}`);
  }
}

/** Of points: in hundredths, so that it shows no digits of the machine's. */
function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + Math.round(figure * 100), 0) / 100;
}

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => statSync(join(folder, path)));
  return files.filter((stats) => stats.isFile()).reduce((total, { size }) => total + size, 0);
}
