// Draws every chart from its table: a chart and its table cannot differ, and without this script the table is there.
//
//   <figure class="hb-chart" data-chart="line" data-of="ID" data-y="Labels"><figcaption>What it shows</figcaption></figure>
//   <table id="ID">: a row for each point; the first column is the x axis, every other column a series with its name.
//
// data-chart: line, bar, stacked (bars upon each other) or scatter (name, x, y). On the figure: data-horizontal lays
// bars down; data-y names the axis of the figures (a single series names it itself); data-from-zero="false" lets that
// axis start near the figures; data-shades colours series from faint to full, for figures that have an order. On a
// column's head: data-chart="skip" leaves it out, data-dashed draws its line in dashes. On a row: data-chart="skip".
// On a cell: data-value, the number where the text does not say it. A cell without a number is a gap. A table that
// changes, and a figure that is added later, are drawn by themselves.

const KINDS = { line: "line", bar: "bar", stacked: "bar", scatter: "scatter" };
const SERIES = 6;
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3], [12, 5], [4, 4]];
const POINTS = ["circle", "rectRot", "triangle", "rect", "crossRot", "star"];
const drawn = new Map();
let onPaper = matchMedia("print").matches;

// "1,234", "40.0 %", "–": what a cell says as a number, or null.
function numberIn(cell) {
  const text = cell.dataset.value ?? cell.textContent.replace(/[\s,%]/g, "");
  return text === "" || Number.isNaN(Number(text)) ? null : Number(text);
}

const told = (cell) => cell.textContent.trim().replace(/\s+/g, " ");

// The table as plain figures: { name, points: [text], xs: [number], series: [{ name, dashed, values, texts }] }.
function read(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]).filter((row) => row.dataset.chart !== "skip");
  const full = rows.filter((row) => row.cells.length === heads.length);
  const columns = heads.map((head, at) => ({ head, at })).slice(1).filter(({ head }) => head.dataset.chart !== "skip");
  return {
    name: told(heads[0]),
    points: full.map((row) => told(row.cells[0])),
    xs: full.map((row) => numberIn(row.cells[0])),
    series: columns.map(({ head, at }) => ({
      name: told(head),
      dashed: "dashed" in head.dataset,
      values: full.map((row) => numberIn(row.cells[at])),
      texts: full.map((row) => told(row.cells[at])),
    })),
  };
}

// Canvas knows no custom properties and no light-dark(): an element is given the colour and asked what it came to.
function colours(figure) {
  const probe = figure.appendChild(document.createElement("i"));
  if (onPaper) probe.style.colorScheme = "light";
  const resolve = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const found = {
    ink: resolve("--body-fg"),
    soft: resolve("--body-quiet-color"),
    line: resolve("--hairline-color"),
    surface: resolve("--hb-surface"),
    series: Array.from({ length: SERIES }, (_, at) => resolve(`--hb-series-${at + 1}`)),
  };
  probe.remove();
  return found;
}

function shade(colour, at, of) {
  const [red, green, blue] = colour.match(/[\d.]+/g);
  return `rgba(${red}, ${green}, ${blue}, ${(0.15 + (0.85 * (at + 1)) / of).toFixed(2)})`;
}

function datasets(data, kind, figure, look) {
  if (kind === "scatter") {
    const [x, y] = data.series;
    const points = x.values.map((value, at) => ({ at, x: value, y: y.values[at] })).filter((p) => p.x !== null && p.y !== null);
    return [{ label: y.name, data: points, backgroundColor: look.series[0], borderColor: look.surface, pointRadius: 4 }];
  }
  const numeric = kind === "line" && data.xs.every((x) => x !== null);
  return data.series.map((one, at) => {
    const colour = look.series[at % SERIES];
    const fill = "shades" in figure.dataset ? shade(look.series[0], at, data.series.length) : colour;
    return {
      label: one.name,
      data: numeric ? one.values.map((y, row) => ({ x: data.xs[row], y })) : one.values,
      backgroundColor: kind === "line" ? look.surface : fill,
      borderColor: kind === "line" ? colour : look.surface,
      borderWidth: kind === "line" ? 2 : kind === "stacked" ? 1 : 0,
      borderDash: one.dashed ? DASHES[1] : DASHES[at % DASHES.length],
      pointStyle: POINTS[at % POINTS.length],
      pointRadius: data.points.length > 30 ? 0 : 3,
      pointHitRadius: 12,
      maxBarThickness: 48,
    };
  });
}

