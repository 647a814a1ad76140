// One viewer's slate: recommend, show, send impressions, click. Item documents are kept by id for the session.

const documents = new Map();
const documentsMax = 2000;
let slate = null;

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  recommend().catch((error) => setText("slate-note", `Could not recommend: ${error.message}`));
});

async function recommend() {
  const button = byId("ask-go");
  const request = { count: Number(byId("ask-count").value), surface: "console" };
  const userId = byId("ask-user").value.trim();
  const policy = byId("ask-policy").value;
  const counts = byId("ask-counts").checked;
  if (userId) { request.userId = userId; }
  if (policy) { request.policy = policy; }

  button.disabled = true;
  try {
    const started = performance.now();
    const answer = await call("POST", "/v1/recommend", request, counts ? {} : { "recs-preview": "true" });
    const took = performance.now() - started;
    await Promise.all(answer.items.map(({ id }) => describe(id)));
    slate = { ...answer, clicked: new Set(), userId, counts };
    showCards();
    const who = userId ? `for ${userId}` : "for nobody in particular";
    setText("slate-note", answer.items.length === 0 ? "The slate is empty: nothing is eligible for this viewer."
      : `${answer.items.length} items ${who} by ${answer.policy} on graph ${answer.graph} in ${milliseconds(took)}. ${counts ? "Impressions are sent; click a card." : "A look only: nothing is counted or learned."}`);
    if (counts && answer.items.length > 0) { await sendEvent({ type: "impression", decisionId: answer.decisionId }); }
  } finally {
    button.disabled = false;
  }
}

/** Fetches an item's document once; an item that cannot be read is shown by its id. */
async function describe(id) {
  if (documents.has(id)) { return; }
  const found = await call("GET", `/v1/items/${encodeURIComponent(id)}`).catch(() => null);
  if (documents.size >= documentsMax) { documents.clear(); }
  if (found) { documents.set(id, found); }
}

const titleOf = (id) => documents.get(id)?.attributes?.title || id;

function showCards() {
  const ends = slate.items.flatMap(({ mean, score }) => [mean, score]).filter(isNumber);
  const low = Math.min(0, ...ends);
  const high = Math.max(low + 1e-9, ...ends);
  byId("cards").replaceChildren(...slate.items.map((item) => element("li", {}, card(item, low, high))));
}

function card(item, low, high) {
  const known = documents.get(item.id);
  const about = [known?.categories?.join(", "), known?.creator, known?.createdAt && age(known.createdAt)].filter(Boolean).join(" · ");
  const sign = item.bonus < 0 ? "−" : "+";
  return element("button", { type: "button", class: "card", "aria-pressed": "false", "data-item": item.id, onclick: () => clickCard(item) },
    element("span", { class: "top" },
      element("span", {}, `${item.position + 1}. `, element("span", { class: `tag ${item.source === "fresh" ? "fresh" : ""}` }, item.source)),
      element("code", {}, item.id)),
    element("span", { class: "title" }, titleOf(item.id)),
    element("span", { class: "about" }, about),
    element("span", {},
      scoreBar(item, low, high),
      element("span", { class: "numbers" },
        element("b", {}, reward(item.score)),
        element("span", {}, `${reward(item.mean)} ${sign} ${reward(Math.abs(item.bonus))}`),
        element("span", { class: "chance" }, `p ${probability(item.propensity)}`))));
}

/** Mean from zero, then the bonus up to the score; a negative bonus (a low posterior draw) is drawn hollow. */
function scoreBar({ mean, bonus, score }, low, high) {
  const x = (value) => 100 * (value - low) / (high - low);
  const span = (from, to) => ({ x: Math.min(x(from), x(to)).toFixed(2), width: Math.abs(x(to) - x(from)).toFixed(2), height: 10 });
  return drawn("svg", { class: "bar", viewBox: "0 0 100 10", preserveAspectRatio: "none", "aria-hidden": "true" },
    drawn("rect", { class: "track", width: 100, height: 10 }),
    drawn("rect", { class: "mean", ...span(0, bonus < 0 ? score : mean) }),
    drawn("rect", { class: bonus < 0 ? "bonus minus" : "bonus", ...span(mean, score) }));
}

function clickCard(item) {
  for (const other of document.querySelectorAll(".card")) {
    other.setAttribute("aria-pressed", String(other.dataset.item === item.id));
  }
  inspect(item.id, slate.decisionId);
  if (!slate.counts) { return; }
  act("click").then((sent) => {
    const chance = sent && document.querySelector(`.card[data-item="${CSS.escape(item.id)}"] .chance`);
    if (chance) { chance.textContent = "clicked"; chance.classList.add("clicked"); }
  });
}
