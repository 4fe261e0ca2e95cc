const find = (selector) => element.querySelector(selector);
const notice = loom.notice(find(".loom-notice"));
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})[c]);
const curve = loom.curves(find(".curve"));
let rows = [], chosen = null, sort = "name", falling = false;

// ---- figures as people write them
const isShare = (name) => /accuracy|precision|recall/.test(name);
const spoken = (name) => name.replace(/^test_/, "").replaceAll("_", " ");
const figure = (name, v, short = false) => {
  if (v === null || v === undefined) return "–";
  if (isShare(name)) return `${(100 * v).toFixed(short ? 0 : 2)} %`;
  if (name.includes("psnr")) return `${v.toFixed(short ? 0 : 2)}${short ? "" : " dB"}`;
  return short || v === 0 ? `${Number(v.toPrecision(2))}` : v >= 100 ? v.toFixed(1) : v.toPrecision(3);
};
const distance = (name, v) => (isShare(name) ? `${(100 * Math.abs(v)).toFixed(2)} points`
  : name.includes("psnr") ? figure(name, Math.abs(v)) : `${Number(Math.abs(v).toPrecision(2))}`);
const thousands = (v) => Math.round(v).toString().replace(/\B(?=(\d{3})+$)/g, " ");
const verdict = (measure, target, met, missed) => {
  const by = measure[target].margin;
  if (by === null) return "";
  return `<small class="${by >= 0 ? "met" : "missed"}">${by >= 0 ? `✓ ${met}` : `✗ ${missed}`} by ${distance(measure.name, by)}</small>`;
};
const relative = (measure, target) => (measure?.[target].margin == null ? null : measure[target].margin / Math.abs(measure[target].value || 1));
// from the report's figure to our goal, and where the model stands
const bullet = ({value, goal, report, higher}) => {
  if (goal.value === null && report.value === null) return "";
  const ends = [report.value, goal.value, value].filter((v) => v !== null), low = Math.min(...ends), high = Math.max(...ends);
  const at = (v) => { const share = 0.08 + 0.84 * (v - low) / (high - low || 1); return 100 * (higher ? share : 1 - share); };
  const tick = (v, kind) => (v === null ? "" : `<i class="${kind}" style="left:${at(v)}%"></i>`);
  return `<span class="bullet" aria-hidden="true"><b style="width:${at(value)}%"></b>${tick(report.value, "report")}${tick(goal.value, "goal")}</span>`;
};

// ---- the table
const columns = {
  name: {title: "Model", of: (row) => row.name},
  measured: {title: "Measured", of: (row) => row.measures?.[0]?.value, hint: "on the full test set, with the shipped weights"},
  goal: {title: "Goal", of: (row) => relative(row.measures?.[0], "goal"), hint: "sorted by margin, relative to the goal"},
  report: {title: "Report", of: (row) => relative(row.measures?.[0], "report"), hint: "sorted by margin, relative to the report's figure"},
  history: {title: "Learning", of: (row) => Object.values(row.history ?? {})[0]?.length, hint: "sorted by epochs"},
  minutes: {title: "Minutes", of: (row) => row.minutes, hint: "of training"},
  parameters: {title: "Parameters", of: (row) => row.parameters},
};
const presets = {"By name": ["name", false], "Beyond the report": ["report", true], "Short of the goal": ["goal", false], "Quickest": ["minutes", false], "Smallest": ["parameters", false]};
const ordered = () => [...rows].sort((a, b) => {
  const [u, v] = [columns[sort].of(a), columns[sort].of(b)];
  if (u == null || v == null) return (u == null) - (v == null);  // what has none comes last, either way
  const order = typeof u === "string" ? u.localeCompare(v, "en", {numeric: true}) : u - v;
  return falling ? -order : order;
});
const learned = (row) => {
  const name = row.measures?.[0]?.name.replace(/^test_/, ""), history = row.history ?? {};
  return history[`validation_${name}`] ?? history[name] ?? Object.values(history)[0] ?? [];
};
const line = (row) => {
  const open = `<tr data-model="${escape(row.name)}" tabindex="${row.name === chosen ? 0 : -1}" aria-selected="${row.name === chosen}">`;
  if (row.error) return `${open}<th scope="row">${escape(row.name)}</th><td colspan="6">${escape(row.error)}</td></tr>`;
  const first = row.measures[0];
  const target = (key, met, missed) => (first && first[key].value !== null ? `${figure(first.name, first[key].value)}${verdict(first, key, met, missed)}` : "–");
  return `${open}<th scope="row">${escape(row.name)}<small>${escape(row.recipe.command ?? "").split(" --")[0].replace("python -m ", "")}</small></th>
    <td>${first ? `<strong>${figure(first.name, first.value)}</strong><small>${spoken(first.name)}</small>${bullet(first)}` : "–"}</td>
    <td>${target("goal", "met", "missed")}</td><td>${target("report", "better", "worse")}</td>
    <td>${loom.spark(learned(row))}<small>${learned(row).length} epochs</small></td>
    <td class="number">${row.minutes < 10 ? row.minutes.toFixed(1) : row.minutes.toFixed(0)}</td><td class="number">${thousands(row.parameters)}</td></tr>`;
};
function drawTable() {
  find("thead tr").innerHTML = Object.entries(columns).map(([key, {title, hint}]) =>
    `<th scope="col" aria-sort="${key !== sort ? "none" : falling ? "descending" : "ascending"}"><button type="button" data-sort="${key}" title="${hint ?? ""}">${title}<span>${key !== sort ? "" : falling ? "▼" : "▲"}</span></button></th>`).join("");
  find("tbody").innerHTML = ordered().map(line).join("");
  [...find(".board-presets").children].forEach((button) => {
    const [key, down] = presets[button.textContent];
    button.setAttribute("aria-pressed", String(key === sort && down === falling));
  });
}

