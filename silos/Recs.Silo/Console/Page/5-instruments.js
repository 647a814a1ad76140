// The measurements: charts, lift, counts, sources and policies, redrawn from the history once a second.

const control = "uniform";
const rewardWindowSeconds = 60;
const liftWindowSeconds = 300;
const rateWindowSeconds = 5;
const impressionsMin = 100;
const spanMinMs = 60000;

const charts = {
  reward: new Chart(byId("chart-reward"), {
    label: "Reward per impression", height: 290, floor: 0.02, format: reward, tick: (value) => String(value),
    series: [{ label: control, colour: "uniform" }, { label: "policy", colour: "learned" }],
  }),
  events: new Chart(byId("chart-events"), {
    label: "Events per second", height: 120, format: rate, tick: whole, floor: 4,
    series: [{ label: "accepted", colour: "uniform" }, { label: "applied", colour: "learned", thin: true }],
  }),
  update: new Chart(byId("chart-update"), {
    label: "Time from an event to a changed score", height: 120, format: milliseconds, tick: shortMilliseconds, floor: 4,
    series: [{ label: "p99", colour: "uniform", thin: true }, { label: "p50", colour: "plain" }],
  }),
  recommend: new Chart(byId("chart-recommend"), {
    label: "Recommend latency", height: 120, format: milliseconds, tick: shortMilliseconds, floor: 0.4,
    series: [{ label: "p99", colour: "uniform", thin: true }, { label: "p50", colour: "plain" }],
  }),
  fresh: new Chart(byId("chart-fresh"), {
    label: "Fresh items", height: 120, format: whole, tick: whole, floor: 4,
    series: [{ label: "fresh", colour: "uniform" }, { label: "discovered", colour: "explore" }],
  }),
};

/** The policy to compare: the server's own; when that is the control, the other one with most impressions. */
function comparedPolicy(stats) {
  if (stats.policy !== control) { return stats.policy; }
  const others = Object.entries(stats.policies ?? {}).filter(([name]) => name !== control);
  return others.sort((a, b) => b[1].impressions - a[1].impressions)[0]?.[0] ?? stats.policy;
}

function showInstruments(history) {
  const { stats, time } = history.last;
  const seconds = Number(document.querySelector("input[name=range]:checked").value);
  const oldest = history.samples[0].time;
  const from = Math.max(time - seconds * 1000, Math.min(oldest, time - spanMinMs));
  const policy = comparedPolicy(stats);

  setText("fact-policy", stats.policy || "–");
  setText("fact-graph", stats.graphVersion || "–");
  setText("fact-uptime", duration(stats.uptimeSeconds));
  showReward(history, from, time, policy);
  showLift(history, policy);
  showStrip(history, from, time);
  showCounts(stats);
  showSources(history);
  showPolicies(stats);
}

function showReward(history, from, to, policy) {
  const bands = [];
  const lines = [control, policy].map((name, row) => {
    bands[row] = [];
    return history.points(from, (sample, index) => {
      const { n, mean, half } = armOver(history, name, index, rewardWindowSeconds);
      if (n < impressionsMin) { return null; }
      if (isNumber(half)) { bands[row].push([sample.time, mean - half, mean + half]); }
      return mean;
    });
  });
  charts.reward.series[1].label = policy === control ? "no other policy yet" : policy;
  charts.reward.show(from, to, lines, bands);
}

function showLift(history, policy) {
  const { stats, time } = history.last;
  const index = history.samples.length - 1;
  let [arm, uniform] = [policy, control].map((name) => armOver(history, name, index, liftWindowSeconds));
  const recent = isNumber(arm.half) && isNumber(uniform.half) && arm.n >= impressionsMin && uniform.n >= impressionsMin;
  const total = [policy, control].map((name) => armBetween(name, stats, null));
  if (!recent) { [arm, uniform] = total; }
  const lift = policy === control ? null : liftOf(arm, uniform);

  const figure = byId("lift");
  figure.className = `figure${!lift ? " none" : lift.low <= 0 && lift.high >= 0 ? " none" : lift.value < 0 ? " down" : ""}`;
  setText("lift", lift ? percent(lift.value) : "–");
  setText("lift-interval", isNumber(lift?.low) ? `95 % interval ${percent(lift.low)} to ${percent(lift.high)}`
    : uniform.n > 0 ? "" : "No uniform traffic: send a share of the requests with \"policy\": \"uniform\".");
  setText("lift-window", recent ? `last ${duration((time - history.samples[history.start(index, liftWindowSeconds)].time) / 1000)}` : "since the store was made");
  byId("lift-rows").replaceChildren(...[[policy, arm], [control, uniform]].filter(([name], index) => index === 0 || name !== policy)
    .map(([name, one]) => element("tr", {}, element("th", { scope: "row" }, name || "–"),
      element("td", {}, reward(one.mean)), element("td", {}, whole(one.n)))));
  const ever = liftOf(...total);
  setText("lift-total", recent && ever && policy !== control ? `Since the store was made: ${percent(ever.value)}` : "");
}

