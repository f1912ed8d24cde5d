import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Lab } from "../harness/scenario.ts";
import { wholeLabs } from "./omission.ts";
import { makeStudentPackage } from "./student-package.ts";

/** Beside `dist`, which is the course's own. */
const FOLDER = "dist-students";
const MADE_FROM = "made-from";
/** All that it is made from. */
const SOURCES = ["grader", "labs", "skeleton", "schemas", "scripts", "package.json", "package-lock.json", "LICENSE"];

/** The students' package of a clone, of all labs: made when it is not there, or was made from anything else than what is there now. */
export async function freshStudentPackage(root: string, labs: readonly Lab[]): Promise<string> {
  const folder = join(root, FOLDER);
  const hash = sourcesHash(root);
  if (madeFrom(folder) === hash) return folder;
  // In a folder of its own, beside: whoever is stopped half way leaves no half package.
  const made = mkdtempSync(`${folder}-`);
  try {
    await makeStudentPackage(root, labs, wholeLabs(labs), made);
    writeFileSync(join(made, MADE_FROM), hash);
    chmodSync(made, 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return folder;
}

function madeFrom(folder: string): string | null {
  const path = join(folder, MADE_FROM);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}

/** SHA-256 over paths and contents. */
function sourcesHash(root: string): string {
  const hash = createHash("sha256");
  for (const source of SOURCES) {
    const isFolder = statSync(join(root, source)).isDirectory();
    const paths = isFolder ? readdirSync(join(root, source), { recursive: true, encoding: "utf8" }).sort() : [""];
    for (const path of paths.filter((name) => !name.includes("node_modules"))) {
      const file = join(root, source, path);
      if (!statSync(file).isFile()) continue;
      const content = readFileSync(file);
      hash.update(`${source}/${path}\n${content.length}\n`).update(content);
    }
  }
  return hash.digest("hex");
}
