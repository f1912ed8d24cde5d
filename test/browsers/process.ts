import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The browsers that pages are tested in, by the names under which Debian installs them (.ci/run). */
export const BROWSERS = ["chromium", "firefox-esr"] as const;
export type BrowserName = (typeof BROWSERS)[number];

/** Ends what hangs: on a busy machine a browser takes half a minute. */
const START_MS = 200_000;
/** How often a program that ends before it listens is started. */
const START_TRIES = 5;
/** How often it is tried, every 50 ms, to end a program and to remove what it wrote. */
const END_TRIES = 200;

/** A browser's process or that of its driver, with the address that speaks WebDriver BiDi. */
export interface BrowserProcess {
  readonly address: string;
  /** Ends it with all that it started, and only then removes its profile: the last of them still write to it. */
  end(): Promise<void>;
}

/** Starts a browser without a window, with a profile of its own. */
export async function startProcess(name: BrowserName): Promise<BrowserProcess> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const programs: ChildProcess[] = [];
  const end = async () => {
    await Promise.all(programs.map(endGroup));
    await remove(folder);
  };
  try {
    const address = name === "chromium" ? await startChromium(folder, programs) : await startFirefox(folder, programs);
    return { address, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A session of Chromium, which its driver starts. */
async function startChromium(folder: string, programs: ChildProcess[]): Promise<string> {
  const args = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    `--user-data-dir=${folder}`,
  ];
  const capabilities = {
    alwaysMatch: { browserName: "chrome", webSocketUrl: true, "goog:chromeOptions": { args } },
  };
  const port = await listening(programs, "chromedriver", ["--port=0"], {}, /started successfully on port (\d+)/);
  const answer = await fetch(`http://127.0.0.1:${port}/session`, {
    method: "POST",
    body: JSON.stringify({ capabilities }),
  });
  const { value } = (await answer.json()) as { value: { capabilities?: { webSocketUrl: string }; message?: string } };
  if (value.capabilities === undefined) throw new Error(`Chromium does not start: ${value.message}`);
  return value.capabilities.webSocketUrl;
}

async function startFirefox(folder: string, programs: ChildProcess[]): Promise<string> {
  const args = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"];
  const env = { ...process.env, HOME: folder };
  return `${await listening(programs, "firefox-esr", args, { env }, /WebDriver BiDi listening on (ws:\/\/\S+)/)}/session`;
}

/**
 * Starts a program, and waits until it says where it listens: what the pattern's group finds. It is started again where
 * it ended before that: a driver takes a free port of IPv6, and gives up when somebody has that of this number of IPv4.
 */
async function listening(
  programs: ChildProcess[],
  program: string,
  args: readonly string[],
  options: SpawnOptions,
  pattern: RegExp,
): Promise<string> {
  for (let tries = 1; ; tries++) {
    // A group of its own: what a browser starts can be told from all else, and ended with it.
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"], detached: true });
    programs.push(child);
    const outcome = await firstLine(child, pattern);
    if ("found" in outcome) return outcome.found;
    if (!outcome.hasEnded || tries === START_TRIES) throw new Error(`${program} ${outcome.why}`);
    programs.pop(); // it has ended: its number may be another's before all is
  }
}

/** A program's first line of a pattern, or why there is none. */
function firstLine(
  child: ChildProcess,
  pattern: RegExp,
): Promise<{ found: string } | { why: string; hasEnded: boolean }> {
  return new Promise((resolve) => {
    let text = "";
    const failed = (why: string, hasEnded = false) => {
      clearTimeout(timer);
      resolve({ why: `${why}: ${text.slice(-2_000)}`, hasEnded });
    };
    const timer = setTimeout(() => failed("does not start"), START_MS);
    const read = (chunk: Buffer) => {
      text += chunk;
      const found = pattern.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve({ found });
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", ({ message }) => failed(message));
    child.once("exit", (code) => failed(`ended with ${code}`, true));
  });
}

async function endGroup({ pid }: ChildProcess): Promise<void> {
  for (let tries = 0; pid !== undefined && tries < END_TRIES; tries++) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      return; // none is left
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function remove(folder: string): Promise<void> {
  for (let tries = 0; tries < END_TRIES; tries++) {
    try {
      return rmSync(folder, { recursive: true, force: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  // A folder of temporary files that could not be removed says nothing about the pages.
  console.warn(`${folder} could not be removed`);
}
