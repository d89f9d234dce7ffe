// Dead letters: grouped, listed, and one opened in a dialog, where it is mended or put aside. The list may
// change meanwhile; what is typed in the dialog stays until the letter is done with.

// The second click of a double click lands in the dialog, and must send nothing unread.
const SETTLE_MS = 400;

const times = (state) => {
  for (const node of state.root.querySelectorAll("[data-time]")) {
    const time = Number(node.dataset.time);
    const other = new Date(time).toDateString() !== new Date(now(state)).toDateString();
    node.textContent = other ? dayTime(time, state.data.lang, now(state)) : clockTime(time, state.data.lang, true);
  }
};

const send = (state, what, more) => {
  if (performance.now() - state.openedAt < SETTLE_MS) return;
  state.problem.textContent = "";
  for (const button of state.dialog.querySelectorAll(".sends")) button.disabled = true;
  state.trigger(what, { letter: state.opened, nonce: performance.now(), ...more });
};

const close = (state) => {
  state.dialog.close();
  state.trigger("close", { letter: state.opened, nonce: performance.now() });
  state.root.querySelector(`[data-id="${state.opened}"]`)?.focus();
};

const choice = (label, options, first) => {
  const select = h("select", {}, first === null ? null : h("option", { value: "" }, first),
    options.map((one) => h("option", { value: one.id }, one.label)));
  return [h("label", {}, label, select), select];
};

const form = (title, help, submit, onsubmit, ...fields) => h("form", { onsubmit: (event) => { event.preventDefault(); onsubmit(); } },
  h("h4", {}, title), help ? h("p", {}, help) : null, ...fields.slice(1),
  h("span", { class: "own" }, fields[0], h("button", { type: "submit", class: `${submit.cls ?? "main"} sends` }, submit.word)));

/** Values of nobody: they are listed, and a patient is chosen. */
const valuesForm = (state, letter, words) => {
  const [label, patient] = choice(words.whose, letter.patients, words.choose_patient);
  patient.required = true;
  return [
    h("div", { class: "values", tabindex: 0 }, h("table", {}, h("tbody", {}, letter.values.map((one) =>
      h("tr", {}, h("td", {}, one.label), h("td", { class: "number" }, one.text), h("td", { class: "muted", "data-time": one.time })))))),
    form(words.replay_title, words.replay_help, { word: words.replay }, () => send(state, "replay", { patient: patient.value }), label)];
};

/** A message: its text can be mended, where a source can read it again. */
const messageForm = (state, letter, words) => {
  const area = h("textarea", { "aria-label": words.content, spellcheck: "false", readonly: !letter.readers.length });
  area.value = letter.text;
  if (!letter.readers.length) return [area, h("p", { class: "about" }, words.no_reader)];
  const [by, reader] = choice(words.read_by, letter.readers, null);
  const [of, patient] = choice(words.whose, letter.patients, words.as_it_says);
  return [area, form(words.reread_title, words.reread_help, { word: words.reread },
    () => send(state, "reread", { text: area.value, source: reader.value, patient: patient.value || null }), [by, of])];
};

const open = (state, letter) => {
  const { words } = state.data;
  state.opened = letter.id;
  state.openedAt = performance.now();
  const reason = h("input", { type: "text", maxlength: letter.longest, required: true });
  show(state.dialog,
    h("h3", { id: "opened" }, letter.title),
    h("p", { class: "about" }, h("span", { "data-time": letter.time }), ` · ${letter.source} · `, h("span", { lang: "en" }, letter.reason)),
    letter.values ? valuesForm(state, letter, words) : messageForm(state, letter, words),
    form(words.settle_title, words.settle_help, { word: words.settle, cls: "quick" },
      () => send(state, "settle", { reason: reason.value }), h("label", {}, words.reason, reason)),
    state.problem,
    h("button", { type: "button", class: "quick close", onclick: () => close(state) }, words.close));
  times(state);
  state.dialog.showModal();
};

const row = (state, letter) => h("li", { class: "letter" },
  h("span", { class: "number" }, `#${letter.id}`), h("span", { class: "when", "data-time": letter.time }),
  h("span", { class: "from" }, letter.source), h("span", { class: "why", lang: "en" }, letter.reason),
  state.data.mayAct ? h("button", { class: "quick", "data-id": letter.id, "aria-haspopup": "dialog",
    onclick: () => state.trigger("open", { letter: letter.id, nonce: performance.now() }) }, state.data.words.open) : null);

const group = (state, one) => h("button", { class: "group", "aria-pressed": String(one.chosen), "data-id": `g${one.key}`,
  onclick: () => state.trigger("filter", { key: one.chosen ? null : one.key, nonce: performance.now() }) },
  h("b", {}, `${one.count} × `), h("span", { lang: "en" }, one.reason), " ", h("span", { class: "muted" }, one.source));

const render = (state) => {
  const { data } = state, id = state.root.getRootNode().activeElement?.dataset?.id;
  state.title.textContent = data.words.letters;
  state.lead.textContent = data.letters.length ? data.lead : data.words.noletters;
  show(state.groups, ...data.groups.map((one) => group(state, one)));
  show(state.list, ...data.letters.map((letter) => row(state, letter)));
  if (id) state.root.querySelector(`[data-id="${id}"]`)?.focus({ preventScroll: true });
  times(state);
};

export default function ({ parentElement, data, setTriggerValue }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.title = h("h2", {});
    fresh.lead = h("p", { class: "lead" });
    fresh.groups = h("div", { class: "groups" });
    fresh.list = h("ul", { class: "list" });
    fresh.problem = h("p", { class: "problem", role: "alert" });
    fresh.dialog = h("dialog", { "aria-labelledby": "opened", oncancel: (event) => { event.preventDefault(); close(fresh); } });
    fresh.root.append(fresh.title, fresh.lead, fresh.groups, fresh.list, fresh.dialog);
  });
  setClock(state, data);
  state.data = data;
  state.trigger = setTriggerValue;
  const text = JSON.stringify([data.letters, data.groups, data.lang, data.mayAct]);
  if (text !== state.drawn) { state.drawn = text; render(state); }
  const { opened } = data;
  // What was closed here may come once more, drawn before the server knew.
  if (opened && opened.key !== state.key) { state.key = opened.key; open(state, opened); }
  if (!opened && state.dialog.open) state.dialog.close();
  if (opened && state.answered !== opened.answer) {
    state.answered = opened.answer;
    state.problem.textContent = opened.problem ?? "";
    for (const button of state.dialog.querySelectorAll(".sends")) button.disabled = false;
  }
  return () => { mounted.delete(parentElement); };
}
