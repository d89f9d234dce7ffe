// A handover of the ward: bed by bed, to be read on the screen or on paper.

/** No line ends between a number and its unit. */
const joined = (text) => text.replace(/(\d) (?=[%°A-Za-z])/g, "$1\u00a0");

/** The sentences, a paragraph a section, each with the facts that it cites. */
const paragraphs = (text) => {
  const made = [];
  text.sentences.forEach((one, i) => {
    if (i === 0 || one.section !== text.sentences[i - 1].section || one.line !== text.sentences[i - 1].line) {
      if (one.section) made.push(h("h3", { lang: text.lang }, one.section));
      made.push(h("p", { class: "text", lang: text.lang }));
    }
    made.at(-1).append(h("span", { class: one.standing ?? "" },
      one.parts.map((part) => (part.quoted ? h("q", {}, joined(part.text)) : joined(part.text))),
      one.facts.map((id) => h("sup", {}, id)),
      one.label ? h("span", { class: "standing" }, one.label) : null), " ");
  });
  return made;
};

/** What the text rests on: beside it where there is room, else folded below it. */
const facts = (text, data) =>
  h("details", { class: "facts", open: matchMedia("(min-width: 900px)").matches },
    h("summary", {}, data.words.facts.replace("{n}", text.facts.length)),
    h("ul", {}, text.facts.map((fact) => h("li", {}, h("b", {}, fact.id), h("span", {}, fact.text)))));

/** What an edit no longer states, though it should. */
const missing = (text, data) =>
  text.missing.length
    ? h("div", { class: "missing" }, h("b", {}, data.words.missing), h("ul", {}, text.missing.map((each) => h("li", {}, each))))
    : null;

const bed = (one, data) =>
  h("article", { "data-id": one.id },
    h("header", {}, h("a", { href: one.href }, one.label), h("span", { class: "muted" }, one.detail)),
    one.text
      ? h("div", { class: "body" }, h("div", { class: one.text.rejected ? "rejected" : "" },
          changed(one.text), one.text.decisions.map((said) => h("p", { class: "decision" }, said)), paragraphs(one.text), missing(one.text, data), h("p", { class: "source muted" }, one.text.source)), facts(one.text, data))
      : h("p", { class: "instead" }, one.instead));

/** What is drawn stays, so that an opened list of facts does and a reader keeps the place. */
const render = (state, data) => {
  const kept = new Map([...state.beds.children].map((node) => [node.dataset.id, node]));
  show(state.beds, ...data.beds.map((one) => {
    const said = JSON.stringify([one, data.lang]), old = kept.get(one.id);
    if (old && old.said === said) return old;
    const fresh = bed(one, data);
    fresh.said = said;
    return fresh;
  }));
  state.title.textContent = data.title;
  state.notice.textContent = data.notice;
  state.print.textContent = data.words.handover_print;
};

/** On paper every fact that is cited must stand there: all lists are open while it prints. */
const unfold = (state) => () => state.root.querySelectorAll("details:not([open])").forEach((one) => { one.open = true; one.dataset.folded = ""; });
const fold = (state) => () => state.root.querySelectorAll("details[data-folded]").forEach((one) => { one.open = false; delete one.dataset.folded; });

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.title = h("h2", {});
    fresh.notice = h("p", { class: "notice" });
    fresh.age = h("span", { class: "age muted" });
    fresh.print = h("button", { class: "print", onclick: () => window.print() });
    fresh.beds = h("div", { class: "beds" });
    fresh.root.append(h("div", { class: "top" }, fresh.title, fresh.age, h("span", { class: "room" }), fresh.print), fresh.notice, fresh.beds);
    fresh.unfold = unfold(fresh);
    fresh.fold = fold(fresh);
    addEventListener("beforeprint", fresh.unfold);
    addEventListener("afterprint", fresh.fold);
  });
  setClock(state, data);
  state.age.textContent = data.words.ago.replace("{}", span(now(state) - data.asked, data.words));
  const text = JSON.stringify([data.beds, data.title, data.lang]);
  if (text !== state.drawn) render(state, data);
  state.drawn = text;
  return () => {
    removeEventListener("beforeprint", state.unfold);
    removeEventListener("afterprint", state.fold);
    mounted.delete(parentElement);
  };
}
