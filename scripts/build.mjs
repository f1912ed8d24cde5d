/**
 * Builds dist/ from the TypeScript sources: what `npx --no grade` runs, the realm's own code, and the student API as a package.
 *
 *   dist/cli.js                   hears signals, and runs dist/command-line.js in a thread
 *   dist/command-line.js          the command line, which shares chunks with its pool workers, dist/worker.js
 *   dist/soak.js                  the same for dist/soak-thread.js: many seeds, for as long as one likes (scripts/soak.mjs)
 *   dist/keeper-thread.js         keeps hosts for a caller that blocks: tests and benchmarks
 *   dist/host.js, dist/stuck.js   the peer host and its watchdog, each one file, since a sandbox shows them nothing else
 *   dist/run-host.js              plays whole runs for gradings of one's own; dist/orphan.js ends it when nobody is left
 *   dist/test-grading.js          plays scenarios for the tests that dist/api/vitest.js makes of them
 *   dist/build-submission.js      bundles or checks one submission in a process of its own
 *   dist/intruder.js              tries to get out of a sandbox, before it is relied on
 *   dist/realm/                   what is evaluated inside each peer's realm
 *   dist/page/                    script and style of a trace page
 *   dist/api/                     `import ... from "consensus-labs"`
 *
 * `node scripts/build.mjs --meta` also prints what each bundle is made of.
 */
import { chmodSync, existsSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDist } from "./bundles.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");

await main();

async function main() {
  const startedMs = performance.now();
  const failures = await makeDist({
    dist,
    more: {
      soak: "grader/cli/soak.ts",
      "soak-thread": "grader/cli/soak/soak.ts",
      bench: "scripts/bench.ts",
      profile: "scripts/profile.ts",
      goldens: "scripts/goldens.ts",
      departures: "scripts/departures.ts",
      "search-figures": "scripts/search-figures.ts",
      stories: "scripts/stories.ts",
      "wrong-figures": "scripts/wrong-figures.ts",
      "keeper-thread": "grader/sandbox/keeper-thread.ts",
    },
    wantsMeta: process.argv.includes("--meta"),
  });
  linkCommand();
  for (const failure of failures) console.error(`build: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
  else console.log(`built dist in ${Math.round(performance.now() - startedMs)} ms`);
}

/** npm links the commands of dependencies only, so this makes `npx --no grade` find the one built here at once. */
function linkCommand() {
  const cli = join(dist, "cli.js");
  const bin = join(root, "node_modules/.bin");
  if (!existsSync(cli) || !existsSync(bin)) return;
  chmodSync(cli, 0o755);
  for (const name of ["grade", "consensus-labs"]) linkTo("../../dist/cli.js", join(bin, name));
}

function linkTo(target, link) {
  if (linkTarget(link) === target) return;
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link);
  } catch (error) {
    // Windows without the right to make links: npx then takes the longer way through package.json.
    console.log(`no link ${link}: ${error.message}`);
  }
}

function linkTarget(path) {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
