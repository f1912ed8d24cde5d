import { escapedHtml } from "../../../text/html.ts";
import { oneLine } from "../../../text/printable.ts";

export { escapedHtml };

/** A name on one line, which turns the direction of nothing beside it. */
export function nameHtml(text: string): string {
  return `<bdi>${escapedHtml(oneLine(text))}</bdi>`;
}

/** Colours for light and dark, and nothing that must be loaded. */
const STYLE = `:root{color-scheme:light dark;--ink:#1d2125;--soft:#5b6570;--line:#d5dae0;--ground:#fff;--block:#f4f6f8;--good:#12662f;--bad:#a3161f}
@media (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#9aa5b1;--line:#3a424b;--ground:#15191d;--block:#20262c;--good:#6fd391;--bad:#ff8a8f}}
body{margin:2rem auto;max-width:60rem;padding:0 1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--ground);overflow-wrap:anywhere}
h1,h2,h3{line-height:1.25}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid var(--line)}
pre,code{font-family:ui-monospace,monospace;font-size:.875rem}pre{background:var(--block);padding:.75rem;white-space:pre-wrap}
.points{font-size:1.25rem;font-weight:600}.soft{color:var(--soft)}.passed{color:var(--good)}.failed{color:var(--bad)}
`;

/** A whole page that needs nothing beside it. `body` is HTML, `title` a text. */
export function htmlPage(title: string, body: readonly string[]): string {
  return [
    "<!DOCTYPE html>",
    '<html lang="en">',
    "<head>",
    '<meta charset="utf-8"/>',
    // Whatever got into the page all the same runs nothing and asks nobody.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>',
    `<title>${escapedHtml(oneLine(title))}</title>`,
    `<style>${STYLE}</style>`,
    "</head>",
    "<body>",
    ...body,
    "</body>",
    "</html>",
    "",
  ].join("\n");
}
