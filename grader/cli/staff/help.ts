/** What `grade help` knows of commands that are for staff. */
export interface StaffHelp {
  /** Ends a line of a student's help where there is more to read; empty where that is not there. */
  readonly seeGuide: string;
  /** Begins `grade help staff`. */
  readonly about: string;
  /** Ends it. */
  readonly exitStatus: string;
  /** By command, each with its usage, what it does, and its options; of one that students have too, what they do not have of it. */
  readonly topics: Readonly<Record<string, string>>;
}

export const HELP_FOR_STAFF: StaffHelp = {
  seeGuide: "; see GRADING.md",
  about: `For staff; GRADING.md is the guide. "grade help <command>" has one of these alone.
`,
  exitStatus: `Exit status of a batch: 0 every submission has a verdict, 3 the grader went wrong on some (attention.txt) or the machine failed.
`,
  topics: {
    batch: `grade batch <lab> <submissions...> --out <dir>
  grades many submissions: folders, archives, git repositories, or folders and exports full of them; goes on where it was
  when started again

  --config <file>              policy: runs, what must pass, late days, limits (YAML or JSON; see GRADING.md)
  --roster <file>              CSV with the columns id, name, path, or as a learning platform exports it
  --id-column <name>           the roster's column that the submissions are called by
  --missing-as <points>        in the gradebook, for who handed nothing in (default: an empty field)
  --anyway                     goes on where what was found looks like a mistake: a class in one archive, a foreign roster
  --ref <name>, --deadline <time>
                               of git repositories: what to take, or the last commit before a time
  --seed-file <file>           the secret base seed; drawn and kept in --out by default
  --shard <i/n>                this part of the submissions only
  --regrade <what>             grades again: failed, changed, all, or one id; tells which grades went down, and why
  --follow-links               follows the symbolic links of a directory of submissions, which you made
  --time-zone <zone>           of times that a platform writes without one: +01:00, or Europe/Berlin (default UTC)
  --retries <n>                of a submission on which the grader itself went wrong (default 2)
  --no-sandbox                 where there is none, for code that you trust
  --only, --runs, --workers    as for grade
`,
    plan: `grade plan <lab> [submissions...]
  how long a batch will take on how many machines, and what each must have; of what batch takes

  --count <n>                  so many submissions, when there are none yet
  --machines <list>            estimates for so many machines (default 1,2,4,8,16), with --workers on each
  --figures <dirs...>          from the times of earlier batches, or of parts of this one (default: the reference is graded
                               here, once by each worker to get warm, and once to measure)
  --json                       for programs
  --config, --only, --runs, --roster, --id-column, --ref, --deadline, --anyway, --follow-links, --time-zone, --no-sandbox
                               as for batch
`,
    merge: `grade merge <dirs...> --out <dir>
  puts the shards of a batch together

  --missing-as <points>        for who handed nothing in (default: an empty field)
`,
    report: `grade report <out> --format <name>
  what to upload, or to show students, of a batch, from its --out folder, at any time

  --format <name>              for people: csv, markdown, html, class, junit, github; for platforms: canvas, moodle,
                               moodle-feedback, blackboard, brightspace, gradescope, gradescope-autograder,
                               github-classroom, autolab, autolab-feedback, nbgrader
  --to <path>                  the file to write, or the folder for pages (default: standard output; <out>/reports)
  --id <id>                    one submission only
  --after-due, --at <time>     shows what is hidden until the last hand-in is over
  --missing-as <points>        for who handed nothing in (default: an empty field)
  --batch <sources...>         makes the stories of failures that pages have: each student's first of each stage, of what
                               was graded, in the batch's sandbox; as the batch was told: --config, --roster, --id-column,
                               --ref, --deadline, --anyway, --follow-links, --time-zone, --no-sandbox, --workers
  --explain-budget <minutes>   for all of them in this call (default: 30); the next call goes on. --shrink-budget <n>:
                               replays for each
  --column <name>              the column, grade item or assignment on the platform, such as "Lab 2 (4711)" in Canvas
  --against <out>              class: another batch to compare with; --anonymous: no names
`,
    replay: `grade replay <run> --batch <sources...> --id <id>
  plays a run of that submission, taken from where the batch takes it, in the batch's sandbox

  --out <dir>                  the batch's folder: what is played must be what was graded, or --anyway
  --config, --roster, --id-column, --ref, --deadline, --follow-links, --time-zone, --no-sandbox
                               as the batch was told
`,
    similar: `grade similar <sources...>
  which submissions are alike, names and comments apart, of what batch takes: a place to look, never a verdict

  --lab <lab>                  which lab they are of (default: the first of grade list)
  --with <folders...>          of earlier years, compared with the new ones only; behind the sources
  --batch <out>                a batch's folder, for names and points
  --out <file>, --json [file]  a page with pairs side by side; all that was found, for programs
  --roster, --anyway, --follow-links
                               as for batch
`,
    release: `grade release <lab> --out <dir>
  makes what students are given, in a clone of the course: skeleton, handouts, and a package of their own, without the
  commands for staff

  --config <file>              policy: scenarios that it hides, after-due ones included, are not in the kit at all
  --platforms <list>           whose native parts are packed: linux-x64,linux-arm64,darwin-x64,darwin-arm64 (default: this
                               machine's); what is missing here it says how to fetch
`,
    calibrate: `grade calibrate <lab>
  grades the grader: known-wrong submissions must fail, known-right ones pass

  --wrong <dir>, --right <dir> folders of submissions, more than one if wanted (default test/wrong/<lab> and test/right/<lab>)
  --only <text>                submissions whose id contains the text
  --scenarios <text>           scenarios whose id contains the text
  --sample <size>              minutes on two cores, such as 5m, or a share, such as 10% (default 30m)
  --runs <n>, --seeds <n>      runs of each submission in each scenario, and base seeds of gradings; nothing is left out
                               then (default 20 and 100, of which the sample takes what fits)
  --quick                      one grading of each wrong one, up to its first kill; --sample is for right ones (default 1m)
  --killers <file>             with --quick: the runs that killed the last time, tried first, and brought up to date
  --boundary <where>           as for grade (default process; none pays for very many runs of each submission only)
  --journal <file>             keeps every run, and goes on from there
  --folders <dir>              keeps the patched submissions, for grade replay
  --renamed                    plays them with nonsense for the names of RPCs and their fields: nothing may change
  --suggest-points             how well each scenario tells right from wrong ones, and points that follow from it
  --matrix, --html <file>      the kills of each scenario, as text, or as a page to look at
  --seed, --workers, --json    as for grade
`,
  },
};
