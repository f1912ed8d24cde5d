/** The page's look: light and dark by what the reader prefers. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --bg: #fbfaf8; --panel: #fff; --text: #23211e; --soft: #6b665f; --line: #dedad3; --link: #1f5fbf; }
@media (prefers-color-scheme: dark) {
  :root { --bg: #191817; --panel: #232120; --text: #eceae6; --soft: #a39d94; --line: #3b3835; --link: #7fb2ff; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1500px; margin: 0 auto; padding: 20px 24px 80px; }
h1 { font-size: 24px; margin: 0 0 8px; } h2 { font-size: 18px; margin: 26px 0 8px; }
p { max-width: 100ch; } a { color: var(--link); } .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 14px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 500; } .score { white-space: nowrap; } .near .score { font-weight: 650; }
progress { width: 70px; height: 8px; margin-left: 10px; vertical-align: middle; accent-color: var(--soft); }
section { border-top: 1px solid var(--line); } summary { cursor: pointer; } summary h2 { display: inline; overflow-wrap: anywhere; }
section > details > summary { padding: 10px 0; } .part { margin: 0 0 12px 18px; } .part > summary { color: var(--soft); }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 14px; } .sides > div { min-width: 0; } .sides p { margin: 6px 0; }
pre { margin: 0; padding: 8px 10px 8px 0; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; font: 12.5px/1.45 ui-monospace, monospace; tab-size: 2; }
.n { display: inline-block; width: 4.5em; padding-right: 1em; text-align: right; color: var(--soft); user-select: none; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
@media (max-width: 800px) { .sides { grid-template-columns: 1fr; } main { padding: 14px 12px 60px; } }
`;
