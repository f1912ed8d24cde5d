import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { type Comment, type Pull, serveGithub } from "./github.ts";
import { makeMachine, root, writeFiles } from "./machine.ts";

const { main } = await import(pathToFileURL(join(root, "action/comment/comment.mjs")).href);

const SHA = "a".repeat(40);
const MARKER = "<!-- consensus-labs check -->";
const pullOf = (change: Partial<Pull> = {}): Pull => ({
  number: 7,
  head: { sha: SHA, label: "ada:main", repo: { full_name: "ada/raft" } },
  files: [{ filename: "raft.ts" }],
  ...change,
});

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#workflow_run: of forks `pull_requests` is empty. */
const RUN = {
  event: "pull_request",
  head_sha: SHA,
  head_branch: "main",
  head_repository: { full_name: "ada/raft", owner: { login: "ada" } },
  pull_requests: [],
};

interface Given {
  readonly pulls?: readonly Pull[];
  readonly comments?: Comment[];
  readonly before?: (request: string) => void;
  readonly run?: object;
  /** What takes the place of the command line. */
  readonly cli?: string;
  readonly token?: string;
}

async function comment({ run = RUN, cli = "console.log('12 of 15 points');", token = "the-token", ...given }: Given) {
  const github = await serveGithub({ pulls: [pullOf()], ...given });
  const machine = makeMachine();
  writeFiles(machine, {
    "cli.mjs": cli,
    "artifact/ci.json": "{}",
    "event.json": JSON.stringify({ workflow_run: run }),
  });
  const env = {
    PATH: process.env.PATH,
    CLI: join(machine, "cli.mjs"),
    ARTIFACT: join(machine, "artifact"),
    TOKEN: token,
    GITHUB_API_URL: github.url,
    GITHUB_REPOSITORY: "course/raft",
    GITHUB_EVENT_PATH: join(machine, "event.json"),
  };
  const lines: string[] = [];
  const status: number = await main(env, (line: string) => lines.push(line));
  const log = `${lines.join("\n")}\n`;
  return { status, log, comments: github.comments, requests: github.requests };
}

const nothing = (line: string) => ({ status: 0, log: expect.stringContaining(line), comments: [] });
const isBy = (type: "Bot" | "User", body: string, id: number): Comment => ({ id, user: { login: "x", type }, body });

describe("a comment", () => {
  it("is made on the pull request of the run's branch and commit", async () => {
    const others = [
      pullOf({ number: 5, head: { sha: "b".repeat(40), label: "ada:main", repo: { full_name: "ada/raft" } } }),
      pullOf({ number: 6, head: { sha: SHA, label: "ada:main", repo: { full_name: "ada/another-fork" } } }),
    ];
    const { status, comments, requests } = await comment({ pulls: [...others, pullOf()] });
    expect({ status, bodies: comments.map(({ body }) => body) }).toEqual({
      status: 0,
      bodies: [`${MARKER}\n12 of 15 points\n`],
    });
    expect(requests.at(-1)).toBe("POST issues/7/comments");
  });

  it("takes the place of the one before, and of nobody else's", async () => {
    const many = Array.from({ length: 120 }, (_, id) => isBy("User", `${MARKER}\nforged`, id));
    const { comments } = await comment({ comments: [...many, isBy("Bot", `${MARKER}\n3 of 15 points`, 500)] });
    expect(comments.length).toBe(121);
    expect(comments.filter(({ body }) => body.includes("12 of 15")).map(({ id }) => id)).toEqual([500]);
  });

  it.each([
    ["a push", { ...RUN, event: "push" }],
    ["no run at all", undefined],
  ])("is not made for %s", async (_, run) => {
    expect(await comment({ run: run ?? {} })).toMatchObject(nothing("of no pull request"));
  });

  it("is not made when no open pull request is at the run's commit", async () => {
    expect(await comment({ pulls: [] })).toMatchObject(nothing("No open pull request"));
    const gone = pullOf({ head: { sha: SHA, label: "ada:main", repo: null } });
    expect(await comment({ pulls: [gone] })).toMatchObject(nothing("No open pull request"));
    expect(await comment({ run: { ...RUN, head_repository: null } })).toMatchObject(nothing("No open pull request"));
  });

  it("is not made when the pull request moves on meanwhile", async () => {
    const pull = pullOf();
    const before = (request: string) => {
      if (request.endsWith("/files")) Object.assign(pull.head, { sha: "b".repeat(40) });
    };
    expect(await comment({ pulls: [pull], before })).toMatchObject(nothing("moved on"));
  });

  it.each(["feature/a&head=eve:main", "x\n::error::y", "../../issues/1", "#", "%2e%2e", '"$(id)"'])(
    "of a branch that is called %j goes to no other place",
    async (branch) => {
      const head = { sha: SHA, label: `ada:${branch}`, repo: { full_name: "ada/raft" } };
      const { status, comments, requests, log } = await comment({
        pulls: [pullOf({ head })],
        run: { ...RUN, head_branch: branch },
      });
      expect({ status, count: comments.length, first: requests[0] }).toEqual({
        status: 0,
        count: 1,
        first: "GET pulls",
      });
      expect(log).not.toMatch(/^::/m);
    },
  );
});

describe("what may have been forged is not shown", () => {
  it.each([
    [".github/workflows/check.yml", undefined],
    [".GitHub/workflows/new.yml", undefined],
    ["check.yml", ".github/workflows/check.yml"],
  ])("a pull request that changes %s (from %s) chose what checks it", async (filename, previous_filename) => {
    const many = Array.from({ length: 250 }, (_, at) => ({ filename: `students/${at}.ts` }));
    const file = previous_filename === undefined ? { filename } : { filename, previous_filename };
    const { comments } = await comment({
      pulls: [pullOf({ files: [...many, file] })],
      cli: "throw new Error('it was run');",
    });
    expect(comments.map(({ body }) => body)).toEqual([
      expect.stringMatching(/\*\*Not graded\.\*\* .*below `\.github\/`/),
    ]);
  });

  it("so did, as far as anybody can tell, one that changes more files than GitHub lists", async () => {
    const files = Array.from({ length: 3000 }, (_, at) => ({ filename: `${at}.ts` }));
    const { comments } = await comment({ pulls: [pullOf({ files })] });
    expect(comments[0]?.body).toContain("changes 3000 files or more");
  });

  it("an artifact that is not in order is told of without its words, and the log runs none of them", async () => {
    const { status, comments, log } = await comment({
      cli: `console.error("bad: ##[add-mask]z\\n::add-mask::x\\r::error::y"); process.exit(2);`,
    });
    expect({ status, body: comments[0]?.body }).toEqual({ status: 0, body: expect.stringContaining("**No result.**") });
    expect(log).not.toMatch(/::(add-mask|error)::|##\[/);
  });

  it("nor is a comment that is longer than GitHub takes", async () => {
    const { comments } = await comment({ cli: "console.log('x'.repeat(70_000));" });
    expect(comments[0]?.body).toContain("**No result.**");
  });

  it("what makes the text has no token", async () => {
    const { comments } = await comment({
      cli: "console.log(JSON.stringify(Object.keys(process.env)), process.argv.slice(2, 4));",
    });
    expect(comments[0]?.body).toContain("'ci', 'comment'");
    expect(comments[0]?.body).not.toContain("TOKEN");
  });
});

it("a token that may not comment fails the job, in one line", async () => {
  const { status, log } = await comment({ token: "another" });
  expect(status).toBe(1);
  expect(log).toMatch(/^::error::GitHub answered 401 to GET \/pulls: .*pull-requests: write\?\n$/);
});
