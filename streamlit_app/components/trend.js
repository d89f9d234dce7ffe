// Trends: a lane a signal, with its episodes, limits and alarms drawn in, and marks for citations.
//
// A band from the lowest to the highest value of each step, with the median as a line: what is
// drawn can not hide a short fall between two steps. Arrow keys move the cursor.

const LEFT = 46, RIGHT = 12, TOP = 30, LANE = 92, GAP = 26, STRIP = 26;

const number = (value, lane, lang) =>
  value.toLocaleString(lang, { minimumFractionDigits: lane.decimals, maximumFractionDigits: lane.decimals });

const ticksOf = (from, to, width) => {
  const steps = [5, 10, 15, 30, 60, 120, 240, 360, 720, 1440].map((min) => min * 60e3);
  const step = steps.find((one) => ((to - from) / one) * 74 < width) ?? steps[steps.length - 1];
  const zone = new Date(from).getTimezoneOffset() * 60e3;
  const ticks = [];
  for (let at = Math.ceil((from - zone) / step) * step + zone; at <= to; at += step) ticks.push(at);
  return ticks;
};

const laneScale = (lane) => {
  let [low, high] = lane.domain;
  for (const line of lane.lines) for (const [, min, , max] of line.points) { low = Math.min(low, min); high = Math.max(high, max); }
  return [low, high];
};

const steps3 = (low, high) => {
  const raw = (high - low) / 3, size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * size).find((k) => k >= raw);
  const list = [];
  for (let at = Math.ceil(low / step) * step; at <= high + 1e-9; at += step) list.push(at);
  return list;
};

/** What stays as it is until it is changed: steps, which end where the value is too old to count. */
const drawHeld = (data, lane, line, x, y) => {
  const at = (time) => Math.max(LEFT, x(time)).toFixed(1);
  let path = "", ends = -Infinity;
  line.points.forEach(([start, min, median, max], i) => {
    const joined = start <= ends;
    path += `${joined ? "V" : `M${at(start)} `}${y(median).toFixed(1)}`;
    // Several within one step: what lies between the least and the greatest is no secret.
    if (max > min) path += `V${y(min).toFixed(1)}V${y(max).toFixed(1)}V${y(median).toFixed(1)}`;
    ends = Math.min(start + lane.gap, line.until);
    path += `H${at(Math.max(start, Math.min(ends, line.points[i + 1]?.[0] ?? ends)))}`;
  });
  return [h("path", { class: `line ${line.cls}`, d: path })];
};

