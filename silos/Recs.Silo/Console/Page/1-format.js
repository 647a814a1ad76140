"use strict";
// Elements and numbers. Text from the server reaches the page through textContent and attributes only.

const byId = (id) => document.getElementById(id);

/** An HTML element with properties, attributes and children; strings become text nodes. */
function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") { node.className = value; }
    else if (key.startsWith("on")) { node.addEventListener(key.slice(2), value); }
    else { node.setAttribute(key, value); }
  }
  node.append(...children);
  return node;
}

/** An SVG element with attributes. */
function drawn(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) { node.setAttribute(key, value); }
  node.append(...children);
  return node;
}

const setText = (id, text) => {
  const node = byId(id);
  if (node.textContent !== text) { node.textContent = text; }
};

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

const whole = (value) => (isNumber(value) ? grouped.format(value) : "–");

/** A rate: one decimal below ten. */
const rate = (value) => (!isNumber(value) ? "–" : value < 9.95 ? value.toFixed(1) : grouped.format(value));

/** A reward or a score: three decimals. */
const reward = (value) => (isNumber(value) ? value.toFixed(3) : "–");

/** Milliseconds with about three significant digits, in seconds from one second on. */
function milliseconds(value) {
  if (!isNumber(value)) { return "–"; }
  if (value >= 1000) { return `${(value / 1000).toFixed(value < 10000 ? 2 : 0)} s`; }
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

/** The same for an axis: no more digits than the number has. */
const shortMilliseconds = (value) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`);

/** A signed percentage with a true minus sign. */
function percent(fraction) {
  if (!isNumber(fraction)) { return "–"; }
  const shown = Math.abs(fraction * 100);
  const digits = shown < 9.95 ? 1 : 0;
  return `${fraction < 0 ? "−" : "+"}${shown.toFixed(digits)} %`;
}

const share = (fraction) => (isNumber(fraction) ? `${(fraction * 100).toFixed(fraction > 0 && fraction < 0.0995 ? 1 : 0)} %` : "–");

/** A probability in (0, 1]; small ones with two significant digits. */
const probability = (value) => (!isNumber(value) ? "–" : value >= 0.01 ? value.toFixed(3) : value.toPrecision(2));

function duration(seconds) {
  if (!isNumber(seconds)) { return "–"; }
  const s = Math.floor(seconds);
  if (s < 60) { return `${s} s`; }
  if (s < 3600) { return `${Math.floor(s / 60)} min ${s % 60} s`; }
  if (s < 86400) { return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`; }
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** How long ago a time was, in one unit; empty when it is not a time. */
function age(time) {
  const seconds = (Date.now() - Date.parse(time)) / 1000;
  if (!isNumber(seconds)) { return ""; }
  if (seconds < 60) { return "just now"; }
  if (seconds < 3600) { return `${Math.floor(seconds / 60)} min old`; }
  if (seconds < 86400) { return `${Math.floor(seconds / 3600)} h old`; }
  return `${Math.floor(seconds / 86400)} d old`;
}