// ---- one card
const pairs = (values) => `<dl>${Object.entries(values).map(([key, v]) => `<div><dt>${escape(key.replaceAll("_", " "))}</dt><dd>${escape(Array.isArray(v) ? v.join(" × ") : v)}</dd></div>`).join("")}</dl>`;
function open(name, focus = false) {
  const row = rows.find((one) => one.name === name);
  if (!row) return;
  chosen = name;
  element.querySelectorAll("tbody tr").forEach((tr) => {
    const mine = tr.dataset.model === name;
    tr.setAttribute("aria-selected", String(mine));
    tr.tabIndex = mine ? 0 : -1;
    if (mine && focus) tr.focus();
  });
  find(".what").innerHTML = `${escape(row.name)} <small>${escape(row.model ?? "")}</small>`;
  find(".board-curve").hidden = true;
  find(".board-about").innerHTML = find(".board-rest").innerHTML = "";
  if (row.error) { find(".board-about").innerHTML = `<p>${escape(row.error)}</p>`; return; }
  find(".board-about").innerHTML = `<table><thead><tr><td></td><th scope="col">measured</th><th scope="col">goal</th><th scope="col">report</th></tr></thead><tbody>${row.measures.map((m) =>
    `<tr><th scope="row">${escape(spoken(m.name))}<small>${m.goal.value === null && m.report.value === null ? "" : m.higher ? "higher is better" : "lower is better"}</small></th><td><strong>${figure(m.name, m.value)}</strong></td>
    <td>${figure(m.name, m.goal.value)}${verdict(m, "goal", "met", "missed")}</td><td>${figure(m.name, m.report.value)}${verdict(m, "report", "better", "worse")}</td></tr>`).join("")}</tbody></table>`;
  drawHistory(row);
  const {command, ...options} = row.recipe;
  find(".board-rest").innerHTML = `${row.confusion.length ? `<h4>Confusion matrix <small>rows: what it is; columns: what it was called</small></h4><div class="matrix"></div>` : ""}
    <h4>Make it again <small>${row.minutes.toFixed(1)} minutes, seed ${row.seed}</small></h4>
    <p class="board-command"><code>${escape(command ?? "")}</code><button type="button" class="loom-button" data-copy>Copy</button></p>
    <h4>Options</h4>${pairs(options)}<h4>Architecture <small>${thousands(row.parameters)} parameters</small></h4>${pairs(row.config)}
    <h4>Data</h4>${pairs(row.dataset)}<h4>File <small>weights/${escape(row.name)}.safetensors</small></h4>${pairs({"SHA-256": row.sha256, ...row.versions})}`;
  if (row.confusion.length) loom.confusion(find(".matrix"), {names: row.class_names}).draw(row.confusion);
  find(".board-card").scrollTop = 0;
}
const shades = {training: "var(--loom-own)", validation: "var(--loom-tsne)"};
function drawHistory(row, wanted = null) {
  const names = [...new Set(Object.keys(row.history).map((key) => key.replace(/^validation_/, "")))], first = row.measures[0]?.name.replace(/^test_/, "");
  const name = wanted ?? (names.includes(first) ? first : names[0]);
  find(".board-curve").hidden = !name || learned(row).length < 2;
  if (find(".board-curve").hidden) return;
  find(".board-curve .loom-choice").innerHTML = names.map((other) => `<button type="button" role="radio" data-curve="${escape(other)}" aria-checked="${other === name}" tabindex="${other === name ? 0 : -1}">${escape(spoken(other))}</button>`).join("");
  const series = Object.entries({training: row.history[name], validation: row.history[`validation_${name}`]}).filter(([, values]) => values?.some((v) => v !== null));
  const measure = row.measures.find((m) => m.name === `test_${name}`);
  curve.draw({
    label: spoken(name), format: (v, short) => figure(name, v, short), series: series.map(([kind, values]) => ({name: kind, values, color: shades[kind]})),
    lines: ["goal", "report"].flatMap((kind) => (measure && measure[kind].value !== null ? [{name: kind, value: measure[kind].value}] : [])),
  });
}

