// The recording's player: speed with the pitch kept, either voice alone, and its time on every frame.

export class Player {
  constructor(audio, duration) {
    this.audio = audio;
    this.duration = duration;
    this.onTime = () => {};
    this.onPlaying = () => {};
    this.onProblem = () => {};
    this.wanted = null;
    this.voices = null;
    audio.preservesPitch = true;
    audio.addEventListener("play", () => {
      this.onPlaying(true);
      this.tick();
    });
    audio.addEventListener("pause", () => this.onPlaying(false));
    audio.addEventListener("seeked", () => this.onTime(this.time));
    audio.addEventListener("error", () => this.onProblem());
    audio.addEventListener("loadedmetadata", () => {
      if (this.wanted !== null) this.audio.currentTime = this.wanted;
      this.wanted = null;
    });
  }

  get time() {
    return this.wanted ?? this.audio.currentTime;
  }

  get held() {
    return this.audio.seeking;
  }

  tick() {
    this.onTime(this.time);
    if (!this.audio.paused) requestAnimationFrame(() => this.tick());
  }

  jump(seconds, play) {
    const time = Math.max(0, Math.min(this.duration, seconds));
    if (this.audio.readyState === 0) this.wanted = time;
    else this.audio.currentTime = time;
    this.onTime(time);
    if (play) this.play();
  }

  async play() {
    this.connect();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") this.onProblem();
    }
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  speed(rate) {
    this.audio.playbackRate = rate;
  }

  hear(which) {
    this.choice = which;
    if (!this.voices) return;
    this.voices.customer.gain.value = which === "trainee" ? 0 : 1;
    this.voices.trainee.gain.value = which === "customer" ? 0 : 1;
  }

  // Both channels go to both ears. Made at the first press of play: browsers allow sound only then.
  connect() {
    if (this.voices) {
      this.context.resume();
      return;
    }
    this.context = new AudioContext();
    const source = this.context.createMediaElementSource(this.audio);
    const split = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
    const customer = new GainNode(this.context);
    const trainee = new GainNode(this.context);
    source.connect(split);
    split.connect(customer, 0);
    split.connect(trainee, 1);
    for (const voice of [customer, trainee]) voice.connect(this.context.destination);
    this.voices = { customer, trainee };
    this.hear(this.choice || "both");
  }
}
