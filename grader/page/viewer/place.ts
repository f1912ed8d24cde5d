import type { App } from "./app.ts";

/** The address changes so long after what it tells: browsers count. */
const WAIT_MS = 300;

/** Keeps what is looked at in the hash of the address, so that a link or a reload comes back to it. */
export function keepPlace(app: App): void {
  let timer = 0;
  let own = "";
  const write = () => {
    own = `#${hashOf(app)}`;
    if (own === location.hash) return;
    try {
      history.replaceState(null, "", own);
    } catch {
      // Some browsers forbid it in files; then a link keeps no place.
    }
  };
  app.onChange(() => {
    clearTimeout(timer);
    timer = window.setTimeout(write, WAIT_MS);
  });
  addEventListener("hashchange", () => {
    if (location.hash !== own) restorePlace(app);
  });
}

function hashOf({ selected, view, axis, filter, search }: App): string {
  const parts = new URLSearchParams({ event: String(selected), from: shortened(view.from), to: shortened(view.to) });
  if (axis === "time") parts.set("axis", axis);
  if (!filter.isFolded) parts.set("fold", "0");
  if (filter.hiddenPeers.size > 0) parts.set("without", [...filter.hiddenPeers].join());
  if (filter.hiddenGroups.size > 0) parts.set("hide", [...filter.hiddenGroups].join());
  if (filter.hiddenMethods.size > 0) parts.set("rpcs", JSON.stringify([...filter.hiddenMethods]));
  if (search !== "") parts.set("find", search);
  const { theme } = document.documentElement.dataset;
  if (theme !== undefined) parts.set("theme", theme);
  return parts.toString();
}

/** Goes where the address says. False: it says nothing that can be gone to. */
export function restorePlace(app: App): boolean {
  const parts = new URLSearchParams(location.hash.slice(1));
  const event = Number(parts.get("event") ?? Number.NaN);
  const theme = parts.get("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (!Number.isInteger(event) || event < 0 || event >= app.run.size) return false;
  app.axis = parts.get("axis") === "time" ? "time" : "order";
  app.refilter({
    isFolded: parts.get("fold") !== "0",
    hiddenPeers: new Set(listOf(parts.get("without")).map(Number)),
    hiddenGroups: new Set(listOf(parts.get("hide"))),
    hiddenMethods: new Set(namesOf(parts.get("rpcs"))),
  });
  if (parts.get("find") !== null) app.find(parts.get("find") ?? "");
  const [from, to] = [Number(parts.get("from") ?? Number.NaN), Number(parts.get("to") ?? Number.NaN)];
  if (Number.isFinite(from) && to > from) app.setView(from, to);
  app.select(event);
  return true;
}

function listOf(text: string | null): string[] {
  return (text ?? "").split(",").filter((part) => part !== "");
}

function namesOf(text: string | null): string[] {
  try {
    const names: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
  } catch {
    return [];
  }
}

function shortened(position: number): string {
  return String(Math.round(position * 10) / 10);
}
