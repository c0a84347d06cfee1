// Sets the chosen colours before the first paint; without a choice the system's are used.
const kept = localStorage.getItem("voicesim-theme");
if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
