// Two lanes, three tracks and the marks, drawn on canvas. Only what is visible is drawn, and only when it changed.
import { clock, colour } from "./common.js";

const LANE = 58;
const STRIP = 16;
const TRACK = 46;
const GAP = 6;
const LEFT = 70;
const TRACKS = [
  ["pitch", "Pitch", "tone"],
  ["loudness", "Loudness", "accent"],
  ["rate", "Rate", "pace"],
];
const MARK_COLOURS = {
  pause: "line-strong", silence: "warn", note: "warn", backchannel: "line-strong", interruption: "bad",
  evidence: "tone", advice: "accent", comment: "customer", example: "good",
};

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

  get height() {
    return 2 * (LANE + GAP) + STRIP + GAP + TRACKS.length * (TRACK + GAP);
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
      this.still = this.layer(width, this.height, (pen) => this.drawLanes(pen, width));
      if (!this.drawn) this.whole = this.layer(width, 44, (pen) => this.drawOverview(pen, width));
      this.drawn = key;
    }
    const pen = this.show(this.canvas, this.still, width, this.height);
    const x = LEFT + ((this.time - this.from) / this.span) * (width - LEFT);
    pen.fillStyle = this.ink("ink");
    pen.fillRect(x - 1, 0, 2, this.height);
    const small = this.show(this.overview, this.whole, width, 44);
    small.strokeStyle = this.ink("ink");
    small.lineWidth = 1.5;
    small.strokeRect((this.from / this.duration) * width + 0.75, 0.75, Math.max(4, (this.span / this.duration) * width) - 1.5, 42.5);
    small.fillStyle = this.ink("ink");
    small.fillRect((this.time / this.duration) * width - 1, 0, 2, 44);
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

  drawOverview(pen, width) {
    pen.fillStyle = this.ink("surface-2");
    pen.fillRect(0, 0, width, 44);
    this.wave(pen, 0, 0, width, 22, 0, this.duration, this.ink("customer"), 0);
    this.wave(pen, 0, 22, width, 22, 0, this.duration, this.ink("trainee"), 1);
  }

  drawLanes(pen, width) {
    const inner = width - LEFT;
    pen.font = "600 12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    let y = 0;
    for (const [channel, label, soft, token] of [[0, "Customer", "customer-soft", "customer"], [1, "Trainee", "trainee-soft", "trainee"]]) {
      pen.fillStyle = this.ink(soft);
      pen.fillRect(LEFT, y, inner, LANE);
      pen.fillStyle = this.ink(token);
      pen.fillText(label, 0, y + LANE / 2);
      this.wave(pen, LEFT, y, inner, LANE, this.from, this.from + this.span, this.ink(token), channel);
      y += LANE + GAP;
    }
    if (this.lit) this.band(pen, this.lit, 0, y - GAP, inner, "focus", 0.2);
    this.drawMarks(pen, y, inner);
    y += STRIP + GAP;
    for (const [name, label, token] of TRACKS) {
      this.drawTrack(pen, y, inner, name, label, token);
      y += TRACK + GAP;
    }
    this.drawTimes(pen, inner);
  }

  wave(pen, left, top, width, height, from, to, ink, channel) {
    if (!this.values) return;
    const lane = Math.min(channel, this.channels - 1);
    if (this.channels === 1 && channel === 0) return;
    pen.fillStyle = ink;
    const middle = top + height / 2;
    const reach = height / 2 - 1;
    const each = ((to - from) * this.rate) / width;
    for (let x = 0; x < width; x += 1) {
      const first = Math.max(0, Math.floor(from * this.rate + x * each));
      const last = Math.min(this.count, Math.max(first + 1, Math.ceil(from * this.rate + (x + 1) * each)));
      let low = 0;
      let high = 0;
      for (let i = first; i < last; i += 1) {
        const at = (i * this.channels + lane) * 2;
        if (this.values[at] < low) low = this.values[at];
        if (this.values[at + 1] > high) high = this.values[at + 1];
      }
      const up = (high / 127) ** 0.7 * reach;
      const down = (-low / 127) ** 0.7 * reach;
      pen.fillRect(left + x, middle - up, 1, Math.max(1, up + down));
    }
  }

  band(pen, [start, end], top, bottom, inner, token, alpha) {
    const x = LEFT + ((start - this.from) / this.span) * inner;
    const wide = Math.max(3, ((end - start) / this.span) * inner);
    if (x + wide < LEFT || x > LEFT + inner) return;
    pen.globalAlpha = alpha;
    pen.fillStyle = this.ink(token);
    pen.fillRect(Math.max(LEFT, x), top, wide - Math.max(0, LEFT - x), bottom - top);
    pen.globalAlpha = 1;
  }

  drawMarks(pen, y, inner) {
    pen.fillStyle = this.ink("ink-2");
    pen.font = "11px system-ui, sans-serif";
    pen.fillText("Marks", 0, y + STRIP / 2);
    pen.fillStyle = this.ink("surface-2");
    pen.fillRect(LEFT, y, inner, STRIP);
    for (const mark of this.marks) {
      if (mark.end < this.from || mark.start > this.from + this.span) continue;
      const token = mark.kind === "evidence" ? mark.score : MARK_COLOURS[mark.kind] || "line-strong";
      const thin = mark.kind === "pause" || mark.kind === "backchannel";
      this.band(pen, [mark.start, mark.end], y + (thin ? 6 : 2), y + STRIP - (thin ? 6 : 2), inner, token, 0.9);
    }
  }

  drawTrack(pen, y, inner, name, label, token) {
    pen.font = "11px system-ui, sans-serif";
    pen.fillStyle = this.ink("ink-2");
    pen.fillText(label, 0, y + TRACK / 2);
    pen.strokeStyle = this.ink("line");
    pen.strokeRect(LEFT + 0.5, y + 0.5, inner - 1, TRACK - 1);
    if (!this.lines) return;
    const values = name === "rate" ? this.lines.rate.map((stretch) => stretch[2]) : this.lines[name].filter((v) => v !== null);
    const bounds = this.lines.bands[name];
    if (!values.length) return;
    this.ranges ??= {};
    const [low, high] = (this.ranges[name] ??= range(values, bounds));
    const toY = (value) => y + 4 + (TRACK - 8) * (1 - Math.min(1, Math.max(0, (value - low) / (high - low || 1))));
    if (bounds) {
      pen.globalAlpha = 0.16;
      pen.fillStyle = this.ink(token);
      pen.fillRect(LEFT, toY(bounds[1]), inner, toY(bounds[0]) - toY(bounds[1]));
      pen.globalAlpha = 1;
    }
    pen.fillStyle = this.ink(token);
    if (name === "rate") {
      for (const [start, end, rate] of this.lines.rate) this.band(pen, [start, end], toY(rate) - 1.5, toY(rate) + 1.5, inner, token, 1);
    } else {
      this.dots(pen, this.lines[name], inner, toY);
    }
  }

  dots(pen, values, inner, toY) {
    const step = this.lines.step_s;
    const first = Math.max(0, Math.floor(this.from / step));
    const last = Math.min(values.length, Math.ceil((this.from + this.span) / step));
    const skip = Math.max(1, Math.floor((last - first) / (inner * 2)));
    const size = this.span > 120 ? 1.2 : 2.4;
    for (let i = first; i < last; i += skip) {
      if (values[i] === null) continue;
      pen.fillRect(LEFT + ((i * step - this.from) / this.span) * inner, toY(values[i]) - size / 2, size, size);
    }
  }

  drawTimes(pen, inner) {
    const steps = [1, 2, 5, 10, 30, 60, 300, 600, 1800];
    const step = steps.find((each) => this.span / each <= 12) || 3600;
    pen.fillStyle = this.ink("ink-2");
    pen.font = "10px system-ui, sans-serif";
    pen.textBaseline = "top";
    for (let t = Math.ceil(this.from / step) * step; t < this.from + this.span; t += step) {
      const x = LEFT + ((t - this.from) / this.span) * inner;
      pen.fillRect(x, 0, 1, 4);
      if (x < LEFT + inner - 34) pen.fillText(clock(t), x + 3, 1);
    }
    pen.textBaseline = "middle";
  }
}

function range(values, bounds) {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.02)];
  const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.98))];
  const all = bounds ? [low, high, ...bounds] : [low, high];
  return [Math.min(...all), Math.max(...all)];
}
