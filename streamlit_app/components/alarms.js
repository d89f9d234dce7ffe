// The list of alarms. Acknowledging asks for a reason, in place; the history opens below the row.

const ages = (state) => {
  const { data } = state;
  for (const node of state.root.querySelectorAll("[data-time]")) {
    const time = Number(node.dataset.time), age = now(state) - time;
    const far = age < -60e3 || age > 86400e3;
    node.textContent = far ? dayTime(time, data.lang, now(state)) : `${clockTime(time, data.lang, true)} (${data.words.ago.replace("{}", span(age, data.words))})`;
  }
};

const form = (state, alarm) => {
  const { words } = state.data;
  const box = h("input", { type: "text", maxlength: state.data.longest, required: true, "aria-label": words.reason, placeholder: words.reason });
  const send = (reason) => {
    if (!reason.trim()) { box.focus(); return; }
    state.asking = null;
    render(state);
    state.trigger("acknowledge", { alarm: alarm.id, reason: reason.trim() });
  };
  return h("form", { class: "ask", onsubmit: (event) => { event.preventDefault(); send(box.value); } },
    words.reasons.map((reason) => h("button", { type: "button", class: "quick", onclick: () => send(reason) }, reason)),
    h("span", { class: "own" }, box, h("button", { type: "submit", class: "main" }, words.acknowledge)),
    h("button", { type: "button", class: "quick", onclick: () => { state.asking = null; render(state); } }, words.cancel));
};

const history = (state, alarm) =>
  h("ol", { class: "history" }, alarm.history.map((event) =>
    h("li", {}, h("span", { class: "muted", "data-time": event.time }), h("span", {}, event.text))));

const row = (state, alarm) => {
  const { words } = state.data;
  const tools = h("div", { class: "tools" },
    alarm.open && state.asking !== alarm.id ? h("button", { class: "main", "data-id": `a${alarm.id}`, onclick: () => { state.asking = alarm.id; render(state); state.root.querySelector("form input")?.focus(); } }, words.acknowledge) : null,
    h("button", { class: "quick", "aria-expanded": String(Boolean(alarm.history)), "data-id": `h${alarm.id}`,
      onclick: () => state.trigger("history", { alarm: alarm.id, open: !alarm.history }) }, words.history));
  return h("li", { class: `alarm ${alarm.present ? "" : "over"}` },
    h("div", { class: "line" },
      h("a", { class: "bed", href: alarm.href }, alarm.label),
      chip(alarm),
      h("span", { class: "state" }, alarm.state),
      h("span", { class: "muted", "data-time": alarm.time }), tools),
    alarm.acknowledged ? h("div", { class: "ack muted" }, alarm.acknowledged) : null,
    state.asking === alarm.id ? form(state, alarm) : null,
    alarm.history ? history(state, alarm) : null);
};

const render = (state) => {
  const { data } = state;
  const focused = state.root.getRootNode().activeElement?.dataset?.id;
  state.list.replaceChildren(...data.alarms.map((alarm) => row(state, alarm)));
  state.empty.textContent = data.alarms.length ? "" : data.words.none;
  if (focused) state.root.querySelector(`[data-id="${focused}"]`)?.focus();
  ages(state);
};

export default function ({ parentElement, data, setTriggerValue }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.list = h("ul", { class: "list" });
    fresh.empty = h("p", { class: "muted empty" });
    fresh.root.append(fresh.list, fresh.empty);
    fresh.timer = setInterval(() => ages(fresh), 1000);
  });
  setClock(state, data);
  state.data = data;
  state.trigger = setTriggerValue;
  parentElement.host?.style.setProperty("--phase", `${-(performance.now() % 3600)}ms`);
  // While a reason is being typed the list stands still; what was asked for comes right after.
  const text = JSON.stringify([data.alarms, data.lang]);
  if (text !== state.drawn && !state.root.querySelector("form input")?.value) { state.drawn = text; render(state); }
  return () => { clearInterval(state.timer); mounted.delete(parentElement); };
}
