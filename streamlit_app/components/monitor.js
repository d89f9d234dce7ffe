// The bedside monitor: waveforms that sweep over a dark panel, each with its number beside it.
//
// The server sends the last seconds of samples about once a second, overlapping; they are kept by
// their time. Playing lags `LAG_MS` behind the newest sample and follows it by going a little
// faster or slower, so that a late second does not make the sweep stop.

const LAG_MS = 2500, KEEP_MS = 30000, SILENT_MS = 5000, BAR_PX = 22, SLEW = 0.06;
const GAP_SAMPLES = 1.5;

class Trace {
  constructor(spec) { Object.assign(this, { id: spec.id, rate: spec.rate, t: [], v: [], cursor: 0 }); this.range = null; }
  add(spec) {
    this.spec = spec; this.rate = spec.rate;
    for (const [start, samples] of spec.chunks) {
      const step = 1000 / spec.rate;
      const newest = this.t.length ? this.t[this.t.length - 1] : -Infinity;
      for (let i = 0; i < samples.length; i++) {
        const at = start + i * step;
        if (at > newest + step / 2) { this.t.push(at); this.v.push(samples[i]); }
      }
    }
  }
  forget(before) {
    let n = 0;
    while (n < this.t.length && this.t[n] < before) n++;
    if (n > 500) { this.t.splice(0, n); this.v.splice(0, n); this.cursor = Math.max(0, this.cursor - n); }
  }
  get newest() { return this.t.length ? this.t[this.t.length - 1] : null; }
  /** Lower and upper end of the vertical scale: fixed where the unit means something. */
  scale() {
    if (this.spec.fixed) {
      const high = Math.max(...this.v.filter((v) => v !== null));
      const top = this.spec.fixed.find((limit) => high <= limit) ?? this.spec.fixed[this.spec.fixed.length - 1];
      return [0, top];
    }
    const known = this.v.slice(-Math.ceil(this.rate * 8)).filter((v) => v !== null);
    if (!known.length) return this.range ?? [0, 1];
    let low = Math.min(...known), high = Math.max(...known);
    const room = Math.max(high - low, this.spec.least ?? 1e-3);
    const middle = (high + low) / 2;
    low = middle - room * 0.6; high = middle + room * 0.6;
    // Kept until it clips or wastes half of the height: a scale that breathes can not be read.
    const [l, u] = this.range ?? [low, high];
    const clips = Math.min(...known) < l || Math.max(...known) > u, wastes = u - l > 2 * (high - low);
    return this.range && !clips && !wastes ? this.range : [low, high];
  }
}

const makeRow = (state, spec) => {
  const canvas = h("canvas", { role: "img" });
  const label = h("span", { class: "label" }), scale = h("span", { class: "scale" });
  const signal = h("span", { class: "nosignal", role: "status" });
  const number = h("div", { class: "number" });
  const wave = h("div", { class: "wave" }, canvas, label, scale, signal);
  const row = h("div", { class: `row ${spec.signal}` }, wave, number);
  return { row, canvas, wave, label, scale, signal, number, trace: new Trace(spec), width: 0 };
};

const seconds = (row) => (row.width < 420 ? 4 : row.width < 800 ? 7 : 10);

const fit = (row) => {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = row.canvas;
  if (!width || (row.width === width && row.height === height && row.ratio === ratio)) return false;
  Object.assign(row, { width, height, ratio });
  row.canvas.width = Math.round(width * ratio); row.canvas.height = Math.round(height * ratio);
  return true;
};

const draw = (row, until, whole) => {
  const { trace, canvas, ratio, width, height } = row;
  const pen = canvas.getContext("2d");
  const turn = seconds(row) * 1000;
  const [low, high] = trace.range;
  const x = (at) => (((at % turn) + turn) % turn / turn) * width;
  const y = (v) => height - 3 - ((v - low) / (high - low)) * (height - 6);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (whole) {
    pen.clearRect(0, 0, width, height);
    trace.cursor = trace.t.findIndex((at) => at > until - turn + (BAR_PX / width) * turn);
    if (trace.cursor < 0) trace.cursor = trace.t.length;
  }
  const from = row.drawnTo ?? until;
  const px = ((until - from) / turn) * width;
  if (!whole && px > 0) wipe(pen, x(from), Math.min(px + BAR_PX, width), width, height);
  pen.strokeStyle = row.colour; pen.lineWidth = 1.8; pen.lineJoin = "round"; pen.lineCap = "round";
  pen.beginPath();
  const longest = (1000 / trace.rate) * GAP_SAMPLES + 1;
  let i = trace.cursor;
  for (; i < trace.t.length && trace.t[i] <= until; i++) {
    const v = trace.v[i], before = i > 0 ? trace.v[i - 1] : null;
    if (v === null || before === null || trace.t[i] - trace.t[i - 1] > longest) continue;
    const x0 = x(trace.t[i - 1]), x1 = x(trace.t[i]);
    if (x1 < x0) { pen.moveTo(x0, y(before)); pen.lineTo(x0 + (width * (trace.t[i] - trace.t[i - 1])) / turn, y(v)); continue; }
    pen.moveTo(x0, y(before)); pen.lineTo(x1, y(v));
  }
  pen.stroke();
  trace.cursor = i;
  row.drawnTo = until;
};

