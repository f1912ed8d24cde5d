import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A folder that takes the place of a runner's machine, gone when the test ends. */
export function makeMachine(): string {
  const machine = realpathSync(mkdtempSync(join(tmpdir(), "action-test-")));
  // Submissions run as nobody where the grader is root, and that user reads what was installed.
  chmodSync(machine, 0o755);
  mkdirSync(join(machine, "temp"));
  onTestFinished(() => rmSync(machine, { recursive: true, force: true }));
  return machine;
}

/**
 * A kit as far as the Action sees it: action.yml, its scripts, and beside them a tarball that npm installs. What is in the
 * tarball runs the command line that was built here, in place of a copy of it, or `cli`.
 */
export function makeKit(machine: string, cli = `import ${JSON.stringify(join(root, "dist/cli.js"))};\n`): string {
  const kit = join(machine, "kit");
  mkdirSync(kit);
  cpSync(join(root, "action.yml"), join(kit, "action.yml"));
  cpSync(join(root, "action"), join(kit, "action"), { recursive: true });
  const parts = join(machine, "tarball");
  writeFiles(join(parts, "package"), {
    "package.json": JSON.stringify({
      name: "consensus-labs",
      version: "0.1.0",
      type: "module",
      bin: { grade: "dist/cli.js" },
    }),
    "dist/cli.js": `#!/usr/bin/env node\n${cli}`,
  });
  execFileSync("tar", ["-C", parts, "-czf", join(kit, "consensus-labs-0.1.0.tgz"), "package"]);
  return kit;
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** Runs git in the folder, as nobody in particular. */
export function git(folder: string, ...words: string[]): string {
  const identity = ["-c", "user.name=Student", "-c", "user.email=student@example.org", "-c", "commit.gpgsign=false"];
  // Nothing goes on in a repository, or in a folder that is taken away, when a command has ended.
  const quiet = ["-c", "maintenance.auto=false", "-c", "gc.auto=0"];
  return execFileSync("git", ["-C", folder, ...identity, ...quiet, ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" },
  }).trim();
}
