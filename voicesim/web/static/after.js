import { enable, make, readJson, send, tell } from "./common.js";

const form = document.getElementById("style-form");
if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const guess = new FormData(form).get("style");
    if (!guess) return tell("Choose one of the four styles first.");
    const right = guess === form.dataset.style;
    document.getElementById("style-verdict").textContent = right ? "Well heard." : `You guessed ${guess}.`;
    const answer = document.getElementById("style-answer");
    answer.hidden = false;
    answer.focus();
  });
  enable(form);
}

const hidden = document.getElementById("private");
if (hidden) {
  let before = Promise.resolve(); // one change after the other, however fast they are made
  hidden.disabled = false;
  hidden.addEventListener("change", () => {
    const wanted = hidden.checked;
    before = before.then(async () => {
      try {
        await send(`/api/sessions/${hidden.dataset.session}/private`, { private: wanted });
        tell(wanted ? "Private now: the trainer’s desk does not show this call." : "Shared now: the trainer’s desk shows this call.");
      } catch (error) {
        hidden.checked = !wanted;
        tell(error.message);
      }
    });
  });
}

const dialog = document.getElementById("retake");
const lines = dialog ? readJson("retake-data") : {};
let turn = null;
let listening = false;

function show(title, take, sound) {
  const points = (value) => (value === null ? "–" : String(Math.round(value)));
  const rate = take.speech_rate_wpm === null ? "–" : `${Math.round(take.speech_rate_wpm)} words/min`;
  const button = make("button", { class: "button compact", "data-excerpt": sound, "aria-pressed": "false" }, "Play");
  button.append(make("span", { class: "visually-hidden" }, ` ${title}`));
  return make(
    "div",
    { class: "take" },
    make("h3", {}, title),
    make("p", { class: "small" }, take.text || "nothing was heard"),
    make(
      "dl", {},
      make("dt", {}, "Tone"), make("dd", {}, points(take.tone)),
      make("dt", {}, "Pace"), make("dd", {}, points(take.pace)),
      make("dt", {}, "Warmth"), make("dd", {}, points(take.warmth)),
      make("dt", {}, "Speech rate"), make("dd", {}, rate),
    ),
    sound ? button : null,
  );
}

function compare() {
  const line = lines[turn];
  const takes = line.takes.map((take) =>
    show(`Take ${take.number + 1}`, take, `/sessions/${dialog.dataset.session}/turns/${turn}/takes/${take.number}.flac`),
  );
  document.getElementById("retake-compare").replaceChildren(show("In the call", line.first, line.first.sound), ...takes);
}

for (const button of document.querySelectorAll("[data-retake]")) {
  button.addEventListener("click", () => {
    turn = button.dataset.retake;
    document.getElementById("retake-line").textContent = lines[turn].line;
    document.getElementById("retake-state").textContent = "";
    compare();
    dialog.showModal();
  });
}

const state = document.getElementById("retake-state");
const begin = document.getElementById("retake-start");
const end = document.getElementById("retake-end");

function ready(text) {
  listening = false;
  begin.hidden = false;
  begin.disabled = false;
  end.hidden = true;
  state.textContent = text;
}

if (dialog) {
  const base = () => `/api/sessions/${dialog.dataset.session}/turns/${turn}/retake`;
  begin.addEventListener("click", async () => {
    begin.disabled = true;
    state.textContent = "Opening the headset…";
    try {
      await send(`${base()}/begin`, { device: localStorage.getItem("voicesim-device") || "" });
      listening = true;
      begin.hidden = true;
      end.hidden = false;
      end.focus();
      state.textContent = "The customer speaks, then it is your turn.";
    } catch (error) {
      ready(error.message);
    }
  });
  end.addEventListener("click", async () => {
    state.textContent = "Listening to your answer…";
    try {
      const data = await send(`${base()}/end`);
      lines[turn].takes.push(data.take);
      compare();
      ready("Kept. Compare both, or go again.");
    } catch (error) {
      ready(error.message);
    }
  });
  dialog.addEventListener("close", () => {
    if (listening) send(`${base()}/cancel`).catch(() => {});
    ready("");
  });
}