const wipe = (pen, at, length, width, height) => {
  pen.clearRect(at, 0, Math.min(length, width - at), height);
  if (at + length > width) pen.clearRect(0, 0, at + length - width, height);
};

const frame = (state, stamp) => {
  if (!state.root.isConnected) { state.running = requestAnimationFrame((next) => frame(state, next)); return; }
  const passed = state.stamp === undefined ? 0 : Math.min(stamp - state.stamp, 1000);
  state.stamp = stamp;
  const newest = Math.max(...state.rows.map((row) => row.trace.newest ?? -Infinity));
  if (Number.isFinite(newest)) {
    const target = newest - LAG_MS;
    if (state.play === undefined || Math.abs(target - state.play) > 8000) { state.play = target; state.whole = true; }
    const pull = Math.max(-SLEW, Math.min(SLEW, (target - state.play) / 20000));
    state.play += passed * (1 + pull);
    for (const row of state.rows) {
      const changed = fit(row) || state.whole;
      const range = row.trace.t.length ? row.trace.scale() : [0, 1];
      const other = !row.trace.range || range[0] !== row.trace.range[0] || range[1] !== row.trace.range[1];
      row.trace.range = range;
      if (row.width) draw(row, state.play, changed || other);
    }
    state.whole = false;
  }
  state.running = requestAnimationFrame((next) => frame(state, next));
};

/** Once a second: what is silent says so, with how long it has been. */
const judge = (state) => {
  const { data } = state;
  if (!data) return;
  for (const row of state.rows) {
    const age = row.trace.newest === null ? null : now(state) - row.trace.newest;
    const silent = age === null || age > SILENT_MS || age < -86400e3;
    row.row.classList.toggle("silent", silent);
    row.signal.textContent = !silent ? "" : age === null ? data.words.nosignal
      : `${data.words.nosignal} · ${data.words.last} ${ageText(state, row.trace.newest)}`;
  }
  for (const [node, reading] of state.readings ?? []) grow(node, state, reading);
};

const numberNode = (reading) => {
  const node = h("div", { class: `reading ${reading.state ?? ""}` },
    h("div", { class: "what" }, reading.label, " ", h("span", { class: "unit" }, reading.unit), " ", h("span", { class: "age" })),
    h("div", { class: "value" }, reading.off ? "--" : reading.value,
      reading.small ? h("small", {}, ` ${reading.small}`) : null),
    reading.off ? h("div", { class: "off" }, reading.off) : null);
  return node;
};

const render = (state, data) => {
  state.data = data;
  setClock(state, data);
  const wanted = data.traces.map((trace) => trace.id).join();
  if (state.wanted !== wanted || state.patient !== data.patient) {
    Object.assign(state, { wanted, patient: data.patient, play: undefined, whole: true });
    state.rows = data.traces.map((spec) => makeRow(state, spec));
    show(state.panel, ...state.rows.map((row) => row.row), state.rest);
  }
  state.readings = [];
  data.traces.forEach((spec, at) => {
    const row = state.rows[at];
    row.colour = spec.colour;
    row.row.style.setProperty("--trace", spec.colour);
    row.trace.add(spec);
    row.trace.forget((row.trace.newest ?? 0) - KEEP_MS);
    row.label.textContent = spec.label;
    row.scale.textContent = row.trace.range && spec.unit ? spec.scaleText
      .replace("{low}", Math.round(row.trace.range[0])).replace("{high}", Math.round(row.trace.range[1]))
      .replace("{span}", (row.trace.range[1] - row.trace.range[0]).toFixed(1)) : "";
    row.canvas.setAttribute("aria-label", spec.describe);
    show(row.number, ...spec.readings.map((reading) => {
      const node = numberNode(reading);
      state.readings.push([node, reading]);
      return node;
    }));
  });
  show(state.rest, ...data.rest.map((reading) => {
    const node = numberNode(reading);
    state.readings.push([node, reading]);
    return node;
  }));
  judge(state);
};

export default function ({ parentElement, data }) {
  const state = stateOf(parentElement, (fresh) => {
    fresh.rows = [];
    fresh.rest = h("div", { class: "rest" });
    fresh.panel = h("div", { class: "panel" });
    fresh.root.append(fresh.panel);
    fresh.running = requestAnimationFrame((stamp) => frame(fresh, stamp));
    fresh.timer = setInterval(() => judge(fresh), 1000);
  });
  render(state, data);
  return () => { cancelAnimationFrame(state.running); clearInterval(state.timer); mounted.delete(parentElement); };
}
