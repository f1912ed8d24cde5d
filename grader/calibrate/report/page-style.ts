/** The page's look: light and dark by what the reader prefers. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --bg: #fbfaf8; --panel: #fff; --text: #23211e; --dim: #6b665f; --line: #dedad3;
  --heat: #b3261e; --cell: #fff; --none: #efece6; --bad: #b3261e; --focus: #1f5fbf; --cool: #eeeae3; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #191817; --panel: #232120; --text: #eceae6; --dim: #a39d94; --line: #3b3835;
    --heat: #f2695c; --cell: #262423; --none: #1d1c1b; --bad: #ff8a7d; --focus: #7fb2ff; --cool: #2b2927; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
main { padding: 20px 24px 90px; }
h1 { font-size: 22px; margin: 0 0 12px; } h2 { font-size: 17px; margin: 28px 0 6px; }
.note { color: var(--dim); margin: 6px 0; } .alive { margin: 8px 0; } .alive.bad strong { color: var(--bad); } a { color: var(--focus); }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; padding: 0; margin: 0 0 10px; list-style: none; }
.tiles li { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 8px 14px; min-width: 150px; flex: 0 1 auto; }
.tiles strong { display: block; font-size: 21px; font-weight: 650; } .tiles span { color: var(--dim); } .tiles .bad strong { color: var(--bad); }
.legend { display: flex; flex-wrap: wrap; align-items: center; gap: 4px; color: var(--dim); margin: 6px 0; }
.swatch { background: color-mix(in oklab, var(--heat) calc(var(--p, 0) * 90%), var(--cool)); padding: 1px 8px; border-radius: 3px; color: var(--text); }
.swatch[style*="--p:1"], .swatch[style*="--p:0.75"] { color: #fff; }
.swatch.none { background: none; border: 1px solid var(--line); color: var(--dim); }
.scroll { overflow: auto; scroll-padding: 226px 8px 8px 290px; max-height: calc(100vh - 60px); border: 1px solid var(--line); border-radius: 8px; background: var(--panel); width: fit-content; max-width: 100%; }
.scroll:focus-visible, td:focus-visible, th:focus-visible { outline: 2px solid var(--focus); outline-offset: -2px; }
table { border-collapse: separate; border-spacing: 0; font-variant-numeric: tabular-nums; }
.map th, .map td { padding: 0; height: 22px; font-weight: 400; }
.map thead th { position: sticky; top: 0; background: var(--panel); z-index: 3; }
.map thead tr:first-child th { height: 24px; border-bottom: 1px solid var(--line); padding: 0 6px; text-align: left; color: var(--dim); font-size: 12px; white-space: nowrap; }
.map thead tr.names th { top: 24px; height: 196px; vertical-align: bottom; border-bottom: 1px solid var(--line); }
.map tr.names span { writing-mode: sideways-lr; writing-mode: vertical-rl; rotate: 180deg; display: inline-block; white-space: nowrap; font-size: 12px; padding: 5px 0; max-height: 194px; overflow: hidden; line-height: 22px; }
.map thead tr:first-child th.corner { left: 0; z-index: 5; vertical-align: bottom; padding-bottom: 6px; border-right: 1px solid var(--line); }
.map tbody th[scope=row] { position: sticky; left: 0; z-index: 2; background: var(--panel); text-align: left; border-right: 1px solid var(--line); }
.map tbody th[scope=row] span { display: block; padding: 0 10px; white-space: nowrap; }
.map .group th { text-align: left; background: var(--none); font-weight: 650; height: 26px; }
.map .group th span { position: sticky; left: 0; display: inline-block; padding: 0 10px; }
.map td.sum { text-align: right; padding: 0 8px; min-width: 46px; white-space: nowrap; } .map td.warn { color: var(--bad); font-weight: 650; }
.map td.heat, .map td.none { width: 26px; min-width: 26px; text-align: center; font-size: 11px; border-bottom: 1px solid var(--panel); border-right: 1px solid var(--panel); }
.map td.none { background: none; }
.map td.heat { background: color-mix(in oklab, var(--heat) calc(var(--p) * 90%), var(--cool)); cursor: default; }
.map td.strong { color: #fff; }
@media (prefers-color-scheme: dark) { .map td.strong, .swatch[style*="--p:1"], .swatch[style*="--p:0.75"] { color: #1a0f0e; } }
.map td.before { opacity: .55; } .map td.early { opacity: 1; box-shadow: inset 0 0 0 2px var(--focus); }
.map .first { border-left: 2px solid var(--line); }
.map tr.lives th[scope=row] { color: var(--bad); font-weight: 650; } .map tr:hover th[scope=row] { background: var(--cool); }
.map tr:target th[scope=row] { background: var(--none); }
.right th, .right td { padding: 4px 12px; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; font-weight: 400; }
.right thead th { position: sticky; top: 0; background: var(--panel); color: var(--dim); font-size: 12px; z-index: 3; white-space: nowrap; }
.right th:first-child { position: sticky; left: 0; background: var(--panel); text-align: left; white-space: nowrap; z-index: 2; }
.right thead th:first-child { z-index: 4; } .right th:last-child, .right td.words { text-align: left; min-width: 320px; }
.right .lives th, .right .lives td:nth-child(2) { color: var(--bad); font-weight: 650; } .right ul { margin: 4px 0; padding-left: 18px; }
#detail { position: fixed; z-index: 10; max-width: min(460px, calc(100vw - 16px)); background: var(--text); color: var(--bg); padding: 8px 12px; border-radius: 6px; white-space: pre-line; pointer-events: none; box-shadow: 0 4px 18px #0005; overflow-wrap: anywhere; }
#detail[hidden] { display: none; } dt { font-weight: 650; margin-top: 8px; } dd { margin: 0; max-width: 100ch; }
@media (max-width: 640px) { .scroll { scroll-padding-left: 140px; } main { padding: 12px 10px 90px; } .tiles li { min-width: 0; flex: 1 1 42%; padding: 6px 10px; } .tiles strong { font-size: 18px; }
  .map tbody th[scope=row] span { max-width: 130px; overflow: hidden; text-overflow: ellipsis; padding: 0 6px; } .map td.sum { padding: 0 4px; min-width: 40px; } .right td.words { min-width: 240px; } }
`;
