/** What `grade --help` prints. By hand, since it is short and read often. */
export const HELP = `Grades a consensus lab in virtual time: the same submission and seed give the same run, always.

  grade <lab> [submission]     grades a submission
  grade replay <run> [submission]
                               plays one run again and shows its trace; run: <lab>/<scenario>@<seed>
  grade list [--json]          shows all labs and scenarios with their points
  grade init [dir]             makes a folder to start from
  grade --help, --version

lab         lab2, or a stage: lab2a lab2b lab2c lab2d, also election replication persistence snapshots
submission  a folder with raft.ts; by default the current one if it has raft.ts, else skeleton/

  --only <text>                scenarios whose id contains the text
  --seed <n>                   base seed of all runs (default 1)
  --runs <n>                   how many runs each scenario gets (default 5)
  --workers <n>                how many runs at a time (default: one for each core)
  --all-runs                   goes on after a scenario's first run that does not pass
  --sandbox, --no-sandbox      keeps the submission from this machine, or not (default); see GRADING.md
  --json [file]                results as JSON, on standard output when no file is named

Exit status: 0 all passed, 1 not all passed, 2 nothing could be graded, 3 the grader itself went wrong, 130 interrupted.
`;
