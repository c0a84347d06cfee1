// The replay page: one player, and everything that follows its time.
import { clock, enable, readJson, send, tell } from "./common.js";
import { Player } from "./replay-player.js";
import { Transcript } from "./replay-transcript.js";
import { Waveform } from "./replay-waveform.js";

const byId = (id) => document.getElementById(id);
const root = byId("player");
const session = root.dataset.session;
const data = readJson("replay-data");
const transcript = new Transcript(byId("transcript"), data.lines, (seconds) => player?.jump(seconds));
const audio = byId("audio");
const player = audio ? new Player(audio, data.duration) : null;
const waveform = player ? new Waveform(byId("lanes"), byId("overview"), data, (seconds, play) => player.jump(seconds, play)) : null;

function shown(seconds) {
  const text = clock(seconds);
  byId("now").textContent = text;
  for (const place of document.querySelectorAll("[data-now]")) place.textContent = text;
  const slider = byId("position");
  if (document.activeElement !== slider || !player.held) slider.value = String(seconds);
  slider.setAttribute("aria-valuetext", text);
}

let lastSecond = -1;
function onTime(seconds) {
  waveform.at(seconds);
  transcript.at(seconds, byId("follow").checked);
  const tenth = Math.floor(seconds * 10);
  if (tenth !== lastSecond) {
    lastSecond = tenth;
    shown(seconds);
  }
}

function icon(playing) {
  const play = byId("play");
  play.setAttribute("aria-pressed", String(playing));
  play.setAttribute("aria-label", playing ? "Pause" : "Play");
  play.querySelector("path").setAttribute("d", playing ? "M7 5h4v14H7zM13 5h4v14h-4z" : "M8 5.5v13l11-6.5z");
}

if (player) {
  player.onTime = onTime;
  player.onPlaying = icon;
  player.onProblem = () => tell("The recording cannot be played: it is missing or damaged.");
  byId("play").addEventListener("click", () => player.toggle());
  byId("back").addEventListener("click", () => player.jump(player.time - 5, false));
  byId("forward").addEventListener("click", () => player.jump(player.time + 5, false));
  byId("position").addEventListener("input", (event) => player.jump(Number(event.target.value), false));
  byId("speed").addEventListener("change", (event) => player.speed(Number(event.target.value)));
  byId("hear").addEventListener("change", (event) => player.hear(event.target.value));
  byId("zoom").addEventListener("change", (event) => waveform.zoom(Number(event.target.value)));
  waveform.zoom(data.duration <= 90 ? 0 : 20);
  byId("zoom").value = data.duration <= 90 ? "0" : "20";
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, button, a, summary, dialog")) return;
    if (event.code === "Space") {
      event.preventDefault();
      player.toggle();
    }
  });
}

document.addEventListener("click", (event) => {
  const jump = event.target.closest("[data-jump]");
  if (!jump || !player) return;
  const start = Number(jump.dataset.jump);
  waveform.highlight(start, Number(jump.dataset.until || start));
  player.jump(start, true);
});

function fromAddress() {
  const found = /t=([\d.]+)/.exec(location.hash);
  if (found && player) player.jump(Number(found[1]), false);
}
addEventListener("hashchange", fromAddress);
fromAddress();
performance.mark("voicesim-interactive");

// What is drawn comes after what can be used.
async function load(url, take) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error((await answer.text()).slice(0, 200));
  return take(answer);
}
if (player) {
  load(`/sessions/${session}/peaks`, async (answer) => waveform.peaks(await answer.arrayBuffer())).catch(() =>
    tell("The waveform cannot be drawn; the call still plays."),
  );
  load(`/sessions/${session}/tracks.json`, async (answer) => waveform.tracks(await answer.json())).catch(() =>
    tell("Pitch, loudness and rate cannot be drawn; the call still plays."),
  );
}

// Judging
function here() {
  return player ? Math.max(0, Math.round(player.time * 10) / 10) : 0;
}
function again() {
  if (player) history.replaceState(null, "", `#t=${here()}`);
  location.reload();
}
async function judge(url, body) {
  try {
    await send(`/api/sessions/${session}/${url}`, body);
    again();
  } catch (error) {
    tell(error.message);
  }
}
const comments = byId("comment-form");
function said() {
  const text = comments.elements.text.value.trim();
  const moment = comments.elements.here.checked ? { start_s: here(), end_s: Math.min(here() + 4, data.duration) } : {};
  return { text, moment };
}
comments.addEventListener("submit", (event) => {
  event.preventDefault();
  const { text, moment } = said();
  judge("comments", { text, ...moment });
});
byId("mark-good").addEventListener("click", () => {
  const { text, moment } = said();
  if (!text) {
    tell("Write why this is worth showing, then press again.");
    comments.elements.text.focus();
    return;
  }
  judge("examples", { why: text, ...moment });
});
enable(comments);
for (const button of document.querySelectorAll("[data-remove]")) {
  button.addEventListener("click", () =>
    judge("remove", { kind: button.dataset.remove, id: Number(button.dataset.id) }),
  );
}

const dialog = byId("override");
let score = null;
for (const button of document.querySelectorAll("[data-override]")) {
  button.addEventListener("click", () => {
    score = button.dataset.override;
    byId("override-title").textContent = `Change ${score}`;
    byId("override-measured").textContent = `Measured: ${button.dataset.measured}`;
    byId("override-problem").hidden = true;
    byId("override-form").reset();
    dialog.showModal();
  });
}
byId("override-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const value = byId("override-value").value;
  try {
    await send(`/api/sessions/${session}/overrides`, {
      score,
      value: value === "" ? null : Number(value),
      reason: byId("override-reason").value,
    });
    again();
  } catch (error) {
    byId("override-problem").textContent = error.message;
    byId("override-problem").hidden = false;
  }
});
