import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Browser, type Tab } from "./browser.ts";
import { otherPages, tracePages } from "./pages.ts";
import { BROWSERS } from "./process.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const traces = tracePages();
const others = await otherPages();

/** What an accessibility checker finds that keeps somebody from reading: rule and place. */
async function barriers(tab: Tab): Promise<string[]> {
  await tab.run(axe);
  return tab.ask(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(" | ")))`);
}

const SELECTED = "document.querySelector('#events tr[aria-selected=true]')";
const selected = (tab: Tab) => tab.ask<string>(`${SELECTED}.textContent`);
const text = (tab: Tab, what: string) => tab.ask<string>(`document.querySelector(${JSON.stringify(what)}).textContent`);
const ready = (tab: Tab) => tab.until("document.querySelector('#app[aria-busy]') === null");

describe.each(BROWSERS)("%s", (name) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await Browser.start(name);
  });
  afterAll(() => browser?.close());

  async function at(url: string, look: (tab: Tab) => Promise<void>): Promise<void> {
    const tab = await browser.open(url);
    await look(tab);
    expect(await tab.ask("document.title")).not.toBe("ran");
    expect(browser.complaints).toEqual([]);
    await tab.close();
  }

  test("a trace opens at the departure, and everything on it is reached with keys alone", async () => {
    await at(traces.usual, async (tab) => {
      await ready(tab);
      expect(await selected(tab)).toMatch(/departure/);
      const rank = () => tab.ask<number>(`Number(${SELECTED}.dataset.event)`);
      const opened = await rank();
      await tab.press("Right", "Right", "Left");
      expect(await rank()).toBeGreaterThan(opened);
      await tab.press("v");
      expect(await selected(tab)).toMatch(/violation/);
      await tab.press("Home");
      expect(await rank()).toBe(0);
      await tab.press("j", "m");
      expect(await text(tab, ".detail h2")).toMatch(/^Peer \d at/);
      await tab.press("/", "s", "u", "c", "c", "e", "s", "s", "Enter", "Escape");
      expect(await selected(tab)).toMatch(/success/);
      const lanes = () => tab.ask<string>("document.querySelector('.lanes canvas').toDataURL()");
      const before = await lanes();
      await tab.press("+", "+");
      expect(await lanes()).not.toBe(before);
      await tab.press("t", "f", "0", "d");
      expect(await selected(tab)).toMatch(/departure/);
      await tab.press("?");
      expect(await tab.ask("document.querySelector('dialog').open")).toBe(true);
      await tab.press("Escape");
      expect(await tab.ask("document.querySelector('dialog').open")).toBe(false);
    });
  });

  test("filters leave out what is not ticked, and the address brings the same place back", async () => {
    await at(traces.usual, async (tab) => {
      await ready(tab);
      const shown = () => tab.ask<number>("Number(document.getElementById('events').getAttribute('aria-rowcount'))");
      const whole = await shown();
      await tab.ask("document.querySelectorAll('.filters input').forEach((box, i) => { if (i < 2) box.click(); })");
      await tab.settle();
      expect(await shown()).toBeLessThan(whole);
      await tab.until("location.hash.includes('without=0%2C1')");
      const hash = await tab.ask<string>("location.hash");
      await at(`${traces.usual}${hash}`, async (again) => {
        await ready(again);
        expect(await selected(again)).toBe(await selected(tab));
        expect(await again.ask("document.querySelector('.filters input').checked")).toBe(false);
      });
    });
  });

  test("fields of all peers are there, with what changed, and open with a key", async () => {
    await at(traces.usual, async (tab) => {
      await ready(tab);
      const cells = await tab.ask<string[]>(
        "[...document.querySelectorAll('.objects tbody tr')].map((row) => row.innerText)",
      );
      expect(cells.some((line) => /^currentTerm\s/.test(line))).toBe(true);
      expect(await tab.ask("document.querySelectorAll('.objects thead th').length")).toBe(6);
      for (let i = 0; i < 12 && !(await tab.ask("document.querySelector('.objects td.changed') !== null")); i++)
        await tab.press("Right");
      expect(await text(tab, ".objects td.changed em")).toMatch(/^ was /);
      await tab.ask(
        "[...document.querySelectorAll('.objects button')].find((one) => one.textContent.includes('log')).focus()",
      );
      await tab.press("Enter");
      expect(await tab.ask("document.activeElement.getAttribute('aria-expanded')")).toBe("true");
      expect(await text(tab, ".objects tbody")).toContain('"command 199"');
    });
  });

  test("55 000 events open, and a step makes no more than what is seen", async () => {
    await at(traces.long, async (tab) => {
      await ready(tab);
      expect(await tab.ask("Number(document.getElementById('events').getAttribute('aria-rowcount'))")).toBeGreaterThan(
        10_000,
      );
      expect(await tab.ask("document.querySelectorAll('*').length")).toBeLessThan(3_000);
      await tab.press("End", "Left", "Left", "PageUp");
      expect(await tab.ask("document.querySelectorAll('*').length")).toBeLessThan(3_000);
    });
  });

  test.each(["empty", "cut", "hostile"] as const)(
    "a page opens whatever its run was, and says what it left out: %s",
    async (run) => {
      await at(traces[run], async (tab) => {
        await ready(tab);
        await tab.press("Right", "Right", "+", "0", "f", "Home");
        const left = await tab.ask<string[]>("[...document.querySelectorAll('.left')].map((one) => one.textContent)");
        if (run === "cut") expect(left.join()).toMatch(/the fields are not known/);
        if (run === "cut")
          expect(await tab.ask("document.body.innerText")).toContain("12345 earlier records are left out");
        if (run === "empty") expect(await text(tab, ".detail")).toBe("Nothing happened in this run.");
        if (run === "hostile") expect(await tab.ask("document.body.textContent.includes('<img src=')")).toBe(true);
        expect(await tab.ask("document.querySelectorAll('img, script[src], iframe').length")).toBe(0);
      });
    },
  );

  test.each(["light", "dark"])("nobody is kept from reading a trace, %s", async (theme) => {
    await at(`${traces.usual}#theme=${theme}`, async (tab) => {
      await ready(tab);
      expect(await tab.ask("document.documentElement.dataset.theme")).toBe(theme);
      expect(await tab.ask("document.getElementById('events').getAttribute('role')")).toBe("grid");
      expect(await barriers(tab)).toEqual([]);
    });
  });

  test.each(Object.keys(others))("nor any other page, which runs and asks for nothing of others: %s", async (page) => {
    await at(others[page] as string, async (tab) => expect(await barriers(tab)).toEqual([]));
  });
});
