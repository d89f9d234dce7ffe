// The bar on every page: where one is, who is signed in, what is wrong, and the session's end.

const LOST_MS = 9000, ASK_MS = 10000, TOUCH_MS = 30000, WARN_S = 60;
const INPUTS = ["pointerdown", "keydown", "wheel", "touchmove"];

const toSignIn = () => location.replace(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);

/** Ask how long the session lasts. Asking does not prolong it. */
const ask = async (state) => {
  try {
    const answer = await fetch("/session", { cache: "no-store" });
    if (answer.status === 401) return toSignIn();
    state.left = (await answer.json()).left_s;
  } catch { /* the server is away: the lost connection says so */ }
  notices(state);
};

const touch = (state) => (event) => {
  if (!event.isTrusted || performance.now() - (state.touched ?? -Infinity) < TOUCH_MS) return;
  state.touched = performance.now();
  fetch("/session/touch", { method: "POST" }).then(() => ask(state), () => undefined);
};

/** The patient's page as this tab last saw it. */
const lastPatient = (href) => `${href}${sessionStorage.getItem("sereno-patient") ?? ""}`;
const keepPatient = () => {
  if (location.pathname === "/patient") sessionStorage.setItem("sereno-patient", location.search);
};

const signOut = async () => {
  sessionStorage.clear();
  await fetch("/sign-out", { method: "POST" });
  location.replace("/sign-in");
};

/** Streamlit remembers light or dark for the path that was loaded: let it hold for every page. */
const shareTheme = (state) => () => {
  const mine = Object.keys(localStorage).filter((key) => key.startsWith(`stActiveTheme-${location.pathname}-v`));
  for (const page of state.data.pages) {
    for (const key of Object.keys(localStorage)) {
      if (page.href !== location.pathname && key.startsWith(`stActiveTheme-${page.href}-v`)) localStorage.removeItem(key);
    }
    for (const key of mine) {
      localStorage.setItem(key.replace(`-${location.pathname}-v`, `-${page.href}-v`), localStorage.getItem(key));
    }
  }
};

const notices = (state) => {
  const { data } = state;
  if (!data) return;
  const silent = performance.now() - state.heardAt;
  const lines = data.notices.map((notice) => [notice.kind, notice.text.replace("{age}",
    notice.since === null ? data.words.never : span(now(state) - notice.since, data.words))]);
  if (silent > LOST_MS) lines.unshift(["bad", `${data.words.lost} ${span(silent, data.words)}`]);
  if (state.left !== undefined && state.left <= WARN_S) lines.push(["warn", data.words.ending.replace("{s}", state.left)]);
  const text = JSON.stringify(lines);
  if (text === state.said) return;
  state.said = text;
  show(state.notices, ...lines.map(([kind, line]) =>
    h("p", { class: `notice ${kind}` }, h("b", { "aria-hidden": "true" }, kind === "bad" ? "✕" : "⚠"), h("span", {}, line))));
};

const render = (state, data) => {
  keepPatient();
  document.documentElement.lang = data.lang;
  const text = JSON.stringify([data.pages, data.page, data.user, data.lang, data.unseen, sessionStorage.getItem("sereno-patient")]);
  if (text !== state.drawn) {
    state.drawn = text;
    const focused = state.bar.getRootNode().activeElement?.dataset?.id;
    show(state.bar, h("span", { class: "brand" }, "Sereno"),
      h("nav", { "aria-label": data.words.pages }, data.pages.map((page) =>
        h("a", { href: page.id === "patient" ? lastPatient(page.href) : page.href, "data-id": page.id,
            "aria-current": page.id === data.page ? "page" : null }, page.label,
          page.id === "alarms" && data.unseen ? h("span", { class: "count" }, String(data.unseen),
            h("span", { class: "sr" }, ` ${data.words.unseen}`)) : null))),
      h("span", { class: "room" }),
      h("button", { "data-id": "lang", lang: data.otherLang, onclick: () => state.trigger("language", state.data.otherLang) }, data.otherName),
      h("span", { class: "user muted" }, data.user),
      h("button", { "data-id": "out", onclick: signOut }, data.words.signout));
    state.bar.querySelector(`[data-id="${focused}"]`)?.focus();
  }
  state.notice.textContent = data.words.notice;
};

export default function ({ parentElement, data, setTriggerValue }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.bar = h("div", { class: "bar" });
    fresh.notices = h("div", { class: "notices", role: "status", "aria-live": "polite" });
    fresh.notice = h("p", { class: "standing" });
    fresh.root.append(fresh.bar, fresh.notice, fresh.notices);
    fresh.touch = touch(fresh);
    fresh.leave = shareTheme(fresh);
    addEventListener("pagehide", fresh.leave);
    fresh.seen = () => document.visibilityState === "visible" && ask(fresh);
    INPUTS.forEach((name) => addEventListener(name, fresh.touch, { passive: true, capture: true }));
    document.addEventListener("visibilitychange", fresh.seen);
    fresh.asking = setInterval(() => ask(fresh), ASK_MS);
    fresh.timer = setInterval(() => {
      if (fresh.left) fresh.left -= 1;
      notices(fresh);
    }, 1000);
    ask(fresh);
  });
  setClock(state, data);
  state.data = data;
  state.trigger = setTriggerValue;
  render(state, data);
  notices(state);
  return () => {
    clearInterval(state.asking); clearInterval(state.timer);
    INPUTS.forEach((name) => removeEventListener(name, state.touch, { capture: true }));
    removeEventListener("pagehide", state.leave);
    document.removeEventListener("visibilitychange", state.seen);
    mounted.delete(parentElement);
  };
}
