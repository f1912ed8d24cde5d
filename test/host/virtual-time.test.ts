import { afterEach, describe, expect, test } from "vitest";
import { boot, effectsOf, engineFor, logOf, raft, window } from "./fixture.ts";

describe("timers", () => {
  test("delays are whole milliseconds, at least one, and setImmediate costs 50 µs", () => {
    const body = `
      const log = (name) => () => console.log(name, performance.now());
      setTimeout(log("3.9"), 3.9); setTimeout(log("none")); setTimeout(log("0"), 0); setTimeout(log("negative"), -5);
      setTimeout(log("NaN"), NaN); setTimeout(log("text"), "2"); setTimeout(log("huge"), 2 ** 31); setImmediate(log("immediate"));`;
    expect(logOf(body)).toEqual([
      "immediate 0.05",
      ...["none", "0", "negative", "NaN", "huge"].map((name) => `${name} 1`),
      "text 2",
      "3.9 3",
    ]);
  });

  test("timers due at one time fire in the order in which they were set", () => {
    const body =
      "setTimeout(console.log, 5, 'a'); setTimeout(() => setTimeout(console.log, 2, 'c'), 3); setTimeout(console.log, 5, 'b');";
    expect(logOf(body)).toEqual(["a", "b", "c"]);
  });

  test("microtasks run before the next timer", () => {
    const body = `
      setTimeout(() => { console.log(1); Promise.resolve().then(() => console.log(2)); queueMicrotask(() => console.log(3)); }, 1);
      setTimeout(() => console.log(4), 1);`;
    expect(logOf(body)).toEqual(["1", "2", "3", "4"]);
  });

  test("arguments and this", () => {
    const body = "const t = setTimeout(function (...args) { console.log(this === t, args) }, 1, 1, 2);";
    expect(logOf(body)).toEqual(["true [ 1, 2 ]"]);
  });

  test("clearing, by object, number and text", () => {
    const body = `
      const no = () => console.log("no");
      const [a, b, c] = [setTimeout(no, 1), setTimeout(no, 1), setTimeout(no, 1)];
      clearTimeout(a); clearTimeout(+b); clearInterval(\`\${c}\`); clearTimeout(undefined); clearTimeout(null); clearTimeout({});
      setTimeout(no, 1).close(); clearImmediate(setImmediate(no)); clearImmediate(undefined); clearTimeout(a);
      const d = setTimeout(no, 5); setTimeout(() => clearTimeout(d), 5 - 1);`;
    expect(logOf(body)).toEqual([]);
  });

  test("an interval goes on until it is cleared, also from its own callback", () => {
    const body =
      "let n = 0; const t = setInterval(() => { console.log(performance.now()); if (++n === 3) clearInterval(t); }, 10);";
    expect(logOf(body)).toEqual(["10", "20", "30"]);
  });

  test("an interval survives an exception in its callback", () => {
    const effects = effectsOf(
      "let n = 0; const t = setInterval(() => { if (++n === 2) clearInterval(t); throw new Error(String(n)); }, 1);",
    );
    expect(effects.filter((effect) => effect.kind === "exception").map((effect) => effect.message)).toEqual(["1", "2"]);
  });

  test("ref, unref, hasRef, refresh and the primitive value", () => {
    const body = `
      const t = setTimeout(() => console.log("fired", performance.now()), 10);
      console.log(t.hasRef(), t.unref() === t, t.hasRef(), t.ref().hasRef(), typeof +t);
      setTimeout(() => t.refresh(), 6);
      const again = setTimeout(() => { console.log("again", performance.now()); if (performance.now() < 3) again.refresh(); }, 2);`;
    expect(logOf(body)).toEqual(["true true false true number", "again 2", "again 4", "fired 16"]);
  });

  test("a callback must be a function", () => {
    expect(() => logOf("setTimeout('code', 1)")).toThrow("TypeError");
  });

  test("timers that are set again and again do not pile up", () => {
    const body =
      "let t; const again = (n) => { clearTimeout(t); t = setTimeout(() => console.log('late'), 500); if (n) setImmediate(again, n - 1); }; again(5000);";
    expect(logOf(body)).toEqual(["late"]);
  });

  test("node:timers/promises", () => {
    const body = `
      const { setTimeout: sleep, setInterval: every, setImmediate: soon, scheduler } = __import("node:timers/promises");
      (async () => {
        console.log(await sleep(5, "value"), performance.now());
        console.log(await soon("soon"), performance.now());
        await scheduler.wait(1); await scheduler.yield();
        let n = 0;
        for await (const value of every(10, "tick")) { console.log(value, performance.now()); if (++n === 2) break; }
        const controller = new AbortController();
        setTimeout(() => controller.abort("reason"), 3);
        try { await sleep(1000, null, { signal: controller.signal }); } catch (error) {
          console.log(error.name, error.code, error.cause, error instanceof Error, performance.now());
        }
      })();`;
    expect(logOf(body)).toEqual([
      "value 5",
      "soon 5.05",
      "tick 16.1",
      "tick 26.1",
      "AbortError ABORT_ERR reason true 29.1",
    ]);
  });
});

