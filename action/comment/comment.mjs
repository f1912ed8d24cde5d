/**
 * Comments on the pull request whose check has just ended, or changes the comment that is there already.
 *
 * What it believes: the event, GitHub's answers, and the package that is installed. The artifact is whatever the pull
 * request's code made of it: `grade ci comment` checks it and makes the text. Which pull request it was is never taken
 * from the artifact, but from the commit that the run was of.
 *
 * Environment: CLI, ARTIFACT, TOKEN, and GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_EVENT_PATH as runners set them.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What marks our comment among others of the same author; `grade ci comment` begins with it. */
const MARKER = "<!-- consensus-labs check -->";
/** Characters of a comment, as GitHub limits them. */
const MAX_BODY = 65_536;
const PAGE = 100;
/** GitHub lists no more files of a pull request: https://docs.github.com/en/rest/pulls/pulls#list-pull-requests-files */
const MAX_FILES = 3_000;
const MAX_COMMENT_PAGES = 20;

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = await main(process.env, console.log);

/** Gives the exit status. `print` is given lines of the log. */
export async function main(env, print) {
  try {
    say(print, await commentOnRun(JSON.parse(readFileSync(env.GITHUB_EVENT_PATH, "utf8")).workflow_run, env, print));
    return 0;
  } catch (error) {
    print(`::error::${escapeData(error.message)}`);
    return 1;
  }
}

/** Gives a line that says what was done. */
async function commentOnRun(run, env, print) {
  const api = (method, path, body) => askGithub(env, method, path, body);
  if (run?.event !== "pull_request") return "The run that ended was of no pull request: nothing to comment on.";
  const pull = await findPull(api, run);
  if (pull === undefined) return "No open pull request is at the commit of that run any more: nothing to comment on.";
  const edited = await changesOfWorkflows(api, pull.number);
  const body = edited === undefined ? commentOf(env, print) : refusalOf(edited);
  // While files were listed, the pull request may have moved on: what was found would be of another commit.
  const now = await api("GET", `/pulls/${pull.number}`);
  if (now.head.sha !== run.head_sha) return "The pull request has moved on: the check of its new commit will comment.";
  return comment(api, pull.number, body.startsWith(MARKER) ? body : `${MARKER}\n${body}`);
}

/**
 * The open pull request of the run's branch and commit. `workflow_run.pull_requests` is empty for those of forks, so the
 * branch is looked up; its name is a student's, and goes into the address escaped.
 */
async function findPull(api, { head_sha: sha, head_branch: branch, head_repository: head }) {
  if (typeof branch !== "string" || typeof head?.owner?.login !== "string") return undefined;
  const query = new URLSearchParams({ state: "open", head: `${head.owner.login}:${branch}`, per_page: `${PAGE}` });
  const pulls = await api("GET", `/pulls?${query}`);
  return pulls.find((pull) => pull.head.sha === sha && pull.head.repo?.full_name === head.full_name);
}

/**
 * A path below `.github/` that the pull request changes: its check ran by a workflow of its own then, and may have said
 * anything. `"…"` when there are too many files to tell; undefined when there is none.
 */
async function changesOfWorkflows(api, number) {
  for (let page = 1; page <= MAX_FILES / PAGE; page++) {
    const files = await api("GET", `/pulls/${number}/files?per_page=${PAGE}&page=${page}`);
    const edited = files
      .flatMap((file) => [file.filename, file.previous_filename])
      .find((path) => path?.toLowerCase().startsWith(".github/"));
    if (edited !== undefined) return edited;
    if (files.length < PAGE) return undefined;
  }
  return "…";
}

function refusalOf(path) {
  const what =
    path === "…"
      ? `changes ${MAX_FILES} files or more, maybe the workflow that checks it`
      : "changes files below `.github/`, and with them what checks it";
  return `**Not graded.** This pull request ${what}, so the result of its check is not shown. Take these changes back, or ask the course staff.`;
}

/** The Markdown that the installed package makes of the artifact, or a sentence when that is not in order. */
function commentOf({ CLI, ARTIFACT, TOKEN: _, NODE_OPTIONS: __, ...env }, print) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, "ci", "comment", ARTIFACT], {
    encoding: "utf8",
    env,
    maxBuffer: 10_000_000,
  });
  if (status === 0 && stdout.length + MARKER.length < MAX_BODY) return stdout;
  // What is wrong is told to staff, in the log: it may quote the artifact.
  say(print, `The artifact is not shown: ${status === 0 ? "its comment is too long" : stderr}`);
  return "**No result.** What the check left behind is not in order, so it is not shown; the log of its run may tell why.";
}

async function comment(api, number, body) {
  const mine = await findComment(api, number);
  if (mine === undefined) await api("POST", `/issues/${number}/comments`, { body });
  else await api("PATCH", `/issues/comments/${mine.id}`, { body });
  return `${mine === undefined ? "Commented" : "Changed the comment"} on pull request ${number}.`;
}

/** Others can write the marker too, so the author counts: a bot, as the token of a workflow is. */
async function findComment(api, number) {
  for (let page = 1; page <= MAX_COMMENT_PAGES; page++) {
    const comments = await api("GET", `/issues/${number}/comments?per_page=${PAGE}&page=${page}`);
    const mine = comments.find(({ user, body }) => user?.type === "Bot" && body?.startsWith(MARKER));
    if (mine !== undefined || comments.length < PAGE) return mine;
  }
  return undefined;
}

async function askGithub({ GITHUB_API_URL, GITHUB_REPOSITORY, TOKEN }, method, path, body) {
  const response = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${TOKEN}`,
      "x-github-api-version": "2022-11-28",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (response.ok) return response.json();
  const what = `${method} ${path.split("?")[0]}`;
  throw new Error(
    `GitHub answered ${response.status} to ${what}: does the token have the permission pull-requests: write?`,
  );
}

/** A line of the log in which nothing is a workflow command, whatever was read. */
function say(print, text) {
  for (const line of text.split(/[\r\n\u2028\u2029]+/))
    print(`  ${line.replaceAll("::", ": :").replaceAll("##[", "## [")}`);
}

function escapeData(text) {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
