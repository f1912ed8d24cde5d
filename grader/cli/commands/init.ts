import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { defaultLab } from "../../../labs/index.ts";
import type { Lab } from "../../harness/scenario.ts";
import { projectFiles, VITEST_VERSION } from "../../release/project.ts";
import { requireEmptyFolder } from "../input/empty-folder.ts";
import { selectLab } from "../input/select.ts";
import type { Stdio } from "../output/stdio.ts";
import { packageForStudents } from "../staff/commands.ts";

export interface InitOptions {
  /** A lab, or a stage of one; by default the first lab. */
  readonly lab?: string;
}

interface Made {
  readonly lab: Lab;
  readonly folder: string;
  readonly dir: string | undefined;
  readonly files: readonly string[];
  readonly linked: string;
}

/**
 * `grade init [dir]`: a project of its own to start from, with the skeleton of a lab in it. Nothing is downloaded: the students' package
 * is linked, so that types resolve and `npx --no grade` works at once. In a clone of the course that package is made first.
 */
export async function initCommand(
  labs: readonly Lab[],
  dir: string | undefined,
  { lab: name = defaultLab.id }: InitOptions,
  { out }: Stdio,
): Promise<void> {
  const { lab } = selectLab(labs, name);
  const folder = resolve(dir ?? ".");
  requireEmptyFolder(folder, dir ?? null);
  const linked = await packageForStudents(labs);
  const skeleton = join(linked, "skeleton", lab.home);
  const files = readdirSync(skeleton);
  mkdirSync(folder, { recursive: true });
  for (const name of files) cpSync(join(skeleton, name), join(folder, name), { recursive: true });
  const [example] = lab.suites.flatMap(({ scenarios }) => scenarios);
  const plan = {
    name: packageName(folder, lab),
    dependency: `file:${relative(folder, linked)}`,
    more: { vitest: VITEST_VERSION },
    example: example?.id ?? `${lab.id}/`,
  };
  for (const [path, text] of Object.entries(projectFiles(lab, plan))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  linkPackage(folder, linked);
  for (const line of nextSteps({ lab, folder, dir, files, linked })) out.write(`${line}\n`);
}

/** What npm accepts as a name. */
function packageName(folder: string, { name: ofLab }: Lab): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" || name === "consensus-labs" ? `my-${ofLab}` : name;
}

/** What `npm install` would do with the package, without waiting for a registry. */
function linkPackage(folder: string, linked: string): void {
  const modules = join(folder, "node_modules");
  const bin = join(modules, ".bin");
  mkdirSync(bin, { recursive: true });
  symlinkSync(linked, join(modules, "consensus-labs"), "junction");
  for (const name of ["grade", "consensus-labs"]) symlinkSync("../consensus-labs/dist/cli.js", join(bin, name));
}

function nextSteps({ lab, folder, dir, files, linked }: Made): string[] {
  const [first] = lab.suites;
  const handout = join(linked, dirname(first?.handout ?? ""), "README.md");
  const stage = first?.id ?? lab.id;
  const commands = [
    [`npx --no grade ${stage}`, "grades the first stage"],
    [`npx --no grade watch ${stage}`, "grades it again at each save"],
    ["npm install && npm test", "tests of your own, and the scenarios as tests (vitest)"],
  ] as const;
  const width = Math.max(...commands.map(([command]) => command.length));
  return [
    `${dir ?? "This folder"} is ready: ${files.join(", ")}.`,
    "",
    ...(dir === undefined ? [] : [`  cd ${relative(process.cwd(), folder) || "."}`]),
    ...commands.map(([command, what]) => `  ${command.padEnd(width)}   ${what}`),
    ...(existsSync(handout) ? ["", `The handout: ${handout}`] : []),
  ];
}
