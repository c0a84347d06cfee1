// Two lanes, three tracks and the marks, drawn on canvas. Only what is visible is drawn, and only when it changed.
import { clock, colour } from "./common.js";
import { HEIGHT, LEFT, OVERVIEW, drawLanes, drawOverview } from "./replay-drawing.js";

export class Waveform {
  constructor(canvas, overview, data, jump) {
    this.canvas = canvas;
    this.overview = overview;
    this.duration = Math.max(data.duration, 0.1);
    this.marks = data.marks;
    this.jump = jump;
    this.width_s = 20;
    this.from = 0;
    this.time = 0;
    this.lit = null;
    this.still = null;
    this.drawn = "";
    this.follow(canvas, (x, width) => this.from + ((x - LEFT) / (width - LEFT)) * this.span);
    this.follow(overview, (x, width) => (x / width) * this.duration);
    new ResizeObserver(() => this.redraw()).observe(canvas);
    document.addEventListener("colours", () => this.redraw());
    canvas.addEventListener("pointermove", (event) => this.name(event));
  }

  get span() {
    return this.width_s > 0 ? Math.min(this.width_s, this.duration) : this.duration;
  }

  follow(canvas, toTime) {
    let held = false;
    const seek = (event, play) => {
      const box = canvas.getBoundingClientRect();
      this.jump(Math.max(0, Math.min(this.duration, toTime(event.clientX - box.left, box.width))), play);
    };
    canvas.addEventListener("pointerdown", (event) => {
      held = true;
      canvas.setPointerCapture(event.pointerId);
      seek(event, false);
    });
    canvas.addEventListener("pointermove", (event) => held && seek(event, false));
    canvas.addEventListener("pointerup", (event) => {
      if (held) seek(event, true);
      held = false;
    });
  }

  name(event) {
    const box = this.canvas.getBoundingClientRect();
    const time = this.from + ((event.clientX - box.left - LEFT) / (box.width - LEFT)) * this.span;
    const reach = this.span / 150;
    const near = this.marks.filter((mark) => time > mark.start - reach && time < mark.end + reach);
    this.canvas.title = [clock(Math.max(0, time)), ...near.slice(0, 4).map((mark) => mark.label)].join("\n");
  }

  peaks(buffer) {
    const head = new DataView(buffer);
    this.rate = head.getUint32(4, true);
    this.channels = head.getUint32(8, true);
    this.count = head.getUint32(12, true);
    this.values = new Int8Array(buffer, 16);
    this.redraw();
    this.loaded("peaks");
  }

  tracks(tracks) {
    this.lines = tracks;
    this.redraw();
    this.loaded("tracks");
  }

  loaded(part) {
    requestAnimationFrame(() => {
      const parts = [...new Set([...(this.canvas.dataset.drawn || "").split(" "), part])].filter(Boolean);
      this.canvas.dataset.drawn = parts.sort().join(" ");
    });
  }

  zoom(seconds) {
    this.width_s = seconds;
    this.centre(this.time);
    this.redraw();
  }

  highlight(start, end) {
    this.lit = [start, Math.max(end, start + 0.2)];
    this.redraw();
  }

  at(time) {
    this.time = time;
    if (time < this.from || time > this.from + this.span * 0.96) this.centre(time);
    this.paint();
  }

  centre(time) {
    this.from = Math.max(0, Math.min(this.duration - this.span, time - this.span * 0.2));
  }

  redraw() {
    this.drawn = "";
    this.colours = {};
    this.paint();
  }

  ink(token) {
    return (this.colours[token] ??= colour(token));
  }

  paint() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.frame();
    });
  }

  frame() {
    const width = this.canvas.clientWidth;
    if (!width) return;
    const key = `${width} ${this.from.toFixed(3)} ${this.span}`;
    if (key !== this.drawn) {
      this.still = this.layer(width, HEIGHT, (pen) => drawLanes(this, pen, width));
      if (!this.drawn) this.whole = this.layer(width, OVERVIEW, (pen) => drawOverview(this, pen, width));
      this.drawn = key;
    }
    const pen = this.show(this.canvas, this.still, width, HEIGHT);
    const x = LEFT + ((this.time - this.from) / this.span) * (width - LEFT);
    pen.fillStyle = this.ink("ink");
    pen.fillRect(x - 1, 0, 2, HEIGHT);
    const small = this.show(this.overview, this.whole, width, OVERVIEW);
    small.strokeStyle = this.ink("ink");
    small.lineWidth = 1.5;
    small.strokeRect((this.from / this.duration) * width + 0.75, 0.75, Math.max(4, (this.span / this.duration) * width) - 1.5, OVERVIEW - 1.5);
    small.fillStyle = this.ink("ink");
    small.fillRect((this.time / this.duration) * width - 1, 0, 2, OVERVIEW);
  }

  layer(width, height, draw) {
    const scale = devicePixelRatio || 1;
    const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    draw(pen);
    return canvas;
  }

  show(canvas, layer, width, height) {
    const scale = devicePixelRatio || 1;
    if (canvas.width !== layer.width || canvas.height !== layer.height) {
      canvas.width = layer.width;
      canvas.height = layer.height;
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(layer, 0, 0);
    pen.scale(scale, scale);
    return pen;
  }
}
