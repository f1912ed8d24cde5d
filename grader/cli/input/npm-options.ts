/** Options of ours that npm has none of the same name of. */
const OURS = ["runs", "seed", "workers", "all-runs", "audit-all", "sandbox", "boundary", "min-points", "own-raft"];

/**
 * `npm run grade lab2a --runs 3`: npm keeps options that do not stand behind `--`, and passes the rest on. Gives the line that
 * says so; null when nothing was kept. npm tells scripts of each option that it was given, also of a negated one, by a variable.
 */
export function keptByNpm(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): string | null {
  const script = env.npm_lifecycle_event;
  if (script === undefined) return null;
  const names = (name: string) => [`--${name}`, `--no-${name}`];
  const kept = OURS.find(
    (name) =>
      env[`npm_config_${name.replaceAll("-", "_")}`] !== undefined &&
      !argv.some((word) => names(name).includes(word.split("=", 1)[0] ?? "")),
  );
  if (kept === undefined) return null;
  return `npm kept --${kept} for itself; put -- before what is meant for the grader, as in "npm run ${script} -- lab2a --runs 3"`;
}
