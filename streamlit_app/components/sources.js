// The sources, those that fail first, and who is told. Ages run on here: they tell the truth when nothing arrives any more.

const figure = (what, ...value) => h("div", {}, h("div", { class: "what" }, what), ...value);

const aged = (time, cls, none) => h("div", { class: cls, "data-age": time }, time === null ? none : "");

const row = (what, value, wrong = false) => h("div", {}, h("dt", {}, what), h("dd", { class: wrong ? "wrong" : "" }, value));

const card = (state, source) => {
  const { words } = state.data;
  return h("li", { class: `source ${source.state}` },
    h("header", {}, h("h2", { class: "name" }, source.name), h("span", { class: "state" }, source.stateWord)),
    source.error ? h("p", { class: "error", lang: "en" }, source.error) : null,
    h("div", { class: "figures" },
      figure(words.per_minute, h("div", { class: "value" }, source.perMinute)),
      figure(words.newest_value, aged(source.newest, "value", "–")),
      figure(words.last_message, aged(source.last, "value quiet", "–"))),
    h("dl", {},
      row(words.its_clock, source.clock, source.skewed),
      row(words.patients_fed, source.patients),
      row(words.values_in_all, source.values)),
    source.unread ? h("div", { class: "unread" }, h("span", { class: "what" }, source.unread),
      h("ul", { lang: "en" }, source.reasons.map(([count, reason]) => h("li", {}, h("b", {}, `${count} ×`), h("span", {}, reason))))) : null);
};

const destination = (words, one) => h("li", { class: `source destination ${one.state}` },
  h("header", {}, h("h3", { class: "name" }, one.name), h("span", { class: "state" }, one.stateWord)),
  one.error ? h("p", { class: "error", lang: "en" }, one.error) : null,
  one.topics ? h("p", { class: "topics" }, one.topics) : null,
  h("div", { class: "figures" },
    figure(words.waiting_for_it, h("div", { class: "value" }, one.waiting)),
    figure(words.waits_for, aged(one.oldest, "value", "–")),
    figure(words.last_told, aged(one.last, "value", "–"))),
  h("dl", {},
    row(words.told_in_all, one.told),
    row(words.refused_by_it, one.refused, one.lost && one.refused !== "0"),
    row(words.given_up, one.givenUp, one.lost && one.givenUp !== "0")));

const empty = (words) => h("div", { class: "empty" },
  h("h2", {}, words.nosources), h("p", {}, words.add_source),
  h("pre", {}, "# sereno.toml\nsources = [\"csv:/data/vitals.csv\", \"sim:ward?beds=4\"]"), h("p", {}, words.add_source_more));

const ages = (state) => {
  const { data } = state;
  if (!data) return;
  const at = now(state), silent = data.told !== null && at - data.told > data.silentAfter, down = data.down || silent;
  state.root.classList.toggle("down", down);
  state.told.className = down ? "told down" : "told";
  state.told.textContent = data.told === null ? (data.down ? data.words.ingest_never : "")
    : (down ? data.words.ingest_gone : data.words.ingest_told).replace("{age}", span(at - data.told, data.words));
  for (const node of state.root.querySelectorAll("[data-age]")) {
    const time = Number(node.dataset.age), age = at - time;
    const far = age < -60e3 || age > 2 * 86400e3;
    node.textContent = far ? dayTime(time, data.lang, at) : span(age, data.words);
    node.classList.toggle("long", node.textContent.length > 6);
    if (node.closest(".destination") === null) node.classList.toggle("wrong", age > data.quietAfter && node.closest(".reading, .waiting, .gave_up") !== null);
  }
};

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.told = h("p", { class: "told", role: "status" });
    fresh.list = h("ul", { class: "grid" });
    fresh.none = h("div", {});
    fresh.out = h("section", { class: "out" });
    fresh.root.append(fresh.told, fresh.list, fresh.none, fresh.out);
    fresh.timer = setInterval(() => ages(fresh), 1000);
  });
  setClock(state, data);
  state.data = data;
  const text = JSON.stringify([data.sources, data.destinations, data.lang]);
  if (text !== state.drawn) {
    state.drawn = text;
    show(state.list, ...data.sources.map((source) => card(state, source)));
    show(state.none, data.sources.length || data.told === null && data.down ? null : empty(data.words));
    state.list.setAttribute("aria-label", data.words.sources);
    show(state.out, ...(data.destinations.length ? [h("h2", {}, data.words.destinations),
      h("ul", { class: "grid" }, data.destinations.map((one) => destination(data.words, one)))] : []));
  }
  ages(state);
  return () => { clearInterval(state.timer); mounted.delete(parentElement); };
}
