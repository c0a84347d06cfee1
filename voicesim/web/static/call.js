import { clock, send, tell } from "./common.js";

const byId = (id) => document.getElementById(id);
const call = byId("call");
const STATES = {
  connecting: "Connecting",
  customer_speaking: "The customer is speaking",
  listening: "Your turn",
  trainee_speaking: "You are speaking",
  thinking: "The customer is thinking",
  on_hold: "On hold: the customer is waiting",
  finishing: "The call is being kept",
  ended: "The call is over",
};

// The phone's ring, made here: two short tones, then a rest.
let ring = null;
function startRing() {
  try {
    const context = new AudioContext();
    const gain = new GainNode(context, { gain: 0 });
    for (const frequency of [440, 480]) {
      const tone = new OscillatorNode(context, { frequency });
      tone.connect(gain);
      tone.start();
    }
    gain.connect(context.destination);
    for (let beat = 0; beat < 60; beat += 1) {
      gain.gain.setValueAtTime(0.06, context.currentTime + beat * 3);
      gain.gain.setValueAtTime(0, context.currentTime + beat * 3 + 1.1);
    }
    ring = context;
  } catch {
    ring = null;
  }
}
function stopRing() {
  ring?.close();
  ring = null;
}

function setState(state) {
  call.dataset.state = state;
  const words = STATES[state] || state;
  if (byId("state").textContent !== words) byId("state").textContent = words;
}

function showLevel(db) {
  const meter = byId("level");
  const shown = db === null ? -60 : Math.max(-60, Math.min(0, db));
  meter.setAttribute("aria-valuenow", String(Math.round(shown)));
  meter.firstElementChild.style.transform = `scaleX(${(shown + 60) / 60})`;
  byId("level-words").textContent =
    byId("mute").getAttribute("aria-pressed") === "true" ? "muted" : shown > -6 ? "too loud" : "";
}

function press(id, on) {
  byId(id).setAttribute("aria-pressed", String(on));
}

let over = false;
function finish(values, failed) {
  over = true;
  stopRing();
  call.dataset.state = "ended";
  byId("state").textContent = failed ? "The call could not be held" : "The call is over";
  byId("ring-buttons").hidden = true;
  byId("talk").hidden = true;
  byId("cue").hidden = true;
  byId("notice").hidden = true;
  byId("caption-box").hidden = true;
  byId("tabs").textContent = "";
  byId("ended-text").textContent = values.text;
  if (values.session) {
    byId("see").href = `/sessions/${encodeURIComponent(values.session)}`;
    byId("see").hidden = false;
  }
  byId("ended").hidden = false;
  (values.session ? byId("see") : byId("ended")).focus();
}

let hideCue;
const HAPPENS = {
  state: (values) => setState(values.state),
  line: (values) => {
    byId("caption").textContent = values.text;
    byId("heard").textContent = "";
  },
  words: (values) => (byId("heard").textContent = values.text),
  turn: (values) => {
    if (!values.cue) return;
    byId("cue").textContent = values.cue;
    byId("cue").hidden = false;
    clearTimeout(hideCue);
    hideCue = setTimeout(() => (byId("cue").hidden = true), 8000);
  },
  notice: (values) => {
    byId("notice").textContent = values.text;
    byId("notice").hidden = false;
  },
  held: (values) => press("hold", values.on),
  muted: (values) => press("mute", values.on),
};

function follow() {
  const events = new EventSource("/api/call/events");
  for (const [name, act] of Object.entries(HAPPENS)) {
    events.addEventListener(name, (event) => act(JSON.parse(event.data)));
  }
  for (const name of ["ended", "failed"]) {
    events.addEventListener(name, (event) => {
      events.close();
      finish(JSON.parse(event.data), name === "failed");
    });
  }
  events.addEventListener("now", (event) => {
    const now = JSON.parse(event.data);
    showLevel(now.db);
    if (now.seconds !== null) {
      byId("timer").textContent = clock(now.seconds);
      if (!byId("ring-buttons").hidden) answered();
    }
    const several = now.tabs > 1 ? "This call is open in another tab, too; both show the same call." : "";
    if (byId("tabs").textContent !== several) byId("tabs").textContent = several;
  });
  let lost = false;
  events.addEventListener("error", () => {
    if (over || lost) return;
    lost = true;
    byId("notice").textContent = "voicesim does not answer. The call goes on without this page; trying again…";
    byId("notice").hidden = false;
  });
  events.addEventListener("open", () => {
    if (lost) byId("notice").hidden = true;
    lost = false;
  });
}

function answered() {
  stopRing();
  call.dataset.ringing = "no";
  byId("ring-buttons").hidden = true;
  byId("talk").hidden = false;
  byId("hold").focus();
}

async function ask(url, body) {
  try {
    await send(url, body);
  } catch (error) {
    tell(error.message);
  }
}

function toggle(id, url) {
  const on = byId(id).getAttribute("aria-pressed") !== "true";
  return ask(url, { on });
}

function toggleCaptions() {
  const on = byId("captions").getAttribute("aria-pressed") !== "true";
  press("captions", on);
  byId("caption-box").hidden = !on;
}

if (call) {
  byId("answer").addEventListener("click", async () => {
    stopRing();
    byId("answer").disabled = true;
    setState("connecting");
    await ask("/api/call/answer", {});
    byId("answer").disabled = false;
  });
  byId("decline").addEventListener("click", () => ask("/api/call/hang-up", {}));
  byId("hang-up").addEventListener("click", () => ask("/api/call/hang-up", {}));
  byId("mute").addEventListener("click", () => toggle("mute", "/api/call/mute"));
  byId("hold").addEventListener("click", () => toggle("hold", "/api/call/hold"));
  byId("captions").addEventListener("click", toggleCaptions);
  document.addEventListener("keydown", (event) => {
    if (over || byId("talk").hidden || !byId("keys").checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog")) return;
    const id = { m: "mute", h: "hold", c: "captions", e: "hang-up" }[event.key.toLowerCase()];
    if (id) {
      event.preventDefault();
      byId(id).click();
    }
  });
  if (call.dataset.ringing === "yes") {
    startRing();
    byId("answer").focus();
  }
  follow();
}
