import { send } from "./common.js";

const dialog = document.getElementById("start");
const problem = document.getElementById("start-problem");
let chosen = null;

for (const button of document.querySelectorAll("[data-call]")) {
  button.addEventListener("click", () => {
    chosen = button.dataset.call;
    document.getElementById("start-title").textContent = `Ready for ${button.dataset.name}?`;
    problem.hidden = true;
    dialog.showModal();
  });
}

document.getElementById("start-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  const device = document.getElementById("device").value;
  localStorage.setItem("voicesim-device", device);
  try {
    await send("/api/call/start", {
      scenario: chosen,
      device,
      private: form.has("private"),
      live_cue: form.has("live_cue"),
    });
    location.assign("/call");
  } catch (error) {
    problem.textContent = error.message;
    problem.hidden = false;
  }
});

const kept = localStorage.getItem("voicesim-device");
const device = document.getElementById("device");
if ([...device.options].some((option) => option.value === kept)) device.value = kept;

const industry = document.getElementById("industry");
const difficulty = document.getElementById("difficulty");
function narrow() {
  let shown = 0;
  for (const card of document.querySelectorAll("#cards > li")) {
    const fits =
      (!industry.value || card.dataset.industry === industry.value) &&
      (!difficulty.value || card.dataset.difficulty === difficulty.value);
    card.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  const none = document.getElementById("none");
  if (none) none.hidden = shown > 0;
}
industry.addEventListener("change", narrow);
difficulty.addEventListener("change", narrow);
