import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BEYOND_TESTS } from "./beyond-tests.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

/**
 * No test may put anything into `dist`, not even for a moment: whatever is played beside it would be another grader, whose
 * journals and batches are not those of before. What was there for a moment shows in the time at which its folder changed.
 */
export function setup(): () => void {
  const before = changes();
  return () => {
    const changed = Object.entries(changes()).filter(([folder, timeMs]) => before[folder] !== timeMs);
    if (changed.length === 0) return;
    // What is thrown here would be printed, and the tests be good all the same.
    process.exitCode = BEYOND_TESTS;
    const folders = changed.map(([folder]) => folder).join(", ");
    console.error(
      `FAIL ${folders} changed while tests ran: a test that needs a folder has folderWith(), or one in coverage/`,
    );
  };
}

/** When each folder of it changed last; nothing where it was not built, which tests say that need it. */
function changes(): Record<string, number> {
  if (!existsSync(dist)) return {};
  const inside = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isDirectory());
  const folders = [dist, ...inside.map(({ parentPath, name }) => join(parentPath, name))];
  return Object.fromEntries(folders.map((folder) => [folder, statSync(folder).mtimeMs]));
}
