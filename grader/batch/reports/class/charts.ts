import type { ClassView } from "./view.ts";

/** Bars of a histogram. */
const BARS = 20;
const WIDTH = 560;
const HEIGHT = 150;
const LEFT = 34;
const BOTTOM = 22;

/** How many have how many points: of all, and of each stage. SVG, without a text of others. */
export function histogram(title: string, values: readonly number[], max: number): string {
  const counts = Array.from({ length: BARS }, () => 0);
  for (const value of values) {
    const at = max === 0 ? 0 : Math.min(BARS - 1, Math.floor((BARS * value) / max));
    counts[at] = (counts[at] as number) + 1;
  }
  const most = Math.max(1, ...counts);
  const step = (WIDTH - LEFT) / BARS;
  const bars = counts.map((count, at) => {
    const height = ((HEIGHT - BOTTOM - 14) * count) / most;
    const range = `${number((at * max) / BARS)} to ${number(((at + 1) * max) / BARS)} points`;
    return `<rect class="bar" x="${number(LEFT + at * step + 1)}" y="${number(HEIGHT - BOTTOM - height)}" width="${number(step - 2)}" height="${number(height)}"><title>${range}: ${count}</title></rect>`;
  });
  return figure(title, [
    ...bars,
    ...axisX([0, max / 4, max / 2, (3 * max) / 4, max].map((value) => [max === 0 ? 0 : value / max, number(value)])),
    `<text x="${LEFT - 6}" y="14" text-anchor="end">${most}</text>`,
  ]);
}

/** When each was handed in, and what it came to; a line at the deadline. */
export function timeline({ students, max, dueMs }: ClassView): string {
  const dots = students.flatMap(({ submittedMs, points }, at) =>
    submittedMs === null || points === null ? [] : [{ submittedMs, points, at }],
  );
  if (dots.length < 2) return "";
  const times = [...dots.map(({ submittedMs }) => submittedMs), ...(dueMs === null ? [] : [dueMs])];
  // One that is years away would leave the rest a dot.
  const sorted = [...times].sort((a, b) => a - b);
  const first = dueMs === null ? (sorted[0] as number) : Math.max(sorted[0] as number, dueMs - 30 * DAY_MS);
  const last = dueMs === null ? (sorted.at(-1) as number) : Math.min(sorted.at(-1) as number, dueMs + 30 * DAY_MS);
  const span = Math.max(1, last - first);
  const x = (timeMs: number) => LEFT + (WIDTH - LEFT - 8) * Math.min(1, Math.max(0, (timeMs - first) / span)) + 4;
  const y = (points: number) => 8 + (HEIGHT - BOTTOM - 16) * (1 - points / Math.max(1, max));
  const day = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 10);
  return figure("Hand-ins over time, and their points", [
    ...(dueMs === null
      ? []
      : [
          `<line class="due" x1="${number(x(dueMs))}" x2="${number(x(dueMs))}" y1="0" y2="${HEIGHT - BOTTOM}"><title>deadline</title></line>`,
        ]),
    ...dots.map(
      ({ submittedMs, points, at }) =>
        `<circle class="dot" data-student="${at}" cx="${number(x(submittedMs))}" cy="${number(y(points))}" r="3.5"/>`,
    ),
    ...axisX([0, 0.5, 1].map((share) => [share, day(first + share * span)])),
    `<text x="${LEFT - 6}" y="14" text-anchor="end">${number(max)}</text><text x="${LEFT - 6}" y="${HEIGHT - BOTTOM}" text-anchor="end">0</text>`,
  ]);
}

const DAY_MS = 86_400_000;

function axisX(marks: readonly (readonly [share: number, text: string])[]): string[] {
  return [
    `<line class="axis" x1="${LEFT}" x2="${WIDTH}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}"/>`,
    ...marks.map(([share, text], at) => {
      const anchor = at === 0 ? "start" : at === marks.length - 1 ? "end" : "middle";
      return `<text x="${number(LEFT + share * (WIDTH - LEFT))}" y="${HEIGHT - 6}" text-anchor="${anchor}">${text}</text>`;
    }),
  ];
}

function figure(title: string, parts: readonly string[]): string {
  return `<figure><figcaption>${title}</figcaption><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts.join("")}</svg></figure>`;
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
