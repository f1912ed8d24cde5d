import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BiDi, type Message } from "./bidi.ts";

/** The browsers that pages are tested in, by the names under which Debian installs them (.ci/run). */
export const BROWSERS = ["chromium", "firefox-esr"] as const;
export type BrowserName = (typeof BROWSERS)[number];

const START_MS = 60_000;
/** How often it is tried, every 50 ms, to end a browser and to remove what it wrote. */
const END_TRIES = 200;

/** A browser without a window, with a profile of its own. */
export class Browser {
  /** What pages complained of, and what they asked for: nothing should be here. */
  readonly complaints: string[] = [];

  private constructor(
    readonly name: BrowserName,
    private readonly bidi: BiDi,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    bidi.onEvent((method, params) => this.note(method, params));
  }

  static async start(name: BrowserName): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    const child = name === "chromium" ? spawnChromedriver() : spawnFirefox(folder);
    try {
      const bidi = await BiDi.connect(await (name === "chromium" ? chromium(child, folder) : firefox(child)));
      if (name !== "chromium") await bidi.send("session.new", { capabilities: {} });
      const browser = new Browser(name, bidi, child, folder);
      await bidi.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
      return browser;
    } catch (error) {
      await end(child, folder);
      throw error;
    }
  }

  /** Opens a file in a tab of its own. */
  async open(url: string, size = { width: 1400, height: 900 }): Promise<Tab> {
    const { context } = await this.bidi.send<{ context: string }>("browsingContext.create", { type: "tab" });
    await this.bidi.send("browsingContext.setViewport", { context, viewport: size });
    await this.bidi.send("browsingContext.navigate", { context, url, wait: "complete" });
    return new Tab(this.bidi, context);
  }

  async close(): Promise<void> {
    await this.bidi.send("browser.close").catch(() => {});
    this.bidi.close();
    await end(this.child, this.folder);
  }

  private note(method: string, params: Message): void {
    if (method === "log.entryAdded" && (params.level === "error" || params.level === "warn"))
      this.complaints.push(`console: ${params.text}`);
    const { url } = (params.request ?? {}) as { url?: string };
    if (url !== undefined && !/^(?:file|about|data):/.test(url)) this.complaints.push(`request: ${url}`);
  }
}

/** A page that is open. */
export class Tab {
  constructor(
    private readonly bidi: BiDi,
    private readonly context: string,
  ) {}

  /** What an expression of the page gives, as JSON; promises are waited for. */
  async ask<T>(expression: string): Promise<T> {
    const { type, result, exceptionDetails } = await this.bidi.send("script.evaluate", {
      ...{ expression: `Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))` },
      ...{ target: { context: this.context }, awaitPromise: true },
    });
    if (type !== "success") throw new Error(`${expression.slice(0, 200)}: ${(exceptionDetails as Message).text}`);
    return JSON.parse(String((result as Message).value)) as T;
  }

  /** Runs a script in the page, whatever its policy is. */
  async run(script: string): Promise<void> {
    await this.bidi.send("script.evaluate", {
      ...{ expression: `${script}\n;0`, target: { context: this.context }, awaitPromise: false },
    });
  }

  /** Keys, one after the other; names of keys as in KEYS. */
  async press(...keys: readonly string[]): Promise<void> {
    const actions = keys.flatMap((key) => {
      const value = KEYS[key] ?? key;
      return ["keyDown", "keyUp"].map((type) => ({ type, value }));
    });
    await this.bidi.send("input.performActions", {
      context: this.context,
      actions: [{ type: "key", id: "keyboard", actions }],
    });
    await this.settle();
  }

  /** Until what was done is drawn. */
  async settle(): Promise<void> {
    await this.ask("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(0))))");
  }

  /** Until an expression is true. */
  async until(expression: string): Promise<void> {
    for (let tries = 0; tries < 300; tries++) {
      if (await this.ask<boolean>(expression)) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never true: ${expression}`);
  }

  /** A picture of what is seen, or of the first element that a selector finds, in the format that the file's name ends with. */
  async picture(path: string, selector?: string): Promise<void> {
    const type = `image/${path.slice(path.lastIndexOf(".") + 1)}`;
    const { data } = await this.bidi.send("browsingContext.captureScreenshot", {
      ...{ context: this.context, format: { type, ...(type !== "image/png" && { quality: 0.5 }) } },
      ...(selector !== undefined && { clip: { type: "box", ...(await this.boxOf(selector)) } }),
    });
    writeFileSync(path, Buffer.from(String(data), "base64"));
  }

  private boxOf(selector: string): Promise<object> {
    const box = "(({ x, y, width, height }) => ({ x, y, width, height }))";
    return this.ask(`${box}(document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect())`);
  }

  async close(): Promise<void> {
    await this.bidi.send("browsingContext.close", { context: this.context });
  }
}

/** Code points of keys that have no letter (https://w3c.github.io/webdriver/#keyboard-actions). */
const KEYS: Readonly<Record<string, string>> = {
  ...{
    Enter: "\ue007",
    Escape: "\ue00c",
    Tab: "\ue004",
    Shift: "\ue008",
    PageUp: "\ue00e",
    PageDown: "\ue00f",
    End: "\ue010",
  },
  ...{ Home: "\ue011", Left: "\ue012", Up: "\ue013", Right: "\ue014", Down: "\ue015" },
};

// A group of its own: what a browser starts can be told from all else, and ended with it.
const SPAWN = { stdio: ["ignore", "pipe", "pipe"], detached: true } satisfies SpawnOptions;

function spawnChromedriver(): ChildProcess {
  return spawn("chromedriver", ["--port=0"], SPAWN);
}

/** The address of a session of Chromium, which its driver starts. */
async function chromium(driver: ChildProcess, folder: string): Promise<string> {
  const [, port] = await lineOf(driver, /started successfully on port (\d+)/);
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
  const answer = await fetch(`http://127.0.0.1:${port}/session`, {
    method: "POST",
    body: JSON.stringify({ capabilities }),
  });
  const { value } = (await answer.json()) as { value: { capabilities?: { webSocketUrl: string }; message?: string } };
  if (value.capabilities === undefined) throw new Error(`Chromium does not start: ${value.message}`);
  return value.capabilities.webSocketUrl;
}

function spawnFirefox(folder: string): ChildProcess {
  const args = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"];
  return spawn("firefox-esr", args, { ...SPAWN, env: { ...process.env, HOME: folder } });
}

async function firefox(child: ChildProcess): Promise<string> {
  const [, address] = await lineOf(child, /WebDriver BiDi listening on (ws:\/\/\S+)/);
  return `${address}/session`;
}

/** Ends a browser with all that it started, and only then removes its profile: the last of them still write to it. */
async function end({ pid }: ChildProcess, folder: string): Promise<void> {
  for (let tries = 0; pid !== undefined && tries < END_TRIES; tries++) {
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      break; // none is left
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
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

/** Waits for a line of a program's output. */
function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve, reject) => {
    let text = "";
    const failed = (why: string) => reject(new Error(`${child.spawnfile} ${why}: ${text.slice(-2_000)}`));
    const timer = setTimeout(() => failed("does not start"), START_MS);
    const read = (chunk: Buffer) => {
      text += chunk;
      const found = pattern.exec(text);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("error", ({ message }) => failed(message));
    child.once("exit", (code) => failed(`ended with ${code}`));
  });
}
