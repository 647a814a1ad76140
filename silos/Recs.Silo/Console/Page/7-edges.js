// The edges of one item: a bipartite picture with the statistics of every edge, refreshed while it is open. After a
// reward the page asks often for a moment and reports when a change became visible (on a busy item it may be another viewer's).

const rowsMax = 40;
const watchMs = 3000;
const watchEveryMs = 40;
let inspected = null;

const actions = [["like", "Like"], ["share", "Share"], ["skip", "Skip"], ["dislike", "Dislike"]];
byId("edges-actions").replaceChildren(...actions.map(([type, label]) =>
  element("button", { type: "button", onclick: () => act(type) }, label)));

function inspect(id, decisionId) {
  inspected = { id, decisionId, edges: null, at: 0 };
  byId("edges-title").replaceChildren("Edges of ", element("span", { class: "subject" }, titleOf(id)));
  byId("edges-actions").hidden = false;
  byId("edges-graph").replaceChildren();
  setText("edges-effect", "");
}

/** Sends one reward for the inspected item and watches its edges; true when the server took it. */
async function act(type) {
  const subject = inspected;
  try {
    await refreshEdges(subject);
    const before = fingerprint(subject.edges);
    setText("edges-effect", `Sending ${type} …`);
    await sendEvent({ type, decisionId: subject.decisionId, itemId: subject.id });
    watchChange(subject, before, type, performance.now());
    return true;
  } catch (error) {
    if (subject === inspected) { setText("edges-effect", `Not counted: ${error.message}`); }
    return false;
  }
}

async function watchChange(subject, before, type, acknowledged) {
  while (subject === inspected && performance.now() - acknowledged < watchMs) {
    await refreshEdges(subject).catch(() => null);
    if (fingerprint(subject.edges) !== before) {
      const took = element("b", {}, milliseconds(performance.now() - acknowledged));
      byId("edges-effect").replaceChildren("Edges changed ", took, ` after the ${type} was durable.`);
      return;
    }
    await new Promise((resume) => setTimeout(resume, watchEveryMs));
  }
  if (subject === inspected) { setText("edges-effect", `The ${type} is durable. It changed no edge: none nominated this item, or it is worth no reward.`); }
}

const fingerprint = (edges) => JSON.stringify((edges ?? []).map(({ cluster, b }) => [cluster, b]));

/** Reads the edges and draws them; rows whose numbers moved are lit. */
async function refreshEdges(subject = inspected) {
  if (!subject) { return; }
  const answer = await call("GET", `/v1/items/${encodeURIComponent(subject.id)}/edges`);
  if (subject !== inspected) { return; }
  const previous = subject.edges && new Map(subject.edges.map((edge) => [edge.cluster, edge]));
  subject.edges = answer.edges;
  subject.marks ??= new Map();
  for (const { cluster, d, b } of answer.edges) {
    const old = previous?.get(cluster);
    if (old && (old.d !== d || old.b !== b)) { subject.marks.set(cluster, performance.now()); }
  }
  drawEdges(subject);
}

function drawEdges({ edges, marks }) {
  const shown = [...edges].sort((x, y) => y.d - x.d || x.cluster - y.cluster).slice(0, rowsMax);
  const more = edges.length > shown.length ? ` The ${shown.length} most seen are shown.` : "";
  setText("edges-note", edges.length === 0 ? "No cluster has an edge to this item in the current graph."
    : `${edges.length} viewer ${edges.length === 1 ? "cluster has" : "clusters have"} an edge to it. d grows with impressions, b with reward; mean is b / d, per unit of cluster weight.${more}`);
  if (edges.length === 0) { byId("edges-graph").replaceChildren(); return; }

  const rowHeight = 24;
  const head = 20;
  const height = head + shown.length * rowHeight + 4;
  const middle = head + shown.length * rowHeight / 2;
  const deepest = Math.max(...shown.map(({ d }) => d), 1e-9);
  const best = Math.max(...shown.map(({ mean }) => mean), 1e-9);
  const rows = shown.map((edge, index) => edgeRow(edge, head + (index + 0.5) * rowHeight, middle, deepest, best, marks.get(edge.cluster)));
  const titles = [[104, "cluster", "end"], [166, "d", "end"], [220, "b", "end"], [232, "mean", "start"]]
    .map(([x, text, anchor]) => drawn("text", { class: "head", x, y: 12, "text-anchor": anchor }, text));
  const picture = drawn("svg", { viewBox: `0 0 340 ${height}`, role: "img", "aria-label": describeEdges(shown) },
    ...titles, ...rows, drawn("circle", { class: "node item", cx: 9, cy: middle, r: 7 }));
  byId("edges-graph").replaceChildren(picture);
}

const describeEdges = (shown) => shown.slice(0, 5)
  .map(({ cluster, d, b, mean }) => `cluster ${cluster}: d ${d.toFixed(2)}, b ${b.toFixed(3)}, mean ${reward(mean)}`).join("; ");

function edgeRow({ cluster, d, b, mean }, y, middle, deepest, best, markedAt) {
  const since = markedAt === undefined ? Infinity : performance.now() - markedAt;
  const changed = since < 1600;
  const part = Math.max(0, mean) / best;
  const flash = drawn("rect", { class: "flash", x: 70, y: y - 11, width: 270, height: 22, rx: 4 });
  // A redrawn row goes on from where its flash was.
  flash.style.animationDelay = `-${Math.min(since, 1600).toFixed(0)}ms`;
  return drawn("g", { class: `row${changed ? " changed" : ""}` }, flash,
    drawn("path", {
      class: `edge${d > 0 ? "" : " untouched"}`, d: `M9 ${middle}C45 ${middle} 45 ${y} 76 ${y}`,
      "stroke-width": (0.8 + 4.2 * Math.sqrt(Math.max(0, d) / deepest)).toFixed(2), "stroke-opacity": (0.25 + 0.75 * part).toFixed(2),
    }),
    drawn("circle", { class: "node", cx: 78, cy: y, r: 3.5 }),
    drawn("text", { x: 104, y: y + 4, "text-anchor": "end" }, String(cluster)),
    drawn("text", { x: 166, y: y + 4, "text-anchor": "end" }, d.toFixed(d < 100 ? 2 : 0)),
    drawn("text", { x: 220, y: y + 4, "text-anchor": "end" }, b.toFixed(b < 100 ? 3 : 0)),
    drawn("rect", { class: "track", x: 232, y: y - 4, width: 64, height: 8, rx: 1 }),
    drawn("rect", { class: "mean", x: 232, y: y - 4, width: (64 * Math.min(1, part)).toFixed(1), height: 8, rx: 1 }),
    drawn("text", { x: 338, y: y + 4, "text-anchor": "end" }, reward(mean)));
}
