import type { CalibrationResult, MatrixCell, RightResult, ScenarioColumn, WrongResult } from "../result.ts";
import { chance, percent, range } from "./figures.ts";
import { PAGE_SCRIPT } from "./page-script.ts";
import { PAGE_STYLE } from "./page-style.ts";
import { namedFirst } from "./text.ts";

/** The result as one page that needs nothing else: the matrix as a heat map, and the right submissions below. */
export function calibrationPage(result: CalibrationResult): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Calibration of ${html(result.lab)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
<h1>Calibration of ${html(result.lab)}</h1>
${summary(result)}
${heatMap(result)}
${rightTable(result)}
${withoutEffect(result)}
</main>
<div id="detail" role="status" aria-live="polite" hidden></div>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function summary({ totals, wrong, size, seed, grader, interrupted }: CalibrationResult): string {
  const dead = wrong.filter(({ outcome }) => outcome === "killed").length;
  const tiles = [
    ...(totals.wrong > 0
      ? [
          tile(`${dead} of ${totals.wrong}`, "wrong submissions die", totals.survivors.length > 0),
          tile(
            totals.expected.of === 0 ? "–" : percent(totals.expected.hits / totals.expected.of),
            `of ${totals.expected.of} kills name what was expected`,
            totals.expected.hits < 0.95 * totals.expected.of,
          ),
        ]
      : []),
    ...(totals.right > 0
      ? [
          tile(
            `${totals.right - totals.falseFailures.length} of ${totals.right}`,
            "right submissions pass",
            totals.falseFailures.length > 0,
          ),
          tile(
            `< ${chance(totals.rightUpperBound)}`,
            `chance that a right run fails (${totals.rightRuns} runs)`,
            false,
          ),
        ]
      : []),
  ];
  const lists = [
    listOf("Survivors", totals.survivors, true),
    listOf("Weak, and alive", totals.weakSurvivors, false),
    listOf("False failures", totals.falseFailures, true),
  ].join("");
  const runs = `${size.runs} run${size.runs === 1 ? "" : "s"}`;
  const whole = size.quick
    ? `${runs} of right submissions in each scenario`
    : `${runs} in each scenario and ${size.seeds} default grading${size.seeds === 1 ? "" : "s"}`;
  const played =
    size.sample.kind === "all"
      ? whole
      : size.sample.kind === "share"
        ? `${percent(size.sample.share)} of ${whole}`
        : `of ${whole}, what takes ${size.sample.minutes} minute${size.sample.minutes === 1 ? "" : "s"} on two cores`;
  return `<ul class="tiles">${tiles.join("")}</ul>
${lists}
<p class="note">${interrupted ? "Interrupted: the figures are of what was played until then. " : ""}Base seed ${seed}; ${played}; ${size.quick ? "one grading of each wrong one that is not left out; " : ""}grader build ${html(grader)}.</p>`;
}

function tile(figure: string, label: string, isBad: boolean): string {
  return `<li${isBad ? ' class="bad"' : ""}><strong>${html(figure)}</strong> <span>${html(label)}</span></li>`;
}

function listOf(label: string, ids: readonly string[], isBad: boolean): string {
  if (ids.length === 0) return "";
  const links = ids.map((id) => `<a href="#${html(id)}">${html(id)}</a>`).join(", ");
  return `<p class="alive${isBad ? " bad" : ""}"><strong>${label}:</strong> ${links}</p>`;
}

function heatMap({ wrong, scenarios }: CalibrationResult): string {
  if (wrong.length === 0) return "";
  const suites = [...new Set(scenarios.map(({ suite }) => suite))];
  const groups = [...suites, undefined]
    .map((stage) => ({ stage, rows: wrong.filter((one) => one.stage === stage) }))
    .filter(({ rows }) => rows.length > 0);
  const isFirst = firstOfSuite(scenarios);
  const columns = 4 + scenarios.length;
  return `<h2>Wrong submissions</h2>
<p class="legend"><span>killed in</span> ${[0, 0.1, 0.25, 0.5, 0.75, 1].map((share) => `<span class="swatch" style="--p:${share}">${share * 100} %</span>`).join("")} <span class="swatch none">not played</span></p>
<p class="note">Point at a field, or move through the table with the arrow keys, for counts and intervals.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Kill matrix">
<table class="map" id="map">
<thead>
<tr><th class="corner" rowspan="2" scope="col">submission</th><th class="sum" colspan="3" scope="colgroup">default gradings</th>${suites
    .map((suite) => {
      const count = scenarios.filter((column) => column.suite === suite).length;
      return `<th class="suite first" colspan="${count}" scope="colgroup">${html(suite)}</th>`;
    })
    .join("")}</tr>
<tr class="names"><th class="sum" scope="col"><span>lives</span></th><th class="sum" scope="col"><span>first kill</span></th><th class="sum" scope="col"><span>expected</span></th>${scenarios
    .map(
      ({ id, title }) =>
        `<th class="scenario${isFirst(id)}" scope="col" title="${html(title)}"><span>${html(shortId(id))}</span></th>`,
    )
    .join("")}</tr>
</thead>
${groups
  .map(
    ({ stage, rows }) => `<tbody>
<tr class="group"><th colspan="${columns}" scope="rowgroup"><span>${html(stage ?? "any stage")} · ${rows.length}</span></th></tr>
${rows.map((row) => wrongRow(row, scenarios, isFirst)).join("\n")}
</tbody>`,
  )
  .join("\n")}
</table>
</div>`;
}

function wrongRow(one: WrongResult, scenarios: readonly ScenarioColumn[], isFirst: (id: string) => string): string {
  const own = new Map(one.cells.map((cell) => [cell.scenario, cell]));
  const before = new Map(one.before.map((cell) => [cell.scenario, cell]));
  const { survival, runsToKill, expected, timing } = one;
  const isBadName = expected.of > 0 && expected.hits < 0.95 * expected.of;
  const fields = scenarios.map(({ id }) => {
    const cell = own.get(id) ?? before.get(id);
    if (cell === undefined) return `<td class="none${isFirst(id)}" tabindex="-1"></td>`;
    return heatCell(one, cell, !own.has(id), isFirst(id));
  });
  const lives = survival.of === 0 ? "–" : percent(survival.hits / survival.of);
  const matrixText = one.survivalFromMatrix === null ? "" : `; from the matrix ${chance(one.survivalFromMatrix)}`;
  const about = [
    one.summary,
    one.source === undefined ? "" : `Source: ${one.source}.`,
    `Expected: ${one.expects?.join(", ") ?? "anything"}.`,
  ];
  return `<tr id="${html(one.id)}"${one.outcome === "survived" && !one.weak ? ' class="lives"' : ""}>
<th scope="row" tabindex="-1" data-about="${html(about.filter(Boolean).join("\n"))}"><span>${html(one.id)}${one.weak ? " <i>weak</i>" : ""}</span></th>
<td class="sum" tabindex="-1" data-about="${html(`lives in ${survival.hits} of ${survival.of} default gradings\n95 %: ${range(survival)}${matrixText}${one.survivedSeeds.length > 0 ? `\non base seeds ${one.survivedSeeds.slice(0, 8).join(", ")}${one.survivedSeeds.length > 8 ? " …" : ""}` : ""}`)}">${lives}</td>
<td class="sum" tabindex="-1" data-about="${html(runsToKill === null ? "never killed" : `first kill in run ${runsToKill.median} at the median, ${runsToKill.mean} on average, ${runsToKill.max} at most; ${timing.msToKill} ms`)}">${runsToKill === null ? "never" : runsToKill.median}</td>
<td class="sum${isBadName ? " warn" : ""}" tabindex="-1" data-about="${html(`named first: ${one.findings.map(({ finding, runs, expected: ok }) => `${finding} ${runs}${ok ? "" : " (unexpected)"}`).join(", ") || "nothing"}\n${namedFirst(one)}`)}">${expected.of === 0 ? "–" : percent(expected.hits / expected.of)}</td>
${fields.join("")}
</tr>`;
}

function heatCell(one: WrongResult, cell: MatrixCell, isBefore: boolean, first: string): string {
  const { hits, of } = cell.kills;
  const findings = Object.entries(cell.findings).map(([finding, runs]) => `${finding} ${runs}`);
  const about = [
    `killed in ${hits} of ${of} runs${isBefore ? ", before its own stage" : ""}`,
    `95 %: ${range(cell.kills)}`,
    findings.join(", "),
    cell.example?.replay ?? "",
  ];
  const isEarly = isBefore && hits > 0 && !one.failsBefore;
  const text = hits === 0 ? "" : String(Math.round((100 * hits) / of));
  const strong = hits / of > 0.6 ? " strong" : "";
  return `<td class="heat${isBefore ? " before" : ""}${isEarly ? " early" : ""}${strong}${first}" tabindex="-1" style="--p:${Number((hits / of).toFixed(3))}" data-scenario="${html(cell.scenario)}" data-about="${html(about.filter(Boolean).join("\n"))}">${text}</td>`;
}

function rightTable({ right }: CalibrationResult): string {
  if (right.length === 0) return "";
  return `<h2>Right submissions</h2>
<div class="scroll low" tabindex="0" role="region" aria-label="Right submissions">
<table class="right">
<thead><tr><th scope="col">submission</th><th scope="col">failed</th><th scope="col">runs</th><th scope="col">in each scenario</th><th scope="col">95 % bound</th><th scope="col">what it is</th></tr></thead>
<tbody>
${right.map(rightRow).join("\n")}
</tbody>
</table>
</div>`;
}

function rightRow(one: RightResult): string {
  const failures = one.failures
    .map(
      ({ scenario, finding, message, replay }) =>
        `<li>${html(scenario)}: ${html(finding)}: ${html(message ?? "")}<br><code>${html(replay)}</code></li>`,
    )
    .join("");
  return `<tr id="${html(one.id)}"${one.failures.length > 0 ? ' class="lives"' : ""}><th scope="row"><span>${html(one.id)}</span></th><td>${one.failures.length}</td><td>${one.runs}</td><td>${one.fewestRuns === 0 ? "not in all" : `${one.fewestRuns} or more`}</td><td>${html(`< ${chance(one.upperBound)}`)}</td><td class="words">${html(one.summary)}${one.needs === undefined ? "" : ` <i>Needs: ${html(one.needs)}</i>`}${failures === "" ? "" : `<ul>${failures}</ul>`}</td></tr>`;
}

function withoutEffect({ withoutEffect: ones }: CalibrationResult): string {
  if (ones.length === 0) return "";
  const items = ones.map(({ id, summary, why }) => `<dt>${html(id)}</dt><dd>${html(summary)} <i>${html(why)}</i></dd>`);
  return `<h2>Without effect, and not played</h2><dl>${items.join("")}</dl>`;
}

/** A class for the first column of each suite, which has a line on its left. */
function firstOfSuite(scenarios: readonly ScenarioColumn[]): (id: string) => string {
  const firsts = new Set(scenarios.filter(({ suite }, i) => suite !== scenarios[i - 1]?.suite).map(({ id }) => id));
  return (id) => (firsts.has(id) ? " first" : "");
}

function shortId(id: string): string {
  return id.slice(id.indexOf("/") + 1);
}

function html(text: string): string {
  const names: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => names[character] ?? character);
}
