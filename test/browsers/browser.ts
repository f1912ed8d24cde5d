import { writeFileSync } from "node:fs";
import { BiDi, type Message } from "./bidi.ts";
import { type BrowserName, type BrowserProcess, startProcess } from "./process.ts";

/** A browser without a window, with a profile of its own. */
export class Browser {
  /** What pages complained of, and what they asked for: nothing should be here. */
  readonly complaints: string[] = [];

  private constructor(
    readonly name: BrowserName,
    private readonly bidi: BiDi,
    private readonly process: BrowserProcess,
  ) {
    bidi.onEvent((method, params) => this.note(method, params));
  }

  static async start(name: BrowserName): Promise<Browser> {
    const process = await startProcess(name);
    try {
      const bidi = await BiDi.connect(process.address);
      if (name !== "chromium") await bidi.send("session.new", { capabilities: {} });
      const browser = new Browser(name, bidi, process);
      await bidi.send("session.subscribe", { events: ["log.entryAdded", "network.beforeRequestSent"] });
      return browser;
    } catch (error) {
      await process.end();
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
    await this.process.end();
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
    for (let tries = 0; tries < 1_000; tries++) {
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
