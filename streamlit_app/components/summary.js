// A summary, sentence by sentence. A sentence is a button: it marks the samples it rests on.

const moments = (parts, data, at) =>
  parts.map((part) => (typeof part === "number" ? dayTime(part, data.lang, at) : part)).join("");

const render = (state, data) => {
  const at = now(state);
  const marked = new Set(data.marked);
  const sentence = (one, i) => {
    const on = one.facts.length > 0 && one.facts.every((id) => marked.has(id)) && marked.size === one.facts.length;
    return h("button", { class: `sentence ${on ? "on" : ""} ${one.standing ?? ""}`, "aria-pressed": String(on), "data-id": `s${i}`, disabled: !one.facts.length,
      onclick: () => state.trigger("mark", on ? [] : one.facts) },
      one.parts.map((part) => (part.quoted ? h("q", {}, part.text) : part.text)),
      one.facts.map((id) => h("sup", {}, id)),
      one.label ? h("span", { class: "standing", lang: data.lang }, one.label) : null);
  };
  const focused = state.root.getRootNode().activeElement?.dataset?.id;
  const cited = data.facts.filter((fact) => data.sentences.some((one) => one.facts.includes(fact.id)));
  // A paragraph a section, under its name; one paragraph where the form has no sections.
  const paragraphs = [];
  data.sentences.forEach((one, i) => {
    if (i === 0 || one.section !== data.sentences[i - 1].section || one.line !== data.sentences[i - 1].line) {
      if (one.section) paragraphs.push(h("h4", { class: "section", lang: data.textLang }, one.section));
      paragraphs.push(h("p", { class: "text", lang: data.textLang }));
    }
    paragraphs.at(-1).append(sentence(one, i), " ");
  });
  state.root.classList.toggle("rejected", data.rejected);
  show(state.root,
    ...data.decisions.map((parts, i) => h("p", { class: `decision ${data.rejected && i === data.decisions.length - 1 ? "no" : ""}` }, moments(parts, data, at))),
    changed(data),
    ...paragraphs,
    data.missing.length ? h("div", { class: "missing" }, h("b", {}, data.words.missing), h("ul", {}, data.missing.map((each) => h("li", {}, each)))) : null,
    data.original ? h("details", { open: state.original },
      h("summary", { onclick: (event) => { state.original = !event.currentTarget.parentElement.open; } }, data.words.original),
      h("p", { class: "text original", lang: data.textLang }, data.original)) : null,
    h("p", { class: "source muted" }, moments(data.source, data, at)),
    h("details", { open: state.open },
      h("summary", { onclick: (event) => { state.open = !event.currentTarget.parentElement.open; } }, data.words.facts.replace("{n}", cited.length)),
      h("ul", {}, cited.map((fact) =>
        h("li", {}, h("button", { class: `fact ${marked.has(fact.id) ? "on" : ""}`, "aria-pressed": String(marked.has(fact.id)), "data-id": fact.id,
          onclick: () => state.trigger("mark", marked.has(fact.id) && marked.size === 1 ? [] : [fact.id]) },
          h("b", {}, fact.id), h("span", {}, moments(fact.parts, data, at))))))));
  state.root.querySelector(`[data-id="${focused}"]`)?.focus();
};

export default function ({ parentElement, data, setTriggerValue }) {
  const state = stateOf(parentElement, () => undefined);
  setClock(state, data);
  state.trigger = setTriggerValue;
  const text = JSON.stringify([data.sentences, data.marked, data.source, data.lang, data.facts, data.decisions, data.rejected, data.missing, data.since]);
  if (text !== state.drawn) render(state, data);
  state.drawn = text;
  return () => mounted.delete(parentElement);
}
