import "./common.js";

// The moments take longer to find than the list; they come when the list already stands.
const insight = document.getElementById("insight");
if (insight) {
  try {
    const answer = await fetch(insight.dataset.from);
    if (answer.ok) {
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      insight.replaceChildren(...parsed.body.children);
    }
  } catch {
    insight.replaceChildren();
  }
}

const form = document.getElementById("compare");
const hint = document.getElementById("compare-hint");
function chosen() {
  return [...document.querySelectorAll("[data-session]:checked")];
}
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-session]")) return;
  const ticked = chosen();
  const fits = ticked.length === 2 && ticked[0].dataset.scenario === ticked[1].dataset.scenario;
  form.querySelector("button").disabled = !fits;
  hint.textContent = fits
    ? "Two attempts at the same customer."
    : ticked.length === 2
      ? "These two had different customers."
      : "Tick two calls with the same customer to compare them.";
  if (fits) {
    form.elements.a.value = ticked[1].dataset.session;
    form.elements.b.value = ticked[0].dataset.session;
  }
});
