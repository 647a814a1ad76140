// What /v1/stats said, second by second. All counters are cumulative, so a rate or a mean over any window is a
// difference of two samples; after a restart of the server (the uptime falls) differences stop at the restart.

const samplesMax = 2400;

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

  /** The newest sample at least `seconds` before sample `index`, else the oldest of the same run of the server. */
  before(index, seconds) {
    const { time, epoch } = this.samples[index];
    let found = null;
    for (let i = index - 1; i >= 0 && this.samples[i].epoch === epoch; i--) {
      found = this.samples[i];
      if (time - found.time >= seconds * 1000) { break; }
    }
    return found;
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

/** Impressions and reward of one policy between two samples (or since the start): { n, mean }. */
function armBetween(name, later, earlier) {
  const to = later?.policies?.[name];
  const from = earlier?.policies?.[name];
  const n = (to?.impressions ?? 0) - (from?.impressions ?? 0);
  const sum = (to?.reward ?? 0) - (from?.reward ?? 0);
  return { n, mean: n > 0 ? sum / n : NaN };
}

/** Half width of the 95 % interval of a mean of rewards in [0, 1]; m(1 - m) is the largest variance they can have. */
const halfWidth = ({ n, mean }) => (n > 0 ? 1.96 * Math.sqrt(Math.max(mean * (1 - mean), 1 / n) / n) : NaN);

/** Ratio of two means minus one with its 95 % interval (delta method on the logarithm), or null without reward. */
function liftOf(arm, control) {
  if (!(arm.mean > 0) || !(control.mean > 0)) { return null; }
  const log = Math.log(arm.mean / control.mean);
  const spread = Math.hypot(halfWidth(arm) / arm.mean, halfWidth(control) / control.mean);
  return { value: Math.expm1(log), low: Math.expm1(log - spread), high: Math.expm1(log + spread) };
}
