// The transcript: every line is there as text at once; words become separate when a line is seen or spoken.
import { clock, make } from "./common.js";

const UNSURE = 0.5;

export class Transcript {
  constructor(root, lines, jump) {
    this.root = root;
    this.lines = lines;
    this.starts = lines.map((line) => line.start);
    this.line = -1;
    this.word = null;
    const all = document.createDocumentFragment();
    lines.forEach((line, index) => all.append(this.build(line, index)));
    if (!lines.length) all.append(make("p", { class: "muted" }, "No words were recognised in this call."));
    root.replaceChildren(all);
    this.blocks = [...root.querySelectorAll(".said")];
    root.addEventListener("click", (event) => {
      const word = event.target.closest("[data-w]");
      if (word) jump(Number(word.dataset.w));
    });
    const seen = new IntersectionObserver(
      (entries) => {
        for (const entry of entries) {
          if (!entry.isIntersecting) continue;
          this.separate(Number(entry.target.dataset.line));
          seen.unobserve(entry.target);
        }
      },
      { root, rootMargin: "300px 0px" },
    );
    for (const block of this.blocks) seen.observe(block);
  }

  build(line, index) {
    const words = make("p", { class: "said-words" }, line.words.map((word) => word[0]).join(" "));
    const label = make("span", { class: "visually-hidden" }, ` play what the ${line.side} said`);
    const jump = { "data-jump": String(line.start), "data-until": String(line.end) };
    const time = make("button", { class: "said-time number", type: "button", ...jump }, clock(line.start), label);
    return make("div", { class: `said ${line.side}`, "data-line": String(index) }, time, words);
  }

  separate(index) {
    const block = this.blocks[index];
    if (block.dataset.separate) return;
    block.dataset.separate = "yes";
    const words = document.createDocumentFragment();
    for (const [text, start, , sure] of this.lines[index].words) {
      const word = document.createElement("span");
      word.dataset.w = start;
      if (sure !== null && sure < UNSURE) word.className = "unsure";
      word.textContent = text;
      words.append(word, " ");
    }
    block.querySelector(".said-words").replaceChildren(words);
  }

  at(seconds, follow) {
    const line = this.lineAt(seconds);
    if (line !== this.line) {
      this.blocks[this.line]?.classList.remove("now");
      this.line = line;
      this.blocks[line]?.classList.add("now");
      if (follow && line >= 0) this.show(this.blocks[line]);
    }
    const word = line < 0 ? null : this.wordAt(line, seconds);
    if (word !== this.word) {
      this.word?.classList.remove("spoken");
      word?.classList.add("spoken");
      this.word = word;
    }
  }

  lineAt(seconds) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= seconds + 0.05) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  wordAt(line, seconds) {
    const words = this.lines[line].words;
    let found = -1;
    for (let i = 0; i < words.length && words[i][1] <= seconds + 0.05; i += 1) found = i;
    if (found < 0 || seconds > this.lines[line].end + 0.3) return null;
    this.separate(line);
    return this.blocks[line].querySelector(".said-words").children[found];
  }

  show(block) {
    const top = block.offsetTop;
    const visible = this.root.scrollTop;
    if (top < visible || top + block.offsetHeight > visible + this.root.clientHeight - 40) {
      this.root.scrollTop = Math.max(0, top - this.root.clientHeight / 3);
    }
  }
}