const drawLane = (state, lane, top, x) => {
  const { data } = state, { width } = state;
  const [low, high] = laneScale(lane);
  const y = (value) => top + LANE - 2 - ((value - low) / (high - low || 1)) * (LANE - 4);
  const g = h("g", { class: `lane ${lane.id}` });
  g.append(h("rect", { class: "ground", x: LEFT, y: top, width: width - LEFT - RIGHT, height: LANE }));
  for (const tick of steps3(low, high)) {
    g.append(h("line", { class: "rule", x1: LEFT, x2: width - RIGHT, y1: y(tick), y2: y(tick) }),
      h("text", { class: "tick", x: LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, number(tick, { decimals: tick % 1 ? 1 : 0 }, data.lang)));
  }
  for (const episode of data.episodes.filter((one) => one.lane === lane.id)) {
    const left = Math.max(LEFT, x(episode.start)), right = Math.min(width - RIGHT, Math.max(x(episode.end), left + 3));
    const edge = Math.max(top, Math.min(top + LANE, y(episode.threshold)));
    const box = episode.direction === "low" ? [edge, top + LANE] : [top, edge];
    g.append(h("rect", { class: "episode", x: left, width: Math.max(0, right - left), y: box[0], height: Math.max(2, box[1] - box[0]) },
      h("title", {}, episode.text)),
      h("line", { class: "threshold", x1: left, x2: right, y1: edge, y2: edge }));
  }
  for (const line of lane.lines.filter((one) => one.held)) g.append(...drawHeld(data, lane, line, x, y));
  for (const line of lane.lines.filter((one) => !one.held)) {
    let path = "", band = [], pieces = [], last = -Infinity;
    const close = () => {
      if (band.length) pieces.push(`M${band.map(([at, , hi]) => `${at} ${hi}`).join("L")}L${band.slice().reverse().map(([at, lo]) => `${at} ${lo}`).join("L")}Z`);
      band = [];
    };
    for (const [at, min, median, max] of line.points) {
      const px = x(at + data.step / 2).toFixed(1);
      if (at - last > lane.gap) { close(); path += `M${px} ${y(median).toFixed(1)}h0.01`; } else path += `L${px} ${y(median).toFixed(1)}`;
      band.push([px, y(min).toFixed(1), y(max).toFixed(1)]);
      last = at;
    }
    close();
    // A value with none near it is a dot too: a line of one point can not be seen.
    const alone = ([at], i, all) => !(at - all[i - 1]?.[0] <= lane.gap) && !(all[i + 1]?.[0] - at <= lane.gap);
    const dots = (line.dots ? line.points : line.points.filter(alone)).map(([at, , median]) =>
      h("circle", { class: `dot ${line.cls}`, cx: x(at + data.step / 2), cy: y(median), r: 2.6 }));
    if (!line.dots) g.append(h("path", { class: `band ${line.cls}`, d: pieces.join("") }), h("path", { class: `line ${line.cls}`, d: path }));
    g.append(...dots);
  }
  for (const mark of data.marks.filter((one) => one.lane === lane.id || one.lane === null)) {
    const left = Math.max(LEFT, x(mark.start) - 3), right = Math.min(width - RIGHT, x(mark.end) + 3);
    if (right < LEFT || left > width - RIGHT) continue;
    g.append(h("rect", { class: "mark", x: left, y: top + 1, width: Math.max(7, right - left), height: LANE - 2, rx: 3 }, h("title", {}, mark.label)),
      h("text", { class: "marklabel", x: Math.min(left + 4, width - RIGHT - 26), y: top + 13 }, mark.label));
  }
  g.append(h("text", { class: "name", x: LEFT, y: top - 6 }, `${lane.label} ${lane.unit}`));
  return g;
};

const SHAPES = { 3: "M0 -7L7 6H-7Z", 2: "M0 -6L6 0L0 6L-6 0Z", 1: "M-5 -5H5V5H-5Z" };

const drawStrip = (state, x) => {
  const { data, width } = state;
  const g = h("g", { class: "strip" });
  data.alarms.forEach((alarm) => {
    const at = Math.max(LEFT, Math.min(width - RIGHT, x(alarm.time)));
    const until = Math.max(at, Math.min(width - RIGHT, x(alarm.end)));
    g.append(h("line", { class: `alarmline ${PRIORITY[alarm.priority]}`, x1: at, x2: until, y1: 14, y2: 14 }),
      h("g", { class: `alarm ${PRIORITY[alarm.priority]}`, transform: `translate(${at} 14)` }, h("path", { d: SHAPES[alarm.priority] }), h("title", {}, alarm.text)));
  });
  return g;
};

const drawScores = (state, top, x) => {
  const { data, width } = state;
  const g = h("g", { class: "scores" }, h("text", { class: "tick", x: LEFT - 6, y: top + 17, "text-anchor": "end" }, "NEWS2"));
  data.scores.forEach(([at, text, level, late], i) => {
    const left = Math.max(LEFT, x(at)), right = i + 1 < data.scores.length ? Math.min(width - RIGHT, x(data.scores[i + 1][0])) : width - RIGHT;
    if (right <= left) return;
    g.append(h("rect", { class: `score ${level}${late ? " late" : ""}`, x: left, width: Math.max(1, right - left - 0.5), y: top, height: STRIP - 2 }, late && h("title", {}, late)));
    if (right - left > 9 * text.length + 4) g.append(h("text", { class: `scoretext ${level}`, x: (left + right) / 2, y: top + 17, "text-anchor": "middle" }, text));
  });
  return g;
};

const draw = (state) => {
  const { data } = state;
  const width = state.root.clientWidth;
  if (!width || !data) return;
  state.width = width;
  const x = (at) => LEFT + ((at - data.start) / (data.end - data.start)) * (width - LEFT - RIGHT);
  state.x = x;
  state.tops = data.lanes.map((_, i) => TOP + STRIP + GAP + i * (LANE + GAP));
  const height = TOP + STRIP + GAP + data.lanes.length * (LANE + GAP);
  const svg = state.svg;
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("height", height);
  svg.setAttribute("aria-label", data.describe);
  const bottom = height - GAP;
  const ticks = ticksOf(data.start, data.end, width - LEFT - RIGHT).flatMap((at) => [
    h("line", { class: "rule", x1: x(at), x2: x(at), y1: TOP, y2: bottom }),
    h("text", { class: "tick", x: x(at), y: height - 8, "text-anchor": "middle" }, dayShort(at, data))]);
  show(svg, ...ticks, drawStrip(state, x), drawScores(state, TOP, x),
    ...data.lanes.map((lane, i) => drawLane(state, lane, state.tops[i], x)),
    (state.cursorLine = h("line", { class: "cursor", y1: TOP, y2: bottom, x1: -9, x2: -9 })));
  point(state, state.cursor);
};

const dayShort = (at, data) => {
  const date = new Date(at);
  return date.getHours() === 0 && date.getMinutes() === 0 ? new Intl.DateTimeFormat(data.lang, { day: "numeric", month: "short" }).format(date) : clockTime(at, data.lang);
};

/** Show what lies at `at`, by steps of the trend; without it, how to. The newest is the monitor's. */
const point = (state, at = null) => {
  const { data } = state;
  state.cursor = at;
  const px = at === null ? -9 : state.x(at);
  state.cursorLine?.setAttribute("x1", px); state.cursorLine?.setAttribute("x2", px);
  if (at === null) return show(state.readout, h("span", { class: "muted" }, data.lanes.length ? data.words.point : ""));
  const parts = data.lanes.flatMap((lane) => {
    const texts = lane.lines.map((line) => {
      const found = line.quiet ? undefined : line.points.findLast((p) => p[0] <= at && (line.held ? at <= line.until && at - p[0] <= lane.gap : at - p[0] < data.step + lane.gap));
      if (!found) return null;
      const [, min, median, max] = found;
      const wide = max - min >= 10 ** -lane.decimals;
      return number(median, lane, data.lang) + (wide ? ` (${number(min, lane, data.lang)}–${number(max, lane, data.lang)})` : "");
    }).filter(Boolean);
    return texts.length ? [h("span", { class: "readout" }, h("b", {}, lane.label), ` ${texts.join(" / ")} `, h("span", { class: "unit" }, lane.unit))] : [];
  });
  show(state.readout, h("span", { class: "when" }, dayTime(at, data.lang, now(state))), ...parts);
};

const move = (state, event) => {
  const box = state.svg.getBoundingClientRect();
  const share = ((event.clientX - box.left) / box.width * state.width - LEFT) / (state.width - LEFT - RIGHT);
  if (share < 0 || share > 1) return point(state, null);
  point(state, state.data.start + share * (state.data.end - state.data.start));
};

const key = (state, event) => {
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
  if (event.key === "Escape") return point(state, null);
  if (!(event.key in steps)) return;
  event.preventDefault();
  const from = state.cursor ?? state.data.end;
  const to = from + steps[event.key] * Math.max(state.data.step, (state.data.end - state.data.start) / 120);
  point(state, Math.max(state.data.start, Math.min(state.data.end, to)));
};

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.readout = h("div", { class: "readouts", "aria-live": "off" });
    fresh.svg = h("svg", { role: "img", tabindex: 0 });
    fresh.svg.addEventListener("pointermove", (event) => move(fresh, event));
    fresh.svg.addEventListener("pointerleave", () => point(fresh, null));
    fresh.svg.addEventListener("keydown", (event) => key(fresh, event));
    fresh.empty = h("p", { class: "muted" });
    fresh.key = h("p", { class: "legend muted" });
    fresh.root.append(fresh.readout, fresh.svg, fresh.empty, fresh.key);
    fresh.watch = new ResizeObserver(() => draw(fresh));
    fresh.watch.observe(fresh.root);
  });
  setClock(state, data);
  state.data = data;
  state.empty.textContent = data.lanes.length ? "" : data.words.nodata;
  state.key.textContent = data.words.legend;
  draw(state);
  const marked = JSON.stringify(data.marks);
  if (data.marks.length && marked !== state.marked) parentElement.host?.scrollIntoView({ block: "center", behavior: "smooth" });
  state.marked = marked;
  return () => { state.watch.disconnect(); mounted.delete(parentElement); };
}
