// What every page needs: sending changes, telling the user, the name dialog, the colour switch, short excerpts of sound.

export async function send(url, body = {}) {
  let answer;
  try {
    answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("voicesim does not answer. Is it still running?");
  }
  const text = await answer.text();
  let data = {};
  try {
    data = JSON.parse(text);
  } catch {
    data = { error: text };
  }
  if (!answer.ok) throw new Error(data.error || `The request failed (${answer.status}).`);
  return data;
}

// Buttons are off until somebody listens: a form sent before that would leave the page, and its text would be lost.
export function enable(form) {
  for (const button of form.querySelectorAll("button")) button.disabled = false;
}

let hideToast;
export function tell(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  clearTimeout(hideToast);
  hideToast = setTimeout(() => (toast.textContent = ""), 6000);
}

export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const pad = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(whole % 60)}` : `${minutes}:${pad(whole % 60)}`;
}

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const probe = document.createElement("span");
probe.hidden = true;
export function colour(token) {
  if (!probe.isConnected) document.body.append(probe);
  probe.style.color = `var(--${token})`;
  return getComputedStyle(probe).color;
}

export function readJson(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// One excerpt plays at a time; pressing its button again stops it.
const excerpt = new Audio();
let playing = null;
function stopExcerpt() {
  excerpt.pause();
  if (playing) {
    playing.setAttribute("aria-pressed", "false");
    playing = null;
  }
}
excerpt.addEventListener("ended", stopExcerpt);
excerpt.addEventListener("error", () => {
  if (!playing) return;
  stopExcerpt();
  tell("This moment cannot be played: the recording is missing or cannot be read.");
});
export function playExcerpt(button) {
  const same = playing === button;
  stopExcerpt();
  if (same) return;
  playing = button;
  button.setAttribute("aria-pressed", "true");
  excerpt.src = button.dataset.excerpt;
  excerpt.play().catch(() => {});
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-excerpt]");
  if (button) playExcerpt(button);
  const closer = event.target.closest("[data-close]");
  if (closer) closer.closest("dialog").close();
});

const whoDialog = document.getElementById("who-dialog");
document.getElementById("who").addEventListener("click", () => whoDialog.showModal());
document.getElementById("who-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await send("/api/who", { name: document.getElementById("who-name").value });
    location.reload();
  } catch (error) {
    whoDialog.close();
    tell(error.message);
  }
});

const themeButton = document.getElementById("theme");
const themes = ["system", "light", "dark"];
function showTheme() {
  const now = document.documentElement.dataset.theme || "system";
  themeButton.setAttribute("aria-label", `Colours: ${now === "system" ? "as the system" : now}`);
}
themeButton.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme || "system";
  const next = themes[(themes.indexOf(now) + 1) % themes.length];
  if (next === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("voicesim-theme");
  } else {
    document.documentElement.dataset.theme = next;
    localStorage.setItem("voicesim-theme", next);
  }
  showTheme();
  document.dispatchEvent(new CustomEvent("colours"));
});
showTheme();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  document.dispatchEvent(new CustomEvent("colours")),
);
