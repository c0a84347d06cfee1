import { make, send, tell } from "./common.js";

const byId = (id) => document.getElementById(id);
const steps = ["quiet", "echo", "read"];
let follow = null;
let reading = null;

const WORDS = { good: "Good", warn: "Could be better", bad: "Change this" };
function showFindings(list, findings) {
  list.replaceChildren(
    ...findings.map((finding) =>
      make(
        "li",
        { class: `note ${finding.level}` },
        make("strong", {}, `${finding.check}: ${WORDS[finding.level]}. `),
        finding.text,
        finding.advice ? make("span", {}, ` ${finding.advice}`) : null,
      ),
    ),
  );
  return !findings.some((finding) => finding.level === "bad");
}

function problem(text) {
  byId("problem").textContent = text;
  byId("problem").hidden = !text;
}

function enable(on) {
  for (const id of steps) byId(id).disabled = !on;
}

function showLevel(db) {
  const share = Math.min(1, Math.max(0, (db + 60) / 60));
  const meter = byId("level");
  meter.setAttribute("aria-valuenow", String(Math.round(db)));
  meter.firstElementChild.style.transform = `scaleX(${share})`;
  meter.firstElementChild.classList.toggle("hot", db > -6);
  byId("level-db").textContent = db <= -89 ? "silent" : `${Math.round(db)} dB`;
}

function listen() {
  follow?.close();
  follow = new EventSource("/api/headset/levels");
  follow.addEventListener("level", (event) => {
    const data = JSON.parse(event.data);
    showLevel(data.db);
    if (reading !== null) byId("read-time").textContent = `${Math.floor(data.captured_s)} of ${reading} s`;
  });
  follow.addEventListener("lost", (event) => stopped(JSON.parse(event.data).text));
  follow.addEventListener("closed", () => stopped("The headset was closed. Choose it again to go on."));
}

function stopped(text) {
  follow?.close();
  reading = null;
  byId("stop").hidden = true;
  byId("read").hidden = false;
  enable(false);
  problem(text);
}

if (byId("open")) {
  const kept = localStorage.getItem("voicesim-device");
  if ([...byId("device").options].some((option) => option.value === kept)) byId("device").value = kept;

  byId("open").addEventListener("click", async () => {
    problem("");
    try {
      await send("/api/headset/open", { device: byId("device").value });
      localStorage.setItem("voicesim-device", byId("device").value);
      byId("level-box").hidden = false;
      byId("step-device").classList.add("done");
      enable(true);
      listen();
    } catch (error) {
      problem(error.message);
    }
  });

  for (const [id, working] of [["quiet", "Listening to the room…"], ["echo", "Listening…"]]) {
    byId(id).addEventListener("click", async (event) => {
      const button = event.currentTarget;
      const words = button.textContent;
      button.textContent = working;
      enable(false);
      try {
        const data = await send(`/api/headset/${id}`);
        if (showFindings(byId(`${id}-findings`), data.findings)) byId(`step-${id}`).classList.add("done");
      } catch (error) {
        tell(error.message);
      }
      button.textContent = words;
      enable(true);
      button.focus();
    });
  }

  byId("read").addEventListener("click", async () => {
    byId("kept").hidden = true;
    try {
      reading = (await send("/api/headset/reading/begin")).seconds;
      byId("read").hidden = true;
      byId("stop").hidden = false;
      byId("stop").focus();
    } catch (error) {
      tell(error.message);
    }
  });

  byId("stop").addEventListener("click", async () => {
    reading = null;
    byId("stop").hidden = true;
    byId("read").hidden = false;
    byId("read-time").textContent = "Listening to your voice…";
    try {
      const data = await send("/api/headset/reading/end");
      showFindings(byId("read-findings"), data.findings);
      byId("kept").hidden = !data.kept;
      byId("step-read").classList.toggle("done", data.kept);
      byId("read-time").textContent = data.kept ? "" : "Change what is marked, then read again.";
    } catch (error) {
      byId("read-time").textContent = "";
      tell(error.message);
    }
    byId("read").focus();
  });
}
