// The ward: a card a bed, the sickest first. Cards are kept and moved, so that focus stays.

const vital = (reading) =>
  h("div", { class: `vital ${reading.cls ?? ""} ${reading.state ?? ""}` },
    h("div", { class: "what" }, reading.label),
    h("div", { class: "value" }, reading.off ? "--" : reading.value),
    h("div", { class: "unit" }, reading.off ?? reading.unit, " ", h("span", { class: "age" })));

const scoreNode = (score) =>
  h("div", { class: `score ${score.level}` },
    h("div", { class: "what" }, "NEWS2", score.partial ? h("span", { class: "partial" }, ` ${score.partial}`) : null),
    h("div", { class: "total" }, score.text,
      score.trend ? h("span", { class: "trend", title: score.trendText }, score.trend, h("span", { class: "sr" }, score.trendText)) : null),
    score.scale ? h("div", { class: "what" }, score.scale) : null);

const fill = (card, bed, data) => {
  const { words } = data;
  card.setAttribute("href", bed.href);
  card.setAttribute("aria-label", bed.describe);
  card.className = `card ${bed.level} ${bed.stale ? "hasstale" : ""}`;
  show(card,
    h("header", {}, h("div", { class: "who" }, h("div", { class: "bed" }, bed.label), h("div", { class: "name muted" }, bed.detail)),
      scoreNode(bed.score)),
    h("div", { class: "alarms" }, bed.alarms.map((alarm) => chip(alarm, words.gone)), bed.more ? h("span", { class: "muted" }, bed.more) : null,
      bed.alarms.length ? null : h("span", { class: "quiet" }, words.noalarm)),
    bed.line ? h("p", { class: "line" }, bed.line) : null,
    h("div", { class: "vitals" }, bed.vitals.map(vital)),
    h("div", { class: "sparks" }, bed.sparks.map((spark) =>
      h("div", {}, h("div", { class: "what" }, spark.label),
        sparkline(spark.points, bed.from, bed.to, 100, 26, data.sparkGap, spark.least)))),
    h("footer", { class: "muted" }, h("span", { class: "fresh", "data-time": bed.newest }), h("span", {}, bed.response)));
};

const ages = (state) => {
  const { data } = state;
  if (!data) return;
  const at = now(state);
  for (const bed of data.beds) {
    const shown = state.cards.get(bed.id)?.querySelectorAll(".vital") ?? [];
    shown.forEach((node, i) => grow(node, state, bed.vitals[i]));
  }
  for (const node of state.root.querySelectorAll(".fresh")) {
    if (!node.dataset.time) { node.textContent = data.words.nodata; continue; }
    const time = Number(node.dataset.time), age = at - time;
    const stale = age > data.staleAfter || age < -86400e3;
    node.textContent = `${stale ? `⚠ ${data.words.stale}: ` : ""}${data.words.last} ${ago(age, time, data, at)}`;
    node.closest(".card").classList.toggle("old", stale);
  }
};
const ago = (age, time, data, at) => (age < 0 || age > 2 * 86400e3 ? dayTime(time, data.lang, at) : data.words.ago.replace("{}", span(age, data.words)));

const FADE_MS = 250;

/** Put the cards in their order. A card that has another place appears there: none slides over another. */
const flow = (grid, cards) => {
  const before = [...grid.children];
  if (cards.length === before.length && cards.every((card, at) => before[at] === card)) return;
  // Moving a focused node blurs it: give the focus back.
  const focused = grid.getRootNode().activeElement;
  show(grid, ...cards);
  if (focused && focused.isConnected) focused.focus({ preventScroll: true });
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  cards.forEach((card, at) => {
    if (before.includes(card) && before[at] !== card) card.animate([{ opacity: 0.3 }, { opacity: 1 }], FADE_MS);
  });
};

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.cards = new Map();
    fresh.empty = h("p", { class: "empty muted" });
    fresh.grid = h("div", { class: "grid" });
    fresh.root.append(fresh.grid, fresh.empty);
    fresh.timer = setInterval(() => ages(fresh), 1000);
  });
  setClock(state, data);
  state.data = data;
  parentElement.host?.style.setProperty("--phase", `${-(performance.now() % 3600)}ms`);
  for (const bed of data.beds) {
    if (!state.cards.has(bed.id)) {
      const card = h("a", {});
      state.cards.set(bed.id, card);
    }
    fill(state.cards.get(bed.id), bed, data);
  }
  const wanted = new Set(data.beds.map((bed) => bed.id));
  for (const id of [...state.cards.keys()]) if (!wanted.has(id)) state.cards.delete(id);
  flow(state.grid, data.beds.map((bed) => state.cards.get(bed.id)));
  state.empty.textContent = data.beds.length ? "" : data.words.nobeds;
  ages(state);
  return () => { clearInterval(state.timer); mounted.delete(parentElement); };
}
