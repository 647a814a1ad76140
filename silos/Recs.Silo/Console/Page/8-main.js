// Polls the server once a second and says what state it is in.

const pollEveryMs = 1000;
const timeline = new History();
let answeredAt = null;

async function poll() {
  try {
    const stats = await call("GET", "/v1/stats");
    answeredAt = Date.now();
    timeline.add(answeredAt, stats);
    showState("live", "live");
    showBanner(null);
    showInstruments(timeline);
    byId("empty").hidden = stats.items > 0;
    byId("slate").hidden = !(stats.items > 0);
    if (inspected && performance.now() - inspected.at > pollEveryMs) { await refreshEdges().catch(() => null); }
  } catch (error) {
    showFailure(error);
  }
  setTimeout(poll, pollEveryMs);
}

function showState(kind, text) {
  byId("state-dot").className = `dot ${kind}`;
  setText("state-text", text);
  document.body.classList.toggle("stale", kind === "away");
}

function showBanner(text) {
  byId("banner").hidden = text === null;
  if (text !== null) { setText("banner", text); }
}

function showFailure(error) {
  const kept = answeredAt === null ? "" : ` The figures below are ${duration((Date.now() - answeredAt) / 1000)} old.`;
  if (error.status === 0) {
    showState("away", "server away");
    showBanner(`The server does not answer (${error.message}); asking again every second.${kept}`);
  } else if (error.status === 503) {
    showState("waiting", "starting");
    showBanner(`The server is not ready yet.${kept}`);
  } else if (error.status === 401) {
    showState("waiting", "waiting for a key");
    showBanner(null);
  } else if (error.status === 403) {
    showState("away", "not allowed");
    showBanner("This key may not read statistics.");
    askForKey();
  } else {
    showState("away", "error");
    showBanner(`Statistics cannot be shown: ${error.message}.${kept}`);
    console.error(error);
  }
}

const themes = ["system", "light", "dark"];
const themeName = "recs-theme";

function showTheme(theme) {
  if (theme === "system") { delete document.documentElement.dataset.theme; } else { document.documentElement.dataset.theme = theme; }
  setText("theme", `theme: ${theme}`);
}

byId("theme").addEventListener("click", () => {
  const next = themes[(themes.indexOf(localStorage.getItem(themeName) ?? "system") + 1) % themes.length];
  localStorage.setItem(themeName, next);
  showTheme(next);
});

for (const choice of document.querySelectorAll("input[name=range]")) {
  choice.addEventListener("change", () => { if (timeline.last) { showInstruments(timeline); } });
}

for (const place of document.querySelectorAll(".origin")) { place.textContent = location.origin; }
showTheme(themes.includes(localStorage.getItem(themeName)) ? localStorage.getItem(themeName) : "system");
poll();
