// Calls to the server that served this page. A failure is an Error with `status` (0: no answer) and a sentence.

const keyName = "recs-api-key";
const callTimeoutMs = 5000;

async function call(method, path, body, more = {}) {
  const headers = { accept: "application/json", ...more };
  const key = sessionStorage.getItem(keyName);
  if (key) { headers["x-api-key"] = key; }
  if (body !== undefined) { headers["content-type"] = "application/json"; }

  let response;
  try {
    response = await fetch(path, {
      method, headers, cache: "no-store", signal: AbortSignal.timeout(callTimeoutMs),
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (fault) {
    throw failure(0, fault.name === "TimeoutError" ? `no answer within ${callTimeoutMs / 1000} s` : "no connection");
  }

  if (response.ok) {
    return response.status === 204 ? null : await response.json().catch(() => { throw failure(response.status, "the answer is not JSON"); });
  }

  if (response.status === 401) { askForKey(); }
  throw failure(response.status, await sentenceOf(response));
}

function failure(status, message) {
  const error = new Error(message);
  error.status = status;
  return error;
}

/** One sentence from a problem document (RFC 9457), with the fields it names. */
async function sentenceOf(response) {
  const problem = await response.json().catch(() => null);
  if (!problem || typeof problem !== "object") { return `HTTP ${response.status}`; }
  const fields = Object.entries(problem.errors ?? {}).map(([name, reasons]) => `${name}: ${[].concat(reasons).join(" ")}`);
  return [problem.title, problem.detail, ...fields].filter(Boolean).join("; ") || `HTTP ${response.status}`;
}

/** Sends one event. The id makes a repeat harmless. */
async function sendEvent(event) {
  const random = crypto.getRandomValues(new Uint8Array(12));
  const eventId = "console-" + Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const answer = await call("POST", "/v1/events", [{ eventId, ...event }]);
  const refused = answer.rejected?.[0];
  if (refused) { throw failure(202, `${refused.code}: ${refused.detail}`); }
}

function askForKey() {
  const dialog = byId("key-dialog");
  if (dialog.open) { return; }
  setText("key-note", sessionStorage.getItem(keyName) ? "The key given before was not accepted." : "");
  byId("key-input").value = "";
  dialog.showModal();
}

byId("key-form").addEventListener("submit", () => {
  sessionStorage.setItem(keyName, byId("key-input").value);
});
