// What a clinician makes of a summary: accept it, edit it, or reject it with a reason. The text of an
// edit is sent while it is typed, and comes back sentence by sentence with how each stands.

const TYPED_MS = 500; // without a key, until what was typed is sent to be checked

const STAND = { verified: "✓", unchecked: "○", unverified: "!" };

const turn = (state, mode) => {
  state.mode = mode;
  state.of = state.data.of; // whoever decides answers for what they have read, not for what came since
  state.set("mode", mode);
  draw(state);
  (state.root.querySelector("textarea, input") ?? state.root.querySelector("button"))?.focus();
};

const send = (state, decision) => {
  clearTimeout(state.pending);
  state.trigger("decide", { ...decision, of: state.mode ? state.of : state.data.of });
};

const typed = (state) => {
  clearTimeout(state.pending);
  state.pending = setTimeout(() => state.set("typed", state.area.value), TYPED_MS);
};

const finding = (one) =>
  h("li", { class: `finding ${one.standing}` },
    h("b", { "aria-hidden": "true" }, STAND[one.standing]),
    h("span", {}, one.text, h("span", { class: "why" }, one.label)));

const check = (state) => {
  const { data } = state;
  if (state.mode !== "edit") return;
  show(state.found, ...data.findings.map(finding));
  show(state.missing, ...data.missing.length
    ? [h("p", { class: "lead" }, data.words.missing), h("ul", {}, data.missing.map((each) => h("li", {}, each)))] : []);
};

const reason = (state, name, required) =>
  h("input", { type: "text", maxlength: state.data.longestReason, required, "aria-label": name, placeholder: name });

const buttons = (state, name) =>
  h("span", { class: "row" },
    h("button", { type: "submit", class: "main" }, name),
    h("button", { type: "button", class: "quick", onclick: () => turn(state, null) }, state.data.words.cancel));

const rejecting = (state) => {
  const { words } = state.data, why = reason(state, words.reason, true);
  return h("form", { onsubmit: (event) => { event.preventDefault(); if (why.value.trim()) send(state, { opinion: "rejected", reason: why.value }); else why.focus(); } },
    why, buttons(state, words.reject_now));
};

const editing = (state) => {
  const { data } = state, { words } = data, why = reason(state, words.edit_reason, false);
  state.area = h("textarea", { rows: 10, maxlength: data.longest, lang: data.textLang, "aria-label": words.edit, oninput: () => typed(state) });
  state.area.value = data.text;
  state.found = h("ul", { class: "findings", "aria-live": "polite", lang: data.textLang });
  state.missing = h("div", { class: "missing" });
  state.set("typed", data.text);
  return h("form", { onsubmit: (event) => { event.preventDefault(); send(state, { opinion: "edited", text: state.area.value, reason: why.value }); } },
    state.area, h("p", { class: "muted" }, words.edit_help), state.found, state.missing, why, buttons(state, words.save));
};

const choosing = (state) => {
  const { words } = state.data;
  return h("span", { class: "row" },
    h("button", { class: "quick", onclick: () => send(state, { opinion: "accepted" }) }, words.accept),
    h("button", { class: "quick", onclick: () => turn(state, "edit") }, words.edit),
    h("button", { class: "quick", onclick: () => turn(state, "reject") }, words.reject));
};

const draw = (state) => {
  const panel = { edit: editing, reject: rejecting }[state.mode] ?? choosing;
  show(state.root, panel(state));
  check(state);
};

export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.mode = null;
    if (data.open) setStateValue("mode", null); // left open when the page was left: nothing is open here
  });
  state.data = data;
  state.set = setStateValue;
  state.trigger = setTriggerValue;
  // A decision of this viewer was kept: what was typed for it is done with. A refused one stays.
  const kept = state.kept !== undefined && data.kept !== state.kept && state.mode;
  state.kept = data.kept;
  if (kept) { state.mode = null; state.set("mode", null); }
  const text = JSON.stringify(data.words);
  if (kept || (!state.mode && text !== state.drawn)) draw(state);
  else check(state);
  state.drawn = text;
  return () => clearTimeout(state.pending); // what was typed outlasts being mounted anew
}
