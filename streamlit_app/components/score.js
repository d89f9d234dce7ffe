// NEWS2 with its parts: the total, what it asks for, and where each point comes from. Below it qSOFA.

const ages = (state) => {
  const { data } = state;
  if (!data) return;
  for (const node of state.root.querySelectorAll("[data-time]")) {
    const time = Number(node.dataset.time), age = now(state) - time;
    node.textContent = age < -60e3 || age > 2 * 86400e3 ? dayTime(time, data.lang, now(state)) : span(age, data.words);
  }
};

const render = (state, data) => {
  const { words } = data;
  show(state.root,
    h("div", { class: "alarms" }, data.alarms.length ? data.alarms.map((alarm) => chip(alarm, words.gone)) : h("span", { class: "muted" }, words.noalarm)),
    h("div", { class: "head" },
      h("div", { class: `total ${data.level}` }, data.total),
      h("div", {}, h("div", { class: "title" }, "NEWS2", data.scale ? h("span", { class: "muted" }, ` · ${data.scale}`) : null),
        h("div", { class: "response" }, data.response),
        data.partial ? h("div", { class: "partial" }, data.partial) : null)),
    data.parts.length ? h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, words.parameter), h("th", { scope: "col", class: "n" }, words.value),
        h("th", { scope: "col", class: "n" }, words.age), h("th", { scope: "col", class: "n" }, words.points))),
      h("tbody", {}, data.parts.map((part) =>
        h("tr", { class: part.missing ? "missing" : `p${part.points}` }, h("th", { scope: "row" }, part.label, part.note ? h("span", { class: "muted" }, ` ${part.note}`) : null),
          h("td", { class: "n" }, part.value, " ", h("span", { class: "unit" }, part.unit)),
          h("td", { class: "n muted", "data-time": part.time }),
          h("td", { class: "n" }, h("span", { class: "points" }, part.missing ? "?" : String(part.points))))))) : null,
    data.qsofa ? h("p", { class: "qsofa muted" }, data.qsofa) : null);
  ages(state);
};

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => { fresh.timer = setInterval(() => ages(fresh), 1000); });
  setClock(state, data);
  state.data = data;
  parentElement.host?.style.setProperty("--phase", `${-(performance.now() % 3600)}ms`);
  const text = JSON.stringify([data.total, data.parts, data.response, data.partial, data.qsofa, data.lang, data.level, data.alarms]);
  if (text !== state.drawn) render(state, data); else ages(state);
  state.drawn = text;
  return () => { clearInterval(state.timer); mounted.delete(parentElement); };
}
