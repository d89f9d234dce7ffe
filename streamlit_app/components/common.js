// Shared by all components: it stands in front of each component's own script.

/** Children as the browser may have them: flat, and none of them null, which it would write out. */
const there = (children) => children.flat(Infinity).filter((child) => child !== null && child !== undefined);

/** Show these children in place of what `node` had; null children are left out. */
const show = (node, ...children) => node.replaceChildren(...there(children));

/** An element with properties, listeners (onclick...) and children; null children are left out. */
const h = (tag, props, ...children) => {
  const svg = ["svg", "path", "line", "g", "rect", "text", "circle", "polygon", "title"].includes(tag);
  const node = svg
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.setAttribute("class", value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...there(children));
  return node;
};

/** The state kept for one mounted component; `make` builds it on the first call. */
const mounted = new WeakMap();
const stateOf = (parent, make) => {
  if (!mounted.has(parent)) {
    // One that was mounted here before leaves what it drew: a copy that nobody feeds any more.
    for (const old of [...parent.children]) if (old.classList.contains("root")) old.remove();
    const root = h("div", { class: "root" });
    parent.appendChild(root);
    const state = { root };
    mounted.set(parent, state);
    make(state);
  }
  return mounted.get(parent);
};

/** Remember the server's clock, so that ages run on even when nothing arrives any more. */
const setClock = (state, data) => {
  state.serverNow = data.now;
  state.heardAt = performance.now();
};
const now = (state) => state.serverNow + (performance.now() - state.heardAt);

/** A length of time in its largest unit, short: "4 s", "12 min", "3 h 5 min", "2 d". */
const span = (ms, words) => {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} ${words.s}`;
  const min = Math.floor(s / 60);
  if (min < 60) return `${min} ${words.min}`;
  const hours = Math.floor(min / 60);
  if (hours < 48) return min % 60 ? `${hours} ${words.h} ${min % 60} ${words.min}` : `${hours} ${words.h}`;
  return `${Math.floor(hours / 24)} ${words.d}`;
};

/** Moments as a clock shows them, in the viewer's zone; with the day where it is another one. */
const clockTime = (ms, lang, seconds = false) =>
  new Intl.DateTimeFormat(lang, {
    hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined, hourCycle: "h23",
  }).format(ms);
const dayTime = (ms, lang, reference) => {
  const other = new Date(ms).toDateString() !== new Date(reference).toDateString();
  const far = Math.abs(ms - reference) > 300 * 86400e3;
  const day = new Intl.DateTimeFormat(lang, {
    day: "numeric", month: "short", year: far ? "numeric" : undefined,
  });
  return other ? `${day.format(ms)} ${clockTime(ms, lang)}` : clockTime(ms, lang);
};

/** How old what is of `time` is: a length, or a moment where it is of another day or ahead. */
const ageText = (state, time) => {
  const { data } = state, at = now(state), age = at - time;
  return age < -60e3 || age > 2 * 86400e3 ? dayTime(time, data.lang, at) : span(age, data.words);
};

// What a monitor measures goes without its age while it is younger than this.
const YOUNG_MS = 120e3;

/** Let a value grow old: it shows its age once it is not young any more, and then that it is old. */
const grow = (node, state, reading) => {
  const passed = now(state) - reading.time;
  const stale = passed > reading.staleAfter || passed < -86400e3;
  node.classList.toggle("stale", stale);
  node.querySelector(".age").textContent = stale || passed > YOUNG_MS ? ageText(state, reading.time) : "";
};

/** A small line of medians, with a dot where it ends; gaps stay gaps. */
const sparkline = (points, from, to, width, height, longest, least) => {
  const values = points.map((point) => point[1]);
  if (!values.length) return h("svg", { class: "spark", viewBox: `0 0 ${width} ${height}` });
  const middle = (Math.min(...values) + Math.max(...values)) / 2;
  const room = Math.max(Math.max(...values) - Math.min(...values), least), low = middle - room / 2;
  const x = (at) => ((at - from) / (to - from)) * (width - 6) + 3;
  const y = (value) => height - 4 - ((value - low) / room) * (height - 8);
  let path = "", last = -Infinity;
  for (const [at, value] of points) {
    path += `${at - last > longest ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
    last = at;
  }
  const [endAt, endValue] = points[points.length - 1];
  return h("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`,
      preserveAspectRatio: "none", "aria-hidden": "true" },
    h("path", { d: path, "vector-effect": "non-scaling-stroke" }),
    h("circle", { cx: x(endAt), cy: y(endValue), r: 2 }));
};

const PRIORITY = { 3: "high", 2: "medium", 1: "low" };
const SIGN = { 3: "!!!", 2: "!!", 1: "!" };

/** An alarm as a chip: colour, the sign of its priority, and words; `gone` where it has. */
const chip = (alarm, gone = "") =>
  h("span", { class: `chip ${PRIORITY[alarm.priority]}${alarm.unseen ? " unseen" : ""}${alarm.present ? "" : " gone"}` },
    h("b", { "aria-hidden": "true" }, SIGN[alarm.priority]),
    h("span", { class: "sr" }, `${alarm.priorityName}: `),
    h("span", {}, alarm.text),
    gone && !alarm.present ? h("span", { class: "state" }, gone) : null);

/** That things have changed since a text was written; nothing where they have not. */
const changed = (text) =>
  text.since ? h("p", { class: "since", role: "status" }, text.since) : null;
