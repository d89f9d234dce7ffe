// The list of alarms. Acknowledging asks for a reason in a dialog that belongs to one alarm by its id
// and names it: the list may be sorted anew meanwhile, and nothing moves under the pointer.

// The second click of a double click lands in the dialog, and must not choose a reason unread.
const SETTLE_MS = 400;

const ages = (state) => {
  const { data } = state;
  for (const node of state.root.querySelectorAll("[data-time]")) {
    const time = Number(node.dataset.time), age = now(state) - time;
    const far = age < -60e3 || age > 86400e3;
    node.textContent = far ? dayTime(time, data.lang, now(state)) : `${clockTime(time, data.lang, true)} (${data.words.ago.replace("{}", span(age, data.words))})`;
  }
};

const find = (state, id) => state.data.alarms.find((alarm) => alarm.id === id);

/** Give the focus to what bears `id`; where nothing does, to the row at `place`, or to the list. */
const focus = (state, id, place, options = {}) => {
  const rows = state.list.children, row = rows[Math.min(place, rows.length - 1)];
  const found = state.root.querySelector(`[data-id="${id}"]`) ?? row?.querySelector(".tools button") ?? state.list;
  found.focus(options);
};

/** Take the dialog away; the focus goes back where it came from, or `on` to the row after it. */
const dismiss = (state, on = false) => {
  const id = state.asking, place = state.data.alarms.findIndex((alarm) => alarm.id === id);
  state.asking = null;
  state.dialog.close();
  focus(state, on ? null : `a${id}`, place + (on ? 1 : 0));
};

const send = (state, reason) => {
  const alarm = find(state, state.asking);
  if (!alarm?.open || !reason.trim()) { state.dialog.querySelector("input").focus(); return; }
  dismiss(state, true);
  state.trigger("acknowledge", { alarm: alarm.id, reason: reason.trim() });
};

const form = (state) => {
  const { words } = state.data, opened = performance.now();
  const box = h("input", { type: "text", maxlength: state.data.longest, required: true, autofocus: true, "aria-label": words.reason, placeholder: words.reason });
  const choose = (reason) => { if (performance.now() - opened > SETTLE_MS) send(state, reason); };
  return h("form", { onsubmit: (event) => { event.preventDefault(); send(state, box.value); } },
    h("span", { class: "own" }, words.reasons.map((reason) => h("button", { type: "button", class: "quick sends", onclick: () => choose(reason) }, reason))),
    h("span", { class: "own" }, box, h("button", { type: "submit", class: "main sends" }, words.acknowledge)),
    h("button", { type: "button", class: "quick cancel", onclick: () => dismiss(state) }, words.cancel));
};

/** What the dialog says of its alarm, as it stands now; one that is settled can not be sent. */
const describe = (state) => {
  const alarm = find(state, state.asking), { words } = state.data;
  if (alarm) show(state.about, h("b", {}, alarm.label), h("span", {}, alarm.who), chip(alarm), h("span", { class: "state" }, alarm.state));
  state.settled.textContent = alarm?.open ? "" : alarm?.acknowledged ?? words.unlisted;
  for (const button of state.dialog.querySelectorAll(".sends")) button.disabled = !alarm?.open;
};

const ask = (state, id) => {
  state.asking = id;
  show(state.dialog, h("h2", { id: "asked" }, state.data.words.acknowledge), state.about, state.settled, form(state));
  describe(state);
  state.dialog.showModal();
};

const history = (state, alarm) =>
  h("ol", { class: "history" }, alarm.history.map((event) =>
    h("li", {}, h("span", { class: "muted", "data-time": event.time }), h("span", {}, event.text))));

/** What explains the alarm: a sentence leads to its samples on the patient's page. */
const told = (state, text) => [
  h("p", { class: "told", lang: text.lang }, text.sentences.map((one) =>
    [h("a", { href: one.href }, one.text, one.facts.map((id) => h("sup", {}, id))), " "])),
  h("p", { class: "source muted" }, text.source.map((part) =>
    (typeof part === "number" ? dayTime(part, state.data.lang, now(state)) : part)).join(""))];

const row = (state, alarm) => {
  const { words } = state.data;
  const tools = h("div", { class: "tools" },
    alarm.open ? h("button", { class: "main", "data-id": `a${alarm.id}`, onclick: () => ask(state, alarm.id) }, words.acknowledge) : null,
    h("button", { class: "quick", "aria-expanded": String(Boolean(alarm.history)), "data-id": `h${alarm.id}`,
      onclick: () => state.trigger("history", { alarm: alarm.id, open: !alarm.history }) }, words.details));
  return h("li", { class: `alarm ${alarm.present ? "" : "over"}` },
    h("div", { class: "line" },
      h("a", { class: "bed", href: alarm.href, "data-id": `b${alarm.id}` }, alarm.label),
      chip(alarm),
      h("span", { class: "state" }, alarm.state),
      h("span", { class: "muted", "data-time": alarm.time }), tools),
    alarm.acknowledged ? h("div", { class: "ack muted" }, alarm.acknowledged) : null,
    alarm.why ? told(state, alarm.why) : null,
    alarm.history ? [h("h4", { class: "section" }, words.history), history(state, alarm)] : null);
};

const render = (state) => {
  const { data } = state;
  const held = state.root.getRootNode().activeElement, id = held?.dataset?.id;
  const place = [...state.list.children].indexOf(held?.closest("li"));
  show(state.list, ...data.alarms.map((alarm) => row(state, alarm)));
  state.list.setAttribute("aria-label", data.words.alarms);
  state.empty.textContent = data.alarms.length ? "" : data.words.none;
  if (id) focus(state, id, place, { preventScroll: true }); // the page must not jump by itself
  ages(state);
};

export default function ({ parentElement, data, setTriggerValue }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.list = h("ul", { class: "list", tabindex: -1 });
    fresh.empty = h("p", { class: "muted empty" });
    fresh.about = h("p", { class: "about" });
    fresh.settled = h("p", { class: "settled", role: "status" });
    fresh.dialog = h("dialog", { "aria-labelledby": "asked", oncancel: (event) => { event.preventDefault(); dismiss(fresh); } });
    fresh.root.append(fresh.list, fresh.empty, fresh.dialog);
    fresh.timer = setInterval(() => ages(fresh), 1000);
  });
  setClock(state, data);
  state.data = data;
  state.trigger = setTriggerValue;
  parentElement.host?.style.setProperty("--phase", `${-(performance.now() % 3600)}ms`);
  const text = JSON.stringify([data.alarms, data.lang]);
  if (text !== state.drawn) { state.drawn = text; render(state); }
  if (state.dialog.open) describe(state);
  return () => { clearInterval(state.timer); mounted.delete(parentElement); };
}
