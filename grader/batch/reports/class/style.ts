/** The page's look: light and dark by what the reader prefers. */
export const CLASS_STYLE = `
:root { color-scheme: light dark; --bg: #fbfaf8; --panel: #fff; --text: #23211e; --soft: #6b665f; --line: #dedad3; --link: #1f5fbf; --bar: #4a7ebb; --bad: #b3261e; --good: #1f7a3d; --mark: #fff3c4; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #191817; --panel: #232120; --text: #eceae6; --soft: #a39d94; --line: #3b3835; --link: #7fb2ff; --bar: #6f9fd8; --bad: #ff8a7d; --good: #7fd39a; --mark: #4a4120; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.45 system-ui, sans-serif; }
main { max-width: 1320px; margin: 0 auto; padding: 18px 24px 90px; }
header { display: flex; flex-wrap: wrap; gap: 6px 18px; align-items: baseline; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 18px; margin: 28px 0 6px; } .card h2 { font-size: 15px; margin: 0 0 4px; }
.soft, figcaption, th { color: var(--soft); } p { margin: 4px 0; max-width: 100ch; } a { color: var(--link); }
button, input, select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 4px 10px; }
button { cursor: pointer; } button[aria-pressed=true] { border-color: var(--link); color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 1px; }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; padding: 0; margin: 12px 0; list-style: none; }
.tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 7px 14px; } .tiles strong { display: block; font-size: 20px; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 380px), 1fr)); gap: 12px; }
figure, .card { margin: 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; min-width: 0; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--soft); font-size: 11px; } .bar { fill: var(--bar); } .axis { stroke: var(--line); }
.dot { fill: var(--bar); fill-opacity: .55; cursor: pointer; } .dot:hover { fill-opacity: 1; } .due { stroke: var(--bad); stroke-dasharray: 4 3; }
.card ol { margin: 0; padding-left: 22px; } .card li { overflow-wrap: anywhere; } .card button, td button { padding: 0; border: 0; background: none; color: var(--link); text-align: left; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 500; position: sticky; top: 0; background: var(--bg); z-index: 1; } th button { border: 0; padding: 2px 0; background: none; color: inherit; } th[aria-sort] button { color: var(--text); font-weight: 650; }
th[aria-sort=ascending] button::after { content: " ↑"; } th[aria-sort=descending] button::after { content: " ↓"; }
td.n, th.n { text-align: right; } .one, th { white-space: nowrap; } #filters { display: flex; flex-wrap: wrap; gap: 6px; } td.text { overflow-wrap: anywhere; min-width: 12ch; } progress { width: 110px; height: 9px; margin-right: 8px; accent-color: var(--bar); vertical-align: middle; }
tbody tr.row { cursor: pointer; } tbody tr.row:hover, tbody tr.row:focus-visible { background: var(--panel); } tr.row.here { background: var(--mark); } .bad { color: var(--bad); } .good { color: var(--good); }
tr.more td { padding: 4px 12px 10px 26px; } tr.more ul { margin: 0; padding-left: 18px; }
.tools { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; margin: 8px 0; position: sticky; top: 0; background: var(--bg); z-index: 2; padding: 6px 0; } .tools input { flex: 1 1 220px; max-width: 420px; }
#students th { top: 46px; } .scroll { overflow-x: auto; } #scenarios .scroll, #students .scroll { overflow: visible; }
kbd { font: 12px ui-monospace, monospace; border: 1px solid var(--line); border-radius: 4px; padding: 0 4px; }
@media (max-width: 760px) { main { padding: 12px 12px 60px; } #scenarios .scroll, #students .scroll { overflow-x: auto; } th, #students th { position: static; } .tools { position: static; } }
@media print { .tools, kbd { display: none; } }
`;