function showStrip(history, from, to) {
  const { stats } = history.last;
  const events = stats.events ?? {};
  const recommends = stats.recommends ?? {};
  charts.events.show(from, to, [
    history.rates(from, rateWindowSeconds, (s) => s.events?.accepted ?? 0),
    history.rates(from, rateWindowSeconds, (s) => s.events?.applied ?? 0)]);
  charts.update.show(from, to, [
    history.points(from, ({ stats: s }) => s.events?.updateLatencyMsP99 || null),
    history.points(from, ({ stats: s }) => s.events?.updateLatencyMsP50 || null)]);
  charts.recommend.show(from, to, [
    history.points(from, ({ stats: s }) => s.recommends?.latencyMsP99 || null),
    history.points(from, ({ stats: s }) => s.recommends?.latencyMsP50 || null)]);
  charts.fresh.show(from, to, [
    history.points(from, ({ stats: s }) => s.freshItems ?? null),
    history.points(from, ({ stats: s }) => s.freshItemsDiscovered ?? null)]);

  const rates = history.rates(history.last.time, rateWindowSeconds, (s) => s.recommends?.total ?? 0);
  setText("events-note", `${whole(events.accepted)} accepted, ${whole(events.pending)} pending, log lag ${milliseconds(events.lagMs)}`);
  setText("update-note", "durable event to serving score");
  setText("recommend-note", `${rate(rates.at(-1)?.[1])} slates per second, ${whole(recommends.total)} so far`);
  setText("fresh-note", stats.freshItems > 0 || stats.freshItemsDiscovered > 0
    ? "discovered: rewarded at least once" : "no fresh items at the moment");
}

function showCounts(stats) {
  const events = stats.events ?? {};
  const touched = stats.edges > 0 ? `touched, ${share(stats.edgesTouched / stats.edges)}` : "edges touched";
  const rows = [
    ["items", whole(stats.items)], ["clusters", whole(stats.clusters)], ["graph version", stats.graphVersion || "–"],
    ["edges", whole(stats.edges)], [touched, whole(stats.edgesTouched)], ["log end", whole(stats.logEndOffset)],
    ["log lag", milliseconds(events.lagMs)], ["repeats dropped", whole(events.duplicates)], ["events refused", whole(events.rejected)],
  ];
  byId("counts").replaceChildren(...rows.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function showSources(history) {
  const now = history.last.stats.recommends?.bySource ?? {};
  const earlier = history.before(history.samples.length - 1, liftWindowSeconds);
  const then = earlier?.stats.recommends?.bySource ?? {};
  const recent = Object.entries(now).map(([name, count]) => [name, count - (then[name] ?? 0)]);
  const moved = earlier && recent.some(([, count]) => count > 0);
  const rows = (moved ? recent : Object.entries(now)).filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);

  byId("sources").replaceChildren(...rows.map(([name, count]) => {
    const part = total > 0 ? count / total : 0;
    const bar = drawn("svg", { viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("rect", { class: "track", width: 100, height: 10 }),
      drawn("rect", { class: `fill ${sourceColour(name)}`, width: (part * 100).toFixed(2), height: 10 }));
    const layer = history.last.stats.layers?.[name];
    const earns = layer?.impressions > 0 ? layer.rewardPerImpression.toFixed(3) : "–";
    return element("div", { class: "source" }, element("span", {}, name), bar, element("span", {}, share(part)), element("span", {}, earns));
  }));
  setText("sources-note", total === 0 ? "nothing shown yet"
    : moved ? `share of ${whole(total)} recommended items, last ${duration((history.last.time - earlier.time) / 1000)}`
      : `share of ${whole(total)} recommended items since the server started`);
  setText("sources-reward", total === 0 ? "" : "right: reward per impression since the store was made");
}

const sourceColour = (name) => (name === "fresh" || name === "popular" ? name : "learned");

function showPolicies(stats) {
  const uniform = armBetween(control, stats, null);
  const rows = Object.entries(stats.policies ?? {}).sort((a, b) => b[1].decisions - a[1].decisions);
  byId("policies").replaceChildren(...rows.map(([name, one]) => {
    const lift = name === control ? null : liftOf(armBetween(name, stats, null), uniform);
    return element("tr", {},
      element("th", { scope: "row" }, name, name === stats.policy ? element("span", { class: "note" }, "the server's") : ""),
      element("td", {}, whole(one.decisions)), element("td", {}, whole(one.impressions)), element("td", {}, whole(one.reward)),
      element("td", {}, reward(one.impressions > 0 ? one.reward / one.impressions : NaN)),
      element("td", {}, lift ? percent(lift.value) : "–"));
  }));
}