function axes(data, kind, figure, look) {
  const lying = "horizontal" in figure.dataset;
  const numeric = kind === "scatter" || (kind === "line" && data.xs.every((x) => x !== null));
  const names = data.series.map((one) => one.name);
  const y = figure.dataset.y ?? (names.length === 1 ? names[0] : "");
  const [xName, yName] = kind === "scatter" ? names : [data.name, y];
  const axis = (title, grid) => ({
    title: { display: title !== "", text: title, color: look.soft },
    ticks: { color: look.soft, maxRotation: 0, autoSkipPadding: 12 },
    grid: { display: grid, color: look.line },
    border: { color: look.soft },
    stacked: kind === "stacked",
  });
  const grace = kind === "scatter" ? "5%" : 0;
  const points = { ...axis(xName, false), type: numeric ? "linear" : "category", grace };
  // A few bars each have their name; among many, names would lie upon each other.
  if (lying) points.ticks = { ...points.ticks, autoSkip: data.points.length > 12 };
  const figures = { ...axis(yName, true), type: "linear", grace, beginAtZero: figure.dataset.fromZero !== "false" };
  return lying ? { x: figures, y: points } : { x: points, y: figures };
}

function configuration(figure, data) {
  const kind = figure.dataset.chart;
  const look = colours(figure);
  const lying = "horizontal" in figure.dataset;
  const several = kind !== "scatter" && data.series.length > 1;
  const says = ({ dataset, datasetIndex, dataIndex, raw }) =>
    kind === "scatter"
      ? `${data.points[raw.at]}: ${data.series.map((one) => `${one.name} ${one.texts[raw.at]}`).join(", ")}`
      : `${dataset.label}: ${data.series[datasetIndex].texts[dataIndex]}`;
  return {
    type: KINDS[kind],
    data: { labels: data.points, datasets: datasets(data, kind, figure, look) },
    options: {
      // Nothing moves: figures that come by themselves should not draw the eye, and some people are made ill by it.
      animation: false,
      maintainAspectRatio: false,
      indexAxis: lying ? "y" : "x",
      font: { family: getComputedStyle(figure).fontFamily },
      interaction: { mode: kind === "scatter" ? "nearest" : "index", intersect: kind === "scatter", axis: lying ? "y" : "x" },
      scales: axes(data, kind, figure, look),
      plugins: {
        legend: { display: several, position: "bottom", labels: { color: look.ink, usePointStyle: kind === "line" } },
        tooltip: { callbacks: { label: says } },
      },
    },
  };
}

function canvasOf(figure) {
  const frame = document.createElement("div");
  const canvas = frame.appendChild(document.createElement("canvas"));
  frame.className = "hb-chart__frame";
  canvas.setAttribute("role", "img");
  figure.prepend(frame);
  figure.classList.add("hb-chart--drawn");
  return canvas;
}

function paint(figure, data, before) {
  const { type, data: points, options } = configuration(figure, data);
  const chart = before ?? new Chart(canvasOf(figure), { type, data: points, options });
  if (before) {
    Object.assign(chart, { data: points, options });
    chart.update();
  }
  const caption = figure.querySelector("figcaption");
  chart.canvas.setAttribute("aria-label", `${told(caption)} The table has the figures.`);
  return chart;
}

// Draws what is new or says something else than when it was drawn; `all` draws everything again.
function draw(all) {
  for (const [figure, { chart }] of drawn) {
    if (figure.isConnected) continue;
    chart.destroy();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("figure.hb-chart[data-of]")) {
    const data = read(document.getElementById(figure.dataset.of));
    const before = drawn.get(figure);
    const says = JSON.stringify([data, told(figure.querySelector("figcaption"))]);
    figure.classList.toggle("hb-chart--empty", data.points.length === 0);
    if (data.points.length === 0 || (before?.says === says && !all)) continue;
    drawn.set(figure, { chart: paint(figure, data, before?.chart), says });
  }
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    draw(false);
  });
}

// Paper is white and has a width of its own; a canvas follows neither by itself, so it is drawn once more for it.
function forPaper(yes) {
  onPaper = yes;
  draw(true);
  for (const { chart } of drawn.values()) yes ? chart.resize(640, chart.canvas.parentElement.clientHeight) : chart.resize();
}

addEventListener("beforeprint", () => forPaper(true));
addEventListener("afterprint", () => forPaper(false));
matchMedia("print").addEventListener("change", (event) => forPaper(event.matches));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => draw(true));
new MutationObserver(() => draw(true)).observe(document.documentElement, { attributeFilter: ["data-theme"] });
new MutationObserver(soon).observe(document.body, { childList: true, characterData: true, subtree: true });
draw(false);
