import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where this user's caches of the grader are: below `XDG_CACHE_HOME`, or `~/.cache`. Null when there is no such place. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env, home: () => string = homedir): string | null {
  const chosen = env.XDG_CACHE_HOME ?? "";
  // As its specification asks, a relative path is as good as none.
  if (isAbsolute(chosen)) return join(chosen, "consensus-labs");
  try {
    const folder = home();
    return isAbsolute(folder) ? join(folder, ".cache/consensus-labs") : null;
  } catch {
    // The system does not know this user.
    return null;
  }
}
