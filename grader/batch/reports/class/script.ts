/**
 * What runs in the page of a class: lists, the two tables, and the switch for names. Whatever comes from the data becomes
 * text of an element, never markup.
 */
export const CLASS_SCRIPT = `
"use strict";
const view = JSON.parse(document.getElementById("data").textContent);
const { students, scenarios, causes, stages } = view;
const byId = (id) => document.getElementById(id);
const hasNames = students.some((one) => one.id !== undefined);
let isNamed = false;
let chosen = { kind: "all" };
let sortBy = { key: "points", up: true };
let scenarioSort = { key: "order", up: true };
let shown = [];

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  for (const child of children) made.append(child);
  return made;
}
const number = (value) => (value === null || value === undefined ? "–" : String(Math.round(value * 100) / 100));
const label = (at) => {
  const { id, name, alias } = students[at];
  if (!isNamed) return alias;
  return name === "" || name === id ? id : name + " (" + id + ")";
};
const who = (at) => el("bdi", {}, label(at));
const percent = (part, of) => (of === 0 ? "–" : Math.round((100 * part) / of) + " %");
const isGraded = (one) => one.status === "graded";
const statusText = { graded: "", ungradable: "could not be graded", "internal-error": "the grader went wrong", "not-handed-in": "handed nothing in" };
const changeOf = ({ before, points }) => (before === undefined || before === null || points === null ? (before === undefined || before === points ? 0 : null) : points - before);
const day = (ms) => (ms === null ? "" : new Date(ms).toISOString().slice(0, 16).replace("T", " "));
const isNear = (one) => isGraded(one) && one.failed.length === 1;
const needsHelp = (one) => one.status === "ungradable" || one.status === "not-handed-in" || (one.points !== null && one.points < view.max / 2);

/** The first stage in which somebody has less than half: the later ones build on it. */
const stuckAt = ({ stages: own }) => {
  const at = own.findIndex((points, stage) => points !== null && points < stages[stage].max / 2);
  return at < 0 ? "" : ", stuck in " + stages[at].id;
};

const FILTERS = {
  all: ["all", () => true],
  help: ["below half", needsHelp],
  near: ["one away from all", isNear],
  run: ["one run away", (one) => isNear(one) && one.failedRuns === 1],
  capped: ["capped", (one) => one.capped > 0],
  late: ["late", (one) => one.lateDays > 0],
  changed: ["changed", (one) => changeOf(one) !== 0],
};
const accepts = (one) => {
  if (chosen.kind === "scenario") return one.failed.includes(chosen.at);
  if (chosen.kind === "cause") return one.causes.includes(chosen.at);
  return FILTERS[chosen.kind][1](one);
};
const chosenText = () => {
  if (chosen.kind === "scenario") return "who fails " + scenarios[chosen.at].id;
  if (chosen.kind === "cause") return "who has: " + causes[chosen.at].text;
  return chosen.kind === "all" ? "" : FILTERS[chosen.kind][0];
};
function choose(next) {
  chosen = next;
  drawStudents();
  byId("students").scrollIntoView();
}

const COLUMNS = [
  { key: "name", head: "submission", of: (one, at) => label(at), text: true },
  { key: "points", head: "points", of: (one) => one.points },
  ...stages.map(({ id }, stage) => ({ key: "stage" + stage, head: id, of: (one) => one.stages[stage] ?? null })),
  ...(view.hasChanges ? [{ key: "change", head: "change", of: (one) => changeOf(one), show: (value) => (value === 0 ? "" : value === null ? "new" : (value > 0 ? "+" : "") + number(value)) }] : []),
  { key: "failed", head: "scenarios failed", of: (one) => (isGraded(one) ? one.failed.length : null) },
  { key: "runs", head: "runs failed", of: (one) => (isGraded(one) ? one.failedRuns : null) },
  { key: "late", head: "days late", of: (one) => one.lateDays, show: (value) => (value === 0 ? "" : String(value)) },
  { key: "capped", head: "capped by", of: (one) => one.capped, show: (value) => (value === 0 ? "" : number(value)) },
  { key: "cpu", head: "CPU s", of: (one) => one.cpuS },
  { key: "time", head: "handed in (UTC)", of: (one) => one.submittedMs, show: day, text: true },
  { key: "status", head: "state", of: (one) => statusText[one.status], text: true },
];

function compare(a, b) {
  if (a === b) return 0;
  if (a === null || a === undefined) return 1;
  if (b === null || b === undefined) return -1;
  return a < b ? -1 : 1;
}
function headRow(columns, sort, onSort) {
  return el("tr", {}, ...columns.map((column) => {
    const isSorted = sort.key === column.key;
    const order = isSorted ? (sort.up ? "ascending" : "descending") : undefined;
    return el("th", { scope: "col", class: column.text ? "" : "n", "aria-sort": order }, column.head === "" ? "" : el("button", { onclick: () => onSort(column.key) }, column.head));
  }));
}
const nextSort = (sort, key) => ({ key, up: sort.key === key ? !sort.up : true });

function drawStudents() {
  const words = byId("search").value.toLowerCase().split(" ").filter(Boolean);
  const column = COLUMNS.find(({ key }) => key === sortBy.key);
  const texts = (at) => {
    const one = students[at];
    return [label(at), statusText[one.status], ...one.failed.map((failed) => scenarios[failed].id), ...one.causes.map((cause) => causes[cause].headline)].join(" ").toLowerCase();
  };
  const values = new Map(students.map((one, at) => [at, column.of(one, at)]));
  shown = [...students.keys()].filter((at) => accepts(students[at]) && (words.length === 0 || words.every((word) => texts(at).includes(word))));
  shown.sort((a, b) => {
    const [x, y] = [values.get(a), values.get(b)];
    const isGap = x === null || y === null || x === undefined || y === undefined;
    return (sortBy.up || isGap ? 1 : -1) * compare(x, y) || a - b;
  });
  byId("student-head").replaceChildren(headRow(COLUMNS, sortBy, (key) => { sortBy = nextSort(sortBy, key); drawStudents(); }));
  byId("student-rows").replaceChildren(...shown.map((at) => {
    const one = students[at];
    const row = el("tr", { class: "row", tabindex: "-1", "data-at": String(at), id: "s" + at });
    for (const { key, of, show, text } of COLUMNS) {
      const value = of(one, at);
      const cell = el("td", { class: text ? "text" : "n" });
      if (key === "name") cell.append(isNamed ? el("a", { href: "html/" + encodeURIComponent(one.id) + ".html" }, who(at)) : who(at));
      else cell.append(show ? show(value) : typeof value === "string" ? value : number(value));
      if (key === "change" && typeof value === "number" && value !== 0) cell.classList.add(value < 0 ? "bad" : "good");
      row.append(cell);
    }
    return row;
  }));
  const [first] = byId("student-rows").children;
  if (first) first.tabIndex = 0;
  byId("count").textContent = shown.length + " of " + students.length + (chosenText() === "" ? "" : ": " + chosenText());
  for (const button of document.querySelectorAll("[data-filter]")) button.setAttribute("aria-pressed", String(button.dataset.filter === chosen.kind));
}

function toggle(row) {
  const after = row.nextElementSibling;
  if (after && after.classList.contains("more")) return after.remove();
  const one = students[Number(row.dataset.at)];
  const items = one.failed.map((failed, index) => {
    const cause = causes[one.causes[index]];
    return el("li", {}, el("button", { onclick: () => choose({ kind: "scenario", at: failed }) }, scenarios[failed].id), " ", scenarios[failed].title, ": ", cause.headline, ", ", cause.text);
  });
  const text = items.length > 0 ? el("ul", {}, ...items) : statusText[one.status] || "All scenarios pass.";
  row.after(el("tr", { class: "more" }, el("td", { colspan: String(COLUMNS.length) }, text)));
}

const SCENARIO_COLUMNS = [
  { key: "order", head: "scenario", of: (one, at) => at, text: true },
  { key: "points", head: "points", of: (one) => one.points },
  { key: "rate", head: "passed", of: (one) => (one.played === 0 ? null : one.passed / one.played), text: true },
  { key: "discrimination", head: "tells apart", of: (one) => one.discrimination },
  ...(scenarios.some((one) => one.suggestedPoints !== null) ? [{ key: "suggested", head: "suggested", of: (one) => one.suggestedPoints }] : []),
  { key: "words", head: "remark", of: (one) => one.words || null, text: true },
  { key: "finding", head: "fails by", of: (one) => (one.findings[0] || [""])[0], text: true },
];
function drawScenarios() {
  const column = SCENARIO_COLUMNS.find(({ key }) => key === scenarioSort.key);
  const order = [...scenarios.keys()].sort((a, b) => (scenarioSort.up ? 1 : -1) * compare(column.of(scenarios[a], a), column.of(scenarios[b], b)) || a - b);
  byId("scenario-head").replaceChildren(headRow(SCENARIO_COLUMNS, scenarioSort, (key) => { scenarioSort = nextSort(scenarioSort, key); drawScenarios(); }));
  byId("scenario-rows").replaceChildren(...order.map((at) => {
    const { id, title, points, passed, played, discrimination, words, suggestedPoints, findings } = scenarios[at];
    const isSuggested = SCENARIO_COLUMNS.some(({ key }) => key === "suggested");
    const fails = played - passed;
    return el("tr", {},
      el("td", { class: "text" }, fails > 0 ? el("button", { onclick: () => choose({ kind: "scenario", at }), title: "show who fails it" }, id) : id, " ", el("span", { class: "soft" }, title)),
      el("td", { class: "n" }, number(points)),
      el("td", { class: "one" }, el("progress", { max: String(Math.max(1, played)), value: String(passed), "aria-label": percent(passed, played) }), percent(passed, played), el("span", { class: "soft" }, " of " + played)),
      el("td", { class: "n" }, discrimination === null ? "–" : discrimination.toFixed(2)),
      ...(isSuggested ? [el("td", { class: suggestedPoints === points ? "n soft" : "n" }, number(suggestedPoints))] : []),
      el("td", { class: "text" }, words),
      el("td", { class: "text" }, findings.slice(0, 3).map(([finding, count]) => finding + " " + count).join(", ")),
    );
  }));
}

function card(title, filter, ats, say) {
  if (ats.length === 0) return [];
  const items = ats.slice(0, 8).map((at) => el("li", {}, el("button", { onclick: () => show(at) }, who(at)), " ", el("span", { class: "soft" }, say(students[at]))));
  const more = ats.length > 8 ? [filter ? el("button", { onclick: () => choose({ kind: filter }) }, "all " + ats.length) : el("span", { class: "soft" }, "of " + ats.length)] : [];
  return [el("div", { class: "card" }, el("h2", {}, title + (filter ? " (" + ats.length + ")" : "")), el("ol", {}, ...items), ...more)];
}
function lossCard() {
  const lost = ({ points, played, passed }) => points * (played - passed);
  const order = [...scenarios.keys()].filter((at) => lost(scenarios[at]) > 0).sort((a, b) => lost(scenarios[b]) - lost(scenarios[a]) || a - b);
  if (order.length === 0) return [];
  const items = order.slice(0, 8).map((at) => el("li", {}, el("button", { onclick: () => choose({ kind: "scenario", at }), title: "show who fails it" }, scenarios[at].id), " ", el("span", { class: "soft" }, scenarios[at].title + ": " + (scenarios[at].played - scenarios[at].passed) + " fail it, mostly by " + scenarios[at].findings[0][0] + (scenarios[at].words === "" ? "" : "; " + scenarios[at].words))));
  return [el("div", { class: "card" }, el("h2", {}, "What to teach: where most points are lost"), el("ol", {}, ...items))];
}
function drawCards() {
  const all = [...students.keys()];
  const by = (test, key) => all.filter((at) => test(students[at])).sort((a, b) => key(students[a]) - key(students[b]) || a - b);
  byId("cards").replaceChildren(
    ...card("Who needs help: below half, or nothing to grade", "help", by(needsHelp, (one) => (one.status === "not-handed-in" ? view.max : one.points ?? 0)), (one) => statusText[one.status] || number(one.points) + " points" + stuckAt(one)),
    ...lossCard(),
    ...card("One away from all points", "near", by(isNear, (one) => one.failedRuns), (one) => (one.failedRuns === 1 ? "one run of " : one.failedRuns > 0 ? one.failedRuns + " runs of " : "") + scenarios[one.failed[0]].id),
    ...card("Capped, since safety was violated", "capped", by((one) => one.capped > 0, (one) => -one.capped), (one) => number(one.capped) + " points less"),
    ...card("Changed", "changed", by((one) => changeOf(one) !== 0, (one) => changeOf(one) ?? 0), (one) => number(one.before) + " before, " + number(one.points) + " now"),
    ...card("Slowest to grade", undefined, by((one) => one.cpuS !== null, (one) => -one.cpuS), (one) => number(one.cpuS) + " s of CPU"),
  );
  byId("causes").replaceChildren(...causes.slice(0, 12).map((cause, at) => el("li", {}, el("button", { onclick: () => choose({ kind: "cause", at }), title: "show who has it" }, cause.headline), " ", cause.text, " ", el("span", { class: "soft" }, cause.submissions + (cause.submissions === 1 ? " submission" : " submissions") + ", in " + cause.scenarios.join(", ")))));
}
function show(at) {
  chosen = { kind: "all" };
  byId("search").value = "";
  drawStudents();
  const row = byId("s" + at);
  for (const other of document.querySelectorAll(".here")) other.classList.remove("here");
  row.classList.add("here");
  toggle(row);
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
}
function setNames(wanted) {
  isNamed = wanted && hasNames;
  byId("names").setAttribute("aria-pressed", String(isNamed));
  byId("names").textContent = isNamed ? "hide names" : "show names";
  drawCards();
  drawStudents();
}

for (const [kind, [text, test]] of Object.entries(FILTERS)) {
  const count = students.filter(test).length;
  if (count > 0) byId("filters").append(el("button", { "data-filter": kind, onclick: () => { chosen = { kind }; drawStudents(); } }, text + " " + count));
}
byId("names").hidden = !hasNames;
byId("names").addEventListener("click", () => setNames(!isNamed));
byId("search").addEventListener("input", drawStudents);
byId("student-rows").addEventListener("click", (event) => {
  const row = event.target.closest("tr.row");
  if (row && !event.target.closest("a, button")) toggle(row);
});
const within = (event, selector) => (event.target instanceof Element ? event.target.closest(selector) : null);
document.addEventListener("click", (event) => {
  const dot = within(event, ".dot");
  if (dot) show(Number(dot.dataset.student));
});
document.addEventListener("mouseover", (event) => {
  const dot = within(event, ".dot");
  if (dot) byId("pointed").textContent = label(Number(dot.dataset.student)) + ", " + number(students[Number(dot.dataset.student)].points) + " points";
});
document.addEventListener("keydown", (event) => {
  const isTyping = within(event, "input, select");
  if (event.key === "Escape" && isTyping) return event.target.blur();
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = within(event, "tr.row");
  if (event.key === "/") { event.preventDefault(); byId("search").focus(); }
  else if (event.key === "n" && hasNames) setNames(!isNamed);
  else if (row && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const down = event.key === "ArrowDown";
    let next = row;
    do next = down ? next.nextElementSibling : next.previousElementSibling; while (next && !next.classList.contains("row"));
    if (next) { row.tabIndex = -1; next.tabIndex = 0; next.focus(); }
  } else if (row && event.key === "Enter" && event.target === row) toggle(row);
});
drawScenarios();
setNames(false);
`;
