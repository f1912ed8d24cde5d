import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/**
 * As much of GitHub's REST API as the comment needs, in the documented shape:
 * https://docs.github.com/en/rest/pulls/pulls#list-pull-requests, #list-pull-requests-files, #get-a-pull-request
 * https://docs.github.com/en/rest/issues/comments
 */
export interface Pull {
  readonly number: number;
  readonly head: { readonly sha: string; readonly label: string; readonly repo: { readonly full_name: string } | null };
  readonly files: readonly { readonly filename: string; readonly previous_filename?: string }[];
}
export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string; readonly type: "Bot" | "User" };
  body: string;
}
interface Repository {
  readonly pulls: readonly Pull[];
  readonly comments?: Comment[];
  /** What happens before an answer, to play what others do meanwhile. */
  readonly before?: (request: string) => void;
}

export async function serveGithub({ pulls, comments = [], before = () => {} }: Repository) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://github.example");
    const path = url.pathname.replace("/repos/course/raft/", "");
    requests.push(`${request.method} ${path}`);
    before(`${request.method} ${path}`);
    let text = "";
    for await (const chunk of request) text += chunk;
    const answer = answerTo(`${request.method} ${path}`, url.searchParams, text === "" ? {} : JSON.parse(text));
    const isAllowed = request.headers.authorization === "Bearer the-token";
    response.writeHead(!isAllowed ? 401 : answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(isAllowed ? (answer ?? {}) : {}));
  });

  function answerTo(request: string, query: URLSearchParams, { body }: { body?: string }): unknown {
    const size = Number(query.get("per_page") ?? 30);
    const page = <T>(items: readonly T[]) => items.slice((Number(query.get("page") ?? 1) - 1) * size).slice(0, size);
    const [, number] = /\/(\d+)/.exec(request) ?? [];
    const pull = pulls.find((one) => one.number === Number(number));
    if (request === "GET pulls") return page(pulls.filter(({ head }) => head.label === query.get("head")));
    if (/^GET pulls\/\d+$/.test(request)) return pull;
    if (/^GET pulls\/\d+\/files$/.test(request)) return page(pull?.files.slice(0, 3000) ?? []);
    if (/^GET issues\/\d+\/comments$/.test(request)) return page(comments);
    if (/^POST issues\/\d+\/comments$/.test(request)) {
      comments.push({
        id: 1000 + comments.length,
        user: { login: "github-actions[bot]", type: "Bot" },
        body: body ?? "",
      });
      return comments.at(-1);
    }
    const changed = comments.find(({ id }) => request === `PATCH issues/comments/${id}`);
    if (changed !== undefined) changed.body = body ?? "";
    return changed;
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, comments };
}
