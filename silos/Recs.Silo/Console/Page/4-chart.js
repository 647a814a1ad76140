// A line chart over time in SVG: legend with current values (or those under the pointer), zero-based axis, bands.

const minute = 60000;

class Chart {
  /** @param series [{ label, colour, thin? }]; format turns a value into legend text, tick into axis text. */
  constructor(host, { label, series, height, format, tick = format, floor = 0 }) {
    Object.assign(this, { host, label, series, height, format, tick, floor });
    this.legend = element("ul", { class: "legend" });
    this.svg = drawn("svg", { role: "img", height });
    host.replaceChildren(this.legend, this.svg);
    this.svg.addEventListener("pointermove", (event) => this.hover(event.offsetX));
    this.svg.addEventListener("pointerleave", () => this.hover(null));
    new ResizeObserver(() => this.draw()).observe(host);
  }

  /** @param lines one array of [time, value|null] per series; bands: one array of [time, low, high] or null. */
  show(from, to, lines, bands = []) {
    Object.assign(this, { from, to, lines, bands });
    this.draw();
  }

  hover(x) {
    this.pointer = x;
    this.draw();
  }

  draw() {
    if (!this.lines) { return; }
    const width = Math.max(120, this.host.clientWidth);
    const top = Math.max(this.floor, ...this.lines.flat().map(([, v]) => v ?? 0), ...this.bands.flat().map((p) => p?.[2] ?? 0));
    const ticks = niceTicks(top > 0 ? top : 1, this.height < 180 ? 3 : 5);
    const left = 8 + 6.4 * Math.max(...ticks.map((value) => this.tick(value).length));
    const area = { left, right: width - 8, top: 6, bottom: this.height - 20 };
    const x = (time) => area.left + (area.right - area.left) * (time - this.from) / (this.to - this.from);
    const y = (value) => area.bottom - (area.bottom - area.top) * value / ticks.at(-1);

    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    const nodes = [...this.axes(area, x, y, ticks)];
    this.bands.forEach((band, index) => { if (band?.length > 1) { nodes.push(bandPath(band, x, y, this.series[index].colour)); } });
    this.lines.forEach((line, index) => nodes.push(linePath(line, x, y, this.series[index])));
    nodes.push(...this.reading(area, x, y));
    this.svg.replaceChildren(...nodes);
  }

  *axes(area, x, y, ticks) {
    for (const value of ticks) {
      const at = Math.round(y(value)) + 0.5;
      yield drawn("line", { class: "grid", x1: area.left, x2: area.right, y1: at, y2: at });
      yield drawn("text", { x: area.left - 6, y: at + 3.5, "text-anchor": "end" }, this.tick(value));
    }
    for (const [time, text] of timeTicks(this.from, this.to, area.right - area.left)) {
      const at = x(time);
      const anchor = at > area.right - 20 ? "end" : at < area.left + 20 ? "start" : "middle";
      yield drawn("text", { x: at, y: this.height - 5, "text-anchor": anchor }, text);
    }
  }

  /** Writes the legend: values under the pointer, or the newest ones; yields the cross-hair. */
  *reading(area, x, y) {
    const pointed = this.pointer !== undefined && this.pointer !== null;
    const time = pointed ? this.from + (this.to - this.from) * (this.pointer - area.left) / (area.right - area.left) : this.to;
    const values = this.lines.map((line) => nearest(line, time));
    const items = this.series.map((one, index) => element("li", {},
      element("span", { class: `swatch ${one.colour}` }), one.label, element("b", {}, this.format(values[index]?.[1]))));
    if (pointed) {
      const seconds = Math.max(0, (this.to - time) / 1000);
      items.push(element("li", { class: "at" }, `${duration(seconds)} ago`));
      const at = Math.min(area.right, Math.max(area.left, this.pointer));
      yield drawn("line", { class: "cross", x1: at, x2: at, y1: area.top, y2: area.bottom });
    }
    for (const [index, point] of values.entries()) {
      if (point) { yield drawn("circle", { class: `knob ${this.series[index].colour}`, r: 3.5, cx: x(point[0]), cy: y(point[1]) }); }
    }
    this.legend.replaceChildren(...items);
    const said = this.series.map((one, index) => `${one.label} ${this.format(values[index]?.[1])}`).join(", ");
    this.svg.setAttribute("aria-label", `${this.label}: ${said}`);
  }
}

function linePath(line, x, y, { colour, thin }) {
  let path = "";
  let pen = "M";
  for (const [time, value] of line) {
    if (value === null || !Number.isFinite(value)) { pen = "M"; continue; }
    path += `${pen}${x(time).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = "L";
  }
  return drawn("path", { class: `line ${colour}${thin ? " thin" : ""}`, d: path });
}

function bandPath(band, x, y, colour) {
  const upper = band.map(([time, , high]) => `${x(time).toFixed(1)} ${y(high).toFixed(1)}`);
  const lower = band.map(([time, low]) => `${x(time).toFixed(1)} ${y(Math.max(0, low)).toFixed(1)}`).reverse();
  return drawn("path", { class: `band ${colour}`, d: `M${upper.join("L")}L${lower.join("L")}Z` });
}

function nearest(line, time) {
  let best = null;
  for (const point of line) {
    if (point[1] !== null && (!best || Math.abs(point[0] - time) <= Math.abs(best[0] - time))) { best = point; }
  }
  return best;
}

/** Round numbers from 0 to at least `top`, about `count` of them. */
function niceTicks(top, count) {
  const raw = top / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
  return Array.from({ length: Math.ceil(top / step - 1e-9) + 1 }, (_, index) => Number((index * step).toPrecision(6)));
}

/** Times before the end of the axis at a round distance, as [time, text]. */
function* timeTicks(from, to, pixels) {
  const span = to - from;
  const steps = [0.25, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 240, 480].map((minutes) => minutes * minute);
  const step = steps.find((s) => span / s <= Math.max(2, pixels / 90)) ?? steps.at(-1);
  yield [to, "now"];
  for (let back = step; back <= span; back += step) {
    const text = back < minute ? `${back / 1000} s` : back % (60 * minute) === 0 ? `${back / minute / 60} h`
      : Number.isInteger(back / minute) ? `${back / minute} min` : `${Math.floor(back / minute)}:${String((back % minute) / 1000).padStart(2, "0")}`;
    yield [to - back, `−${text}`];
  }
}
