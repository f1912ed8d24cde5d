import { type Estimate, type Needs, wallToAskMs } from "../../batch/index.ts";

/** What a batch will take, for people: a line for each number of machines, and what a part asks of its machine. */
export function planLines(submissions: number, estimates: readonly Estimate[], needs: Needs): readonly string[] {
  const rows = estimates.map((estimate) => [
    String(estimate.machines),
    String(estimate.largest),
    durationText(estimate.wallMs),
    slurmTime(wallToAskMs(estimate, needs.submissionWallMs)),
  ]);
  const head = ["machines", "largest part", "takes about", "ask for"];
  const widths = head.map((word, at) => Math.max(word.length, ...rows.map((row) => (row[at] as string).length)));
  const line = (cells: readonly string[]) => cells.map((cell, at) => cell.padStart(widths[at] as number)).join("  ");
  const [cpus, memoryMb] = [needs.cores, needs.memoryMb];
  return [
    "",
    `${submissions} submissions, ${cpus} worker${cpus === 1 ? "" : "s"} on each machine`,
    line(head),
    ...rows.map(line),
    "",
    `A part wants ${cpus} core${cpus === 1 ? "" : "s"} and at most ${memoryMb} MB of memory, and one submission at most ` +
      `${durationText(needs.submissionWallMs)} (${durationText(needs.submissionCpuMs)} of CPU time), by the budgets.`,
    `  Slurm: --cpus-per-task=${cpus} --mem=${memoryMb}M --time=<ask for>`,
    `  Kubernetes: resources: { requests: { cpu: "${cpus}", memory: ${memoryMb}Mi }, limits: { memory: ${memoryMb}Mi } }`,
  ];
}

/** `4.2 s`, `12 min`, `3 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** As Slurm has it: `hours:minutes:seconds`. */
function slurmTime(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}:00`;
}