// ---- files
const quote = (v) => (/[",\n]/.test(String(v ?? "")) ? `"${String(v).replaceAll('"', '""')}"` : String(v ?? ""));
const makers = {
  csv: () => [["checkpoint", "architecture", "measure", "measured", "goal", "goal_margin", "report", "report_margin", "minutes", "parameters", "command", "sha256"],
    ...ordered().filter((row) => !row.error).flatMap((row) => row.measures.map((m) => [row.name, row.model, m.name, m.value, m.goal.value, m.goal.margin, m.report.value, m.report.margin,
      row.minutes, row.parameters, row.recipe.command, row.sha256]))].map((cells) => cells.map(quote).join(",")).join("\r\n") + "\r\n",
  json: () => JSON.stringify(ordered(), null, 1),
};
const save = (kind) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([makers[kind]()], {type: kind === "csv" ? "text/csv" : "application/json"}));
  link.download = `latent-loom-scoreboard.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};

// ---- controls
const order = (key, down) => { sort = key; falling = down; drawTable(); };
element.addEventListener("click", async ({target}) => {
  const head = target.closest?.("[data-sort]"), tr = target.closest?.("tbody tr[data-model]");
  if (head) { order(head.dataset.sort, head.dataset.sort === sort ? !falling : false); find(`[data-sort=${sort}]`).focus(); }
  else if (tr) {
    open(tr.dataset.model, true);
    if (find(".board-card").getBoundingClientRect().top > window.innerHeight - 80) find(".board-card").scrollIntoView({block: "start"});
  } else if (target.dataset?.save) save(target.dataset.save);
  else if (target.dataset?.curve) drawHistory(rows.find((row) => row.name === chosen), target.dataset.curve);
  else if (target.closest?.(".board-presets") && target.matches("button")) order(...presets[target.textContent]);
  else if (target.matches?.("[data-copy]")) {
    try { await navigator.clipboard.writeText(find(".board-command code").textContent); target.textContent = "Copied"; } catch { target.textContent = "Select it by hand"; }
    setTimeout(() => { target.textContent = "Copy"; }, 2500);
  }
});
element.addEventListener("keydown", (event) => {
  const tr = event.target.closest("tbody tr[data-model]"), radio = event.target.closest("[role=radio]");
  if (radio && event.key.startsWith("Arrow")) {
    event.preventDefault();
    const all = [...radio.parentElement.children], step = ["ArrowRight", "ArrowDown"].includes(event.key) ? 1 : all.length - 1;
    drawHistory(rows.find((row) => row.name === chosen), all[(all.indexOf(radio) + step) % all.length].dataset.curve);
    return find("[role=radio][aria-checked=true]").focus();
  }
  if (!tr) return;
  const steps = {ArrowDown: tr.nextElementSibling, ArrowUp: tr.previousElementSibling, Home: tr.parentElement.firstElementChild, End: tr.parentElement.lastElementChild};
  if (event.key in steps) {
    event.preventDefault();
    if (steps[event.key]) open(steps[event.key].dataset.model, true);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    find(".board-card").focus();
  }
});

loom.ask(server.load_cards).then((answer) => {
  find(".board-presets").innerHTML = Object.keys(presets).map((name) => `<button type="button" aria-pressed="false">${name}</button>`).join("");
  if (answer.error) { find("tbody").innerHTML = ""; return notice.say(answer.error); }
  rows = answer.rows;
  const query = loom.query.get("tab") === "scoreboard" ? loom.query : new URLSearchParams();
  if (Object.hasOwn(columns, query.get("sort") ?? "")) [sort, falling] = [query.get("sort"), query.get("order") === "falling"];
  const wanted = rows.find((row) => row.name === query.get("model")) ?? rows.find((row) => row.name === "classifier-resnet") ?? rows[0];
  drawTable();
  if (wanted) open(wanted.name);
  find(".board-list").dataset.ready = "";
});

loom.share(find(".share"), "scoreboard", () => ({model: chosen, sort, order: falling ? "falling" : null}));
