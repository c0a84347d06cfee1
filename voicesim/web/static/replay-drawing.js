// What the canvases show: two lanes, marks, three tracks, times. `view` is the Waveform that knows what is visible.
import { clock } from "./common.js";

const LANE = 58;
const STRIP = 16;
const TRACK = 46;
const GAP = 6;
export const LEFT = 70;
const TRACKS = [
  ["pitch", "Pitch", "tone"],
  ["loudness", "Loudness", "accent"],
  ["rate", "Rate", "pace"],
];
const MARK_COLOURS = {
  pause: "line-strong", silence: "warn", note: "warn", backchannel: "line-strong", interruption: "bad",
  evidence: "tone", advice: "accent", comment: "customer", example: "good",
};
export const OVERVIEW = 44;
export const HEIGHT = 2 * (LANE + GAP) + STRIP + GAP + TRACKS.length * (TRACK + GAP);

export function drawOverview(view, pen, width) {
  pen.fillStyle = view.ink("surface-2");
  pen.fillRect(0, 0, width, OVERVIEW);
  wave(view, pen, 0, 0, width, OVERVIEW / 2, 0, view.duration, view.ink("customer"), 0);
  wave(view, pen, 0, OVERVIEW / 2, width, OVERVIEW / 2, 0, view.duration, view.ink("trainee"), 1);
}

export function drawLanes(view, pen, width) {
  const inner = width - LEFT;
  pen.font = "600 12px system-ui, sans-serif";
  pen.textBaseline = "middle";
  let y = 0;
  for (const [channel, label, soft, token] of [[0, "Customer", "customer-soft", "customer"], [1, "Trainee", "trainee-soft", "trainee"]]) {
    pen.fillStyle = view.ink(soft);
    pen.fillRect(LEFT, y, inner, LANE);
    pen.fillStyle = view.ink(token);
    pen.fillText(label, 0, y + LANE / 2);
    wave(view, pen, LEFT, y, inner, LANE, view.from, view.from + view.span, view.ink(token), channel);
    y += LANE + GAP;
  }
  if (view.lit) band(view, pen, view.lit, 0, y - GAP, inner, "focus", 0.2);
  drawMarks(view, pen, y, inner);
  y += STRIP + GAP;
  for (const [name, label, token] of TRACKS) {
    drawTrack(view, pen, y, inner, name, label, token);
    y += TRACK + GAP;
  }
  drawTimes(view, pen, inner);
}

function wave(view, pen, left, top, width, height, from, to, ink, channel) {
  if (!view.values) return;
  const lane = Math.min(channel, view.channels - 1);
  if (view.channels === 1 && channel === 0) return;
  pen.fillStyle = ink;
  const middle = top + height / 2;
  const reach = height / 2 - 1;
  const each = ((to - from) * view.rate) / width;
  for (let x = 0; x < width; x += 1) {
    const first = Math.max(0, Math.floor(from * view.rate + x * each));
    const last = Math.min(view.count, Math.max(first + 1, Math.ceil(from * view.rate + (x + 1) * each)));
    let low = 0;
    let high = 0;
    for (let i = first; i < last; i += 1) {
      const at = (i * view.channels + lane) * 2;
      if (view.values[at] < low) low = view.values[at];
      if (view.values[at + 1] > high) high = view.values[at + 1];
    }
    const up = (high / 127) ** 0.7 * reach;
    const down = (-low / 127) ** 0.7 * reach;
    pen.fillRect(left + x, middle - up, 1, Math.max(1, up + down));
  }
}

function band(view, pen, [start, end], top, bottom, inner, token, alpha) {
  const x = LEFT + ((start - view.from) / view.span) * inner;
  const wide = Math.max(3, ((end - start) / view.span) * inner);
  if (x + wide < LEFT || x > LEFT + inner) return;
  pen.globalAlpha = alpha;
  pen.fillStyle = view.ink(token);
  pen.fillRect(Math.max(LEFT, x), top, wide - Math.max(0, LEFT - x), bottom - top);
  pen.globalAlpha = 1;
}

