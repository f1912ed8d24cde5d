/** Details of a field under the pointer or the focus, and the arrow keys. Without it the page still shows all percentages. */
export const PAGE_SCRIPT = `
const map = document.getElementById("map"), detail = document.getElementById("detail");
const fieldOf = (node) => node instanceof Element ? node.closest("[data-about]") : null;
function show(field) {
  if (!field) { detail.hidden = true; return; }
  const id = field.closest("tr").id, scenario = field.dataset.scenario;
  detail.textContent = id + (scenario ? " in " + scenario : "") + "\\n" + field.dataset.about;
  detail.hidden = false;
  const box = field.getBoundingClientRect(), own = detail.getBoundingClientRect();
  const below = box.bottom + 8 + own.height < innerHeight;
  detail.style.top = Math.max(8, below ? box.bottom + 8 : box.top - own.height - 8) + "px";
  detail.style.left = Math.max(8, Math.min(box.left, innerWidth - own.width - 8)) + "px";
}
if (map) {
  const rows = [...map.querySelectorAll("tbody tr:not(.group)")].map((row) => [...row.children]);
  if (rows.length > 0) rows[0][0].tabIndex = 0;
  let pointed = null;
  map.addEventListener("pointerover", (event) => { const field = fieldOf(event.target); if (field !== pointed) { pointed = field; show(field ?? fieldOf(document.activeElement)); } });
  map.addEventListener("pointerleave", () => { pointed = null; show(fieldOf(document.activeElement)); });
  map.addEventListener("focusin", (event) => show(fieldOf(event.target)));
  map.addEventListener("focusout", () => show(null));
  for (const scrolled of [map.parentElement, window]) scrolled.addEventListener("scroll", () => show(pointed ? null : fieldOf(document.activeElement)));
  map.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { show(null); return; }
    const cell = event.target.closest("td, th"), y = rows.findIndex((row) => row.includes(cell));
    if (y < 0) return;
    const x = rows[y].indexOf(cell), last = rows[y].length - 1;
    const to = { ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], ArrowUp: [y - 1, x], ArrowDown: [y + 1, x], Home: [y, 0], End: [y, last], PageUp: [Math.max(0, y - 10), x], PageDown: [Math.min(rows.length - 1, y + 10), x] }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = rows[to[0]] && rows[to[0]][to[1]];
    if (!next) return;
    cell.tabIndex = -1; next.tabIndex = 0; next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
`;
