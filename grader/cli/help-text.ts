/** What `grade --help` prints. By hand, since it is short and read often. */
export const HELP = `Grades a consensus lab in virtual time: the same submission and seed give the same run, always.

  grade <lab> [submission]     grades a submission
  grade replay <run> [submission]
                               plays one run again and shows its trace; run: <lab>/<scenario>@<seed>
  grade calibrate <lab>        grades the grader: known-wrong submissions must fail, known-right ones pass
  grade batch <lab> <submissions...> --out <dir>
                               grades many submissions; goes on where it was when started again
  grade merge <dirs...> --out <dir>
                               puts the shards of a batch together
  grade ci [lab]               grades what a pull request or push changed, and writes what CI systems show
  grade ci comment <dir>       prints a comment from the ci.json of a check, whoever made that
  grade list [--json]          shows all labs and scenarios with their points
  grade init [dir]             makes a folder to start from
  grade --help, --version

lab         lab2, or a stage: lab2a lab2b lab2c lab2d, also election replication persistence snapshots
submission  a folder with raft.ts or raft.js; by default the current one if it has one, else skeleton/

  --only <text>                scenarios whose id contains the text
  --seed <n>                   base seed of all runs (default 1)
  --runs <n>                   how many runs each scenario gets (default 4)
  --workers <n>                how many runs at a time (default: one for each core)
  --no-audit, --audit-all      runs no peer once more alone, or each in every run (default: each once a scenario;
                               with fewer runs than the default, none)
  --all-runs                   goes on after a scenario's first run that does not pass
  --sandbox, --no-sandbox      keeps the submission from this machine, or not (default); see GRADING.md
  --no-cache                   checks the types again though nothing has changed since the last grading
  --boundary <where>           process: the submission runs in a process of its own, and everything else outside it
                               (default with --sandbox); none: runs that pass are played in one process, which is
                               quicker and for one's own code (default)
  --json [file]                results as JSON, on standard output when no file is named

calibrate:
  --wrong <dir>, --right <dir> folders of submissions, more than one if wanted (default test/wrong and test/right)
  --only <text>                submissions whose id contains the text
  --scenarios <text>           scenarios whose id contains the text
  --sample <size>              minutes on two cores, such as 5m, or a share, such as 10% (default 30m)
  --runs <n>, --seeds <n>      runs of each submission in each scenario, and base seeds of gradings; nothing is left out
                               then (default 20 and 100, of which the sample takes what fits)
  --quick                      one grading of each wrong one, up to its first kill; --sample is for right ones (default 1m)
  --killers <file>             with --quick: the runs that killed the last time, tried first, and brought up to date
  --boundary <where>           as above (default process; none pays for very many runs of each submission only)
  --journal <file>             keeps every run, and goes on from there
  --folders <dir>              keeps the patched submissions, for grade replay
  --renamed                    plays them with nonsense for the names of RPCs and their fields: nothing may change
  --matrix, --html <file>      the kills of each scenario, as text, or as a page to look at

batch, of folders, archives, git repositories, or folders and exports full of them:
  --config <file>              policy: runs, what must pass, late days, limits (YAML or JSON; see GRADING.md)
  --roster <file>              CSV with the columns id, name, path
  --ref <name>, --deadline <time>
                               of git repositories: what to take, or the last commit before a time
  --seed-file <file>           the secret base seed; drawn and kept in --out by default
  --shard <i/n>                this part of the submissions only
  --regrade <what>             grades again: failed, changed, all, or one id; tells which grades went down, and why
  --retries <n>                of a submission on which the grader itself went wrong (default 2)
  --no-sandbox                 where there is none, for code that you trust
  --only, --runs, --workers    as above

ci, in a checkout of the repository (what is written, and what is refused: GRADING.md):
  --repo <dir>                 the repository (default: the current folder)
  --event <file>               of a pull request or push (default: GITHUB_EVENT_PATH)
  --base <revision>            what the change is compared with, instead of what the event says
  --submission <folder>        what is graded, where the change does not say it
  --config <file>              policy, with a section "ci"; never one of the repository that is graded
  --out <dir>                  gets ci.json, result.json, junit.xml, summary.md, comment.md, code-quality.json
                               (default grade-ci)
  --base-result <file>         ci.json or result.json of the base: what has changed since, and no need to play it again
  --min-points <n>, --require <stage or scenario>, --no-worse
                               what must be so for the check to pass (default: every scenario passes)
  --budget <time>              minutes on two cores, such as 5m: the scenarios that matter most, as many as fit
  --sandbox, --no-sandbox      with a sandbox or not at all, or without one (default: with one where that works)
  --seed, --runs, --workers    as above

Exit status: 0 all passed, 1 not all passed, 2 nothing could be graded, 3 the grader itself went wrong, 130 interrupted.
A batch: 0 every submission has a verdict, 3 the grader went wrong on some (attention.txt) or the machine failed.
`;
