import { cutText } from "../../text/cut.ts";
import { escapedHtml } from "../../text/html.ts";
import { oneLine } from "../../text/printable.ts";
import type { CommonPart, Place } from "../parts.ts";
import { type AlikePair, LOOK_FROM, type Similarity } from "../similarity.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { placeText, summaryLine, WHAT_IT_IS, whoText } from "./text.ts";

/** Lines of one part that are shown, and letters of one line. */
const SHOWN_LINES = 80;
const SHOWN_LETTERS = 180;
/** Pairs that stand in the list. */
const LISTED_PAIRS = 1_000;

/**
 * The result as one page that needs nothing else and runs nothing: pairs with their common parts side by side. Whatever
 * stands in a source or a name is text.
 */
export function similarityPage(result: Similarity): string {
  return [
    "<!doctype html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    "<title>Similarity</title>",
    `<style>${PAGE_STYLE}</style>`,
    "</head>",
    "<body><main>",
    "<h1>Similarity</h1>",
    `<p>${escapedHtml(summaryLine(result))}. ${escapedHtml(WHAT_IT_IS)}</p>`,
    `<p class="soft">The score is the share of the smaller one that the other has too, names, comments, types, values and the order of functions apart; what everybody has counts little, and what the skeleton has not at all. Half of all pairs are at ${result.median.toFixed(2)} or below, 99 of 100 at ${result.high.toFixed(2)} or below.</p>`,
    ...clusterList(result),
    ...pairTable(result),
    ...result.pairs.flatMap((pair, at) => (isOpened(pair) ? pairSection(pair, at) : [])),
    ...remarkList(result),
    "</main></body>",
    "</html>",
    "",
  ].join("\n");
}

function isOpened({ parts }: AlikePair): boolean {
  return parts !== null && parts.length > 0;
}

function clusterList({ clusters }: Similarity): string[] {
  const large = clusters.filter(({ length }) => length > 2);
  if (large.length === 0) return [];
  const items = large.map(
    (cluster) => `<li>${cluster.map((subject) => `<bdi>${escapedHtml(whoText(subject))}</bdi>`).join(", ")}</li>`,
  );
  return ["<h2>Alike to one another, straight or through others</h2>", `<ul>${items.join("\n")}</ul>`];
}

function pairTable({ pairs }: Similarity): string[] {
  if (pairs.length === 0) return ["<p>No two are alike.</p>"];
  const rows = pairs.slice(0, LISTED_PAIRS).map((pair, at) => {
    const score = pair.score.toFixed(2);
    const shown = isOpened(pair) ? `<a href="#p${at}">${score}</a>` : score;
    const [longest] = pair.parts ?? [];
    const where = longest === undefined ? "" : `${placeText(longest.one)} = ${placeText(longest.other)}`;
    return `<tr${pair.score >= LOOK_FROM ? ' class="near"' : ""}><td class="score">${shown}<progress max="1" value="${score}" aria-hidden="true"></progress></td><td><bdi>${escapedHtml(whoText(pair.one))}</bdi></td><td><bdi>${escapedHtml(whoText(pair.other))}</bdi></td><td class="soft">${escapedHtml(where)}</td></tr>`;
  });
  const rest = pairs.length - rows.length;
  return [
    "<h2>Pairs, most alike first</h2>",
    '<table><thead><tr><th scope="col">score</th><th scope="col">one</th><th scope="col">the other</th><th scope="col">longest common part</th></tr></thead>',
    `<tbody>${rows.join("\n")}</tbody></table>`,
    ...(rest > 0 ? [`<p class="soft">and ${rest} pairs that are less alike</p>`] : []),
  ];
}

function pairSection({ one, other, score, parts }: AlikePair, at: number): string[] {
  const names = [one, other].map((subject) => `<bdi>${escapedHtml(whoText(subject))}</bdi>`);
  return [
    `<section id="p${at}"><details${at < 3 ? " open" : ""}><summary><h2>${score.toFixed(2)} ${names.join(" and ")}</h2></summary>`,
    ...(parts ?? []).map((part, index) => partBlock(part, names, index < 4)),
    "</details></section>",
  ];
}

function partBlock(part: CommonPart, names: readonly string[], isOpen: boolean): string {
  const sides = [part.one, part.other].map(
    (place, at) =>
      `<div><p>${names[at]} <span class="soft">${escapedHtml(placeText(place))}</span></p>${sourceBlock(place)}</div>`,
  );
  return `<details class="part"${isOpen ? " open" : ""}><summary>${part.words} words without a gap</summary><div class="sides">${sides.join("")}</div></details>`;
}

function sourceBlock({ lines, firstLine }: Place): string {
  if (lines === null) return '<p class="soft">Its sources are too long to be shown.</p>';
  const rows = lines.slice(0, SHOWN_LINES).map((line, at) => {
    return `<span class="n">${firstLine + at}</span>${escapedHtml(cutText(line, SHOWN_LETTERS))}`;
  });
  const rest = lines.length - rows.length;
  return `<pre dir="ltr" tabindex="0">${rows.join("\n")}${rest > 0 ? `\n<span class="n"></span>… ${rest} more lines` : ""}</pre>`;
}

function remarkList({ remarks }: Similarity): string[] {
  if (remarks.length === 0) return [];
  return [
    "<h2>Not compared, or not as a whole</h2>",
    `<ul>${remarks.map((remark) => `<li>${escapedHtml(oneLine(remark))}</li>`).join("\n")}</ul>`,
  ];
}
