// What /v1/stats said, second by second. All counters are cumulative, so a rate or a mean over any window is a
// difference of two samples; after a restart of the server (the uptime falls) differences stop at the restart.

const samplesMax = 2400;
const batchesMin = 10;

class History {
  samples = [];
  epoch = 0;

  add(time, stats) {
    const last = this.samples.at(-1);
    if (last && stats.uptimeSeconds < last.stats.uptimeSeconds) { this.epoch++; }
    this.samples.push({ time, stats, epoch: this.epoch });
    if (this.samples.length > samplesMax) { this.thin(); }
  }

  /** Keeps every second sample of the older half: recent time stays at full resolution. */
  thin() {
    const half = this.samples.length >> 1;
    this.samples = this.samples.filter((_, index) => index >= half || index % 2 === 0);
  }

  get last() { return this.samples.at(-1); }

  /** Index where the window of `seconds` that ends at sample `index` begins; it stays within one run of the server. */
  start(index, seconds) {
    const { time, epoch } = this.samples[index];
    let first = index;
    while (first > 0 && this.samples[first - 1].epoch === epoch && time - this.samples[first].time < seconds * 1000) { first--; }
    return first;
  }

  /** The sample at the beginning of that window, or null when sample `index` is alone. */
  before(index, seconds) {
    const first = this.start(index, seconds);
    return first < index ? this.samples[first] : null;
  }

  /** Points [time, value] from `from` on; value(sample, index) may be null for a gap. */
  points(from, value) {
    const result = [];
    for (let i = 0; i < this.samples.length; i++) {
      const sample = this.samples[i];
      if (sample.time < from) { continue; }
      if (i > 0 && sample.epoch !== this.samples[i - 1].epoch) { result.push([sample.time, null]); }
      result.push([sample.time, value(sample, i)]);
    }
    return result;
  }

  /** Increase per second of a counter over the seconds before each sample. */
  rates(from, seconds, counter) {
    return this.points(from, (sample, index) => {
      const earlier = this.before(index, seconds);
      if (!earlier) { return null; }
      return Math.max(0, counter(sample.stats) - counter(earlier.stats)) * 1000 / (sample.time - earlier.time);
    });
  }
}

/** One policy over the window of `seconds` before sample `index`: { n, mean, half }, half the width of its 95 % interval. */
function armOver(history, name, index, seconds) {
  const first = history.start(index, seconds);
  const arm = armBetween(name, history.samples[index].stats, history.samples[first].stats);
  if (arm.n === 0) { return arm; }

  // Batch means: each second is a batch, so the interval holds whatever an impression may earn and however the items of
  // a slate depend on each other (linearised ratio estimator; Cochran, Sampling Techniques, section 6.3).
  let squares = 0;
  let batches = 0;
  for (let i = first + 1; i <= index; i++) {
    const { n, sum } = armBetween(name, history.samples[i].stats, history.samples[i - 1].stats);
    squares += (sum - arm.mean * n) ** 2;
    batches++;
  }
  const half = batches < batchesMin ? NaN : 1.96 * Math.sqrt(squares * batches / (batches - 1)) / arm.n;
  return { ...arm, half };
}

/** Impressions, reward and reward per impression of one policy between two answers, or up to one when `from` is null. */
function armBetween(name, to, from) {
  const later = to?.policies?.[name];
  const earlier = from?.policies?.[name];
  const n = (later?.impressions ?? 0) - (earlier?.impressions ?? 0);
  const sum = (later?.reward ?? 0) - (earlier?.reward ?? 0);
  return { n, sum, mean: n > 0 ? sum / n : NaN, half: NaN };
}

/** Ratio of two means minus one with its 95 % interval (delta method on the logarithm), or null without reward. */
function liftOf(arm, control) {
  if (!(arm.mean > 0) || !(control.mean > 0)) { return null; }
  const log = Math.log(arm.mean / control.mean);
  const spread = Math.hypot(arm.half / arm.mean, control.half / control.mean);
  return { value: Math.expm1(log), low: Math.expm1(log - spread), high: Math.expm1(log + spread) };
}
