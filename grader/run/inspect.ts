import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type HostProgram, peerHostProgram } from "../sandbox/host-program.ts";
import { DEFAULT_LIMITS, type HostLimits } from "../sandbox/limits.ts";
import type { Bundle } from "../submission/index.ts";

/** A run that waits for a debugger before it begins, and wherever that holds it. */
export interface Inspection {
  readonly port: number;
  /** Told once, when a debugger can come; by its address. */
  readonly onWaiting: (url: string) => void;
}

/** Only this machine's debuggers: whoever is let in can do what the user can. */
const INSPECT_HOST = "127.0.0.1";

/** As good as no limit, and still a number that every clock can be compared with. */
const NEVER_MS = 1e12;
const LOOK_MS = 50;

/** Nothing is taken for hung that a person looks at; a debugger holds memory of its own. */
export const INSPECTED_LIMITS: HostLimits = {
  ...DEFAULT_LIMITS,
  ...{ windowCpuMs: NEVER_MS, runCpuMs: NEVER_MS, windowWallMs: NEVER_MS, runWallMs: NEVER_MS },
  residentBytes: 4 * DEFAULT_LIMITS.residentBytes,
};

/** The peer host, which does nothing until a debugger says so. */
export function inspectedProgram(port: number, limits: HostLimits): HostProgram {
  const program = peerHostProgram(limits);
  return { ...program, nodeFlags: [...program.nodeFlags, `--inspect-wait=${INSPECT_HOST}:${port}`] };
}

/** A bundle that tells debuggers of the files that it was made from; nothing else of it is changed. `dir`: where these lie. */
export function withSourceMap(bundle: Bundle, dir: string): Bundle {
  const map = JSON.parse(bundle.sourceMap) as { readonly sources: readonly string[] };
  // What has a scheme is a piece of ours.
  const sources = map.sources.map((path) => (/^\w+:/.test(path) ? path : pathToFileURL(join(dir, path)).href));
  const text = Buffer.from(JSON.stringify({ ...map, sources })).toString("base64");
  // Put together here: whoever looks for maps of the grader's own files must not find this.
  const comment = ["//#", `sourceMappingURL=data:application/json;base64,${text}`].join(" ");
  return { ...bundle, code: `${bundle.code}\n${comment}` };
}

/** Null when the port can be had, else the system's word for why not. */
export function whyPortIsTaken(port: number): Promise<string | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, INSPECT_HOST, () => server.close(() => resolve(null)));
  });
}

/** Waits until a debugger can come; null when `signal` was there first. */
export async function debuggerUrl(port: number, signal: AbortSignal): Promise<string | null> {
  while (!signal.aborted) {
    const url = await askForUrl(port);
    if (url !== null) return url;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}

/** As Node's inspector answers it: https://nodejs.org/api/debugger.html. */
function askForUrl(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get({ host: INSPECT_HOST, port, path: "/json/list", agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(urlIn(text)));
    });
    request.on("error", () => resolve(null));
  });
}

function urlIn(text: string): string | null {
  try {
    const [target] = JSON.parse(text) as readonly { readonly webSocketDebuggerUrl?: string }[];
    return target?.webSocketDebuggerUrl ?? null;
  } catch {
    return null;
  }
}