function drawMarks(view, pen, y, inner) {
  pen.fillStyle = view.ink("ink-2");
  pen.font = "11px system-ui, sans-serif";
  pen.fillText("Marks", 0, y + STRIP / 2);
  pen.fillStyle = view.ink("surface-2");
  pen.fillRect(LEFT, y, inner, STRIP);
  for (const mark of view.marks) {
    if (mark.end < view.from || mark.start > view.from + view.span) continue;
    const token = mark.kind === "evidence" ? mark.score : MARK_COLOURS[mark.kind] || "line-strong";
    const thin = mark.kind === "pause" || mark.kind === "backchannel";
    band(view, pen, [mark.start, mark.end], y + (thin ? 6 : 2), y + STRIP - (thin ? 6 : 2), inner, token, 0.9);
  }
}

function drawTrack(view, pen, y, inner, name, label, token) {
  pen.font = "11px system-ui, sans-serif";
  pen.fillStyle = view.ink("ink-2");
  pen.fillText(label, 0, y + TRACK / 2);
  pen.strokeStyle = view.ink("line");
  pen.strokeRect(LEFT + 0.5, y + 0.5, inner - 1, TRACK - 1);
  if (!view.lines) return;
  const values = name === "rate" ? view.lines.rate.map((stretch) => stretch[2]) : view.lines[name].filter((v) => v !== null);
  const bounds = view.lines.bands[name];
  if (!values.length) return;
  view.ranges ??= {};
  const [low, high] = (view.ranges[name] ??= range(values, bounds));
  const toY = (value) => y + 4 + (TRACK - 8) * (1 - Math.min(1, Math.max(0, (value - low) / (high - low || 1))));
  if (bounds) {
    pen.globalAlpha = 0.16;
    pen.fillStyle = view.ink(token);
    pen.fillRect(LEFT, toY(bounds[1]), inner, toY(bounds[0]) - toY(bounds[1]));
    pen.globalAlpha = 1;
  }
  pen.fillStyle = view.ink(token);
  if (name === "rate") {
    for (const [start, end, rate] of view.lines.rate) band(view, pen, [start, end], toY(rate) - 1.5, toY(rate) + 1.5, inner, token, 1);
  } else {
    dots(view, pen, view.lines[name], inner, toY);
  }
}

function dots(view, pen, values, inner, toY) {
  const step = view.lines.step_s;
  const first = Math.max(0, Math.floor(view.from / step));
  const last = Math.min(values.length, Math.ceil((view.from + view.span) / step));
  const skip = Math.max(1, Math.floor((last - first) / (inner * 2)));
  const size = view.span > 120 ? 1.2 : 2.4;
  for (let i = first; i < last; i += skip) {
    if (values[i] === null) continue;
    pen.fillRect(LEFT + ((i * step - view.from) / view.span) * inner, toY(values[i]) - size / 2, size, size);
  }
}

function drawTimes(view, pen, inner) {
  const steps = [1, 2, 5, 10, 30, 60, 300, 600, 1800];
  const step = steps.find((each) => view.span / each <= 12) || 3600;
  pen.fillStyle = view.ink("ink-2");
  pen.font = "10px system-ui, sans-serif";
  pen.textBaseline = "top";
  for (let t = Math.ceil(view.from / step) * step; t < view.from + view.span; t += step) {
    const x = LEFT + ((t - view.from) / view.span) * inner;
    pen.fillRect(x, 0, 1, 4);
    if (x < LEFT + inner - 34) pen.fillText(clock(t), x + 3, 1);
  }
  pen.textBaseline = "middle";
}

function range(values, bounds) {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.05)];
  const high = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))];
  const all = bounds ? [low, high, ...bounds] : [low, high];
  return [Math.min(...all), Math.max(...all)];
}
