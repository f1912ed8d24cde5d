import { createHash } from "node:crypto";
import { shown } from "./pack.ts";
import type { TracedRun } from "./types.ts";

/** What a page runs and looks like, as it was built. */
export interface Viewer {
  readonly script: string;
  readonly style: string;
}

/** What is shown of the story: so many lines of so many characters. */
const STORY_LINES = 60;
const STORY_CHARS = 1_000;

/**
 * The page around the data. Whatever was not built with the grader is text: nothing else may run or be loaded, which the
 * browser is told too, so that nothing leaves the page even where we erred.
 */
export function pageAround(run: TracedRun, data: string, { script, style }: Viewer): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${html(run.run)}: ${html(run.headline)}</title>
<style>${style}</style>
</head>
<body>
<header>
<h1><code>${html(run.run)}</code> ${html(run.title)} <span class="verdict ${run.hasPassed ? "good" : "bad"}">${html(run.headline)}</span></h1>
<details id="story"${run.hasPassed ? "" : " open"}>
<summary>What happened</summary>
<p class="about">${html(run.about)}</p>
<div class="told">${storyOf(run)}</div>
</details>
</header>
<main id="app" aria-busy="true"><p id="wait">The events are being unpacked.</p></main>
<noscript><p>The events need JavaScript, which runs nothing but what this file brings.</p></noscript>
<script type="text/plain" id="data">${data}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** What was asked for and what was seen; beside it, how it came to that. */
function storyOf({ story }: TracedRun): string {
  const told = story.slice(0, STORY_LINES);
  const next = told.findIndex(([label]) => label === "departure");
  const parts = next < 0 ? [told] : [told.slice(0, next), told.slice(next)];
  return parts.map((part) => `<dl>${part.map(rowOf).join("\n")}</dl>`).join("");
}

function rowOf([label, text]: TracedRun["story"][number]): string {
  return `<dt>${html(label)}</dt><dd${isDrawn(text) ? ' class="drawn"' : ""}>${html(text)}</dd>`;
}

/** Whether its lines stand below each other on purpose: a bar of an operation. */
function isDrawn(text: string): boolean {
  const [, ...lines] = text.slice(0, STORY_CHARS).split("\n");
  return lines.some((line) => /\|-*[|>]/.test(line));
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function html(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return shown(text, STORY_CHARS).replace(/[&<>"']/g, (character) => names[character] ?? character);
}