describe("the clock", () => {
  test("begins at a fixed time, and stands still while code runs", () => {
    const body = `
      console.log(Date.now(), new Date().toISOString(), performance.timeOrigin, performance.now());
      for (let i = 0; i < 1e6; i++);
      console.log(Date.now());
      setTimeout(() => console.log(Date.now(), +new Date(), Date().slice(0, 24), performance.now()), 1500);`;
    expect(logOf(body)).toEqual([
      "1735689600000 2025-01-01T00:00:00.000Z 1735689600000 0",
      "1735689600000",
      "1735689601500 1735689601500 Wed Jan 01 2025 00:00:01 1500",
    ]);
  });

  test("has the skew and drift of its peer", () => {
    const body = "console.log(Date.now()); setTimeout(() => console.log(Date.now(), performance.now()), 1000);";
    const clock = { offsetUs: 5_000_000, driftPpm: 1000 };
    const { entries } = engineFor(raft(body)).exchange(window(10_000_000, boot({ clock })));
    expect(entries.map((entry) => entry.timeUs)).toEqual([0, 999_001]);
    const texts = entries.flatMap((entry) => entry.effects).flatMap((e) => (e.kind === "log" ? [e.text] : []));
    expect(texts).toEqual(["1735689605000", "1735689606000 1000"]);
  });

  test("a later boot begins its performance clock anew", () => {
    const engine = engineFor(raft("console.log(Date.now(), performance.now(), performance.timeOrigin)"));
    const { entries } = engine.exchange(window(5000, boot({ timeUs: 2500 })));
    expect(entries[0]?.effects[0]).toMatchObject({ text: "1735689600002 0 1735689600002.5" });
  });
});

describe("whatever zone and locale the process is in", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });

  const body = `
    const d = new Date(2025, 0, 15, 12, 30);
    console.log(d.toISOString(), d.getHours(), d.getTimezoneOffset(), d.getDay(), String(d));
    console.log(Date.parse("2025-07-01T12:00"), Date.parse("2025-07-01"), Date.parse("July 1, 2025 12:00"), Date.parse("Tue, 01 Jul 2025 12:00:00 +0200"));
    d.setHours(0); d.setMonth(6); console.log(d.toISOString(), new Date(d).getTime() === +d, new Date("bad").getTime(), String(new Date(NaN)));
    console.log(d.toLocaleString(), d.toLocaleDateString(), d.toLocaleTimeString(), d.toLocaleDateString("de-DE"), d.toDateString(), d.toTimeString());
    console.log(new Intl.DateTimeFormat().format(), Intl.DateTimeFormat().format(0), new Intl.DateTimeFormat("en-GB", { dateStyle: "full" }).format());
    console.log(JSON.stringify(new Intl.DateTimeFormat(undefined, { timeZoneName: "short", hour: "numeric" }).formatToParts()));
    console.log(Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale, new Intl.NumberFormat().resolvedOptions().locale, new Intl.NumberFormat("xx").resolvedOptions().locale);
    console.log((1234567.891).toLocaleString(), 1234567n.toLocaleString(), (0.5).toLocaleString("de-DE"), [1.5, new Date(0)].toLocaleString(), "I".toLocaleLowerCase(), ["b", "a", "A"].sort((x, y) => x.localeCompare(y)));
    console.log(new Intl.PluralRules().select(1), new Intl.ListFormat().format(["a", "b"]), new Intl.RelativeTimeFormat().format(-1, "day"), new Intl.DateTimeFormat() instanceof Intl.DateTimeFormat, new Date() instanceof Date, Date.name, Date.length);
    console.log(new Date(2025, 0).getYear(), new Date(0, 0).getFullYear(), typeof Date(), Object.prototype.toString.call(new Date()), new (class D extends Date {})(5).getTime());`;

  const expected = [
    "2025-01-15T12:30:00.000Z 12 0 3 Wed Jan 15 2025 12:30:00 GMT+0000 (Coordinated Universal Time)",
    "1751371200000 1751328000000 1751371200000 1751364000000",
    "2025-07-15T00:30:00.000Z true NaN Invalid Date",
    "7/15/2025, 12:30:00 AM 7/15/2025 12:30:00 AM 15.7.2025 Tue Jul 15 2025 00:30:00 GMT+0000 (Coordinated Universal Time)",
    "1/1/2025 1/1/1970 Wednesday, 1 January 2025",
    '[{"type":"hour","value":"12"},{"type":"literal","value":" "},{"type":"dayPeriod","value":"AM"},{"type":"literal","value":" "},{"type":"timeZoneName","value":"UTC"}]',
    "UTC en-US en-US en-US",
    "1,234,567.891 1,234,567 0,5 1.5,1/1/1970, 12:00:00 AM i [ 'a', 'A', 'b' ]",
    "one a and b 1 day ago true true Date 7",
    "125 1900 string [object Date] 5",
  ];

  test.each(["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])("TZ=%s", (name) => {
    process.env.TZ = name;
    // Which space separates the time from AM differs between versions of ICU.
    expect(logOf(body).map((line) => line.replaceAll("\u202f", " "))).toEqual(expected);
  });
});
