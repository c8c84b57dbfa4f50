// Times. In a message a time is {seconds: "1770091506", nanos: 789000000}. Here it
// is a BigInt of nanoseconds since 1970: a Date has only milliseconds, which is
// too coarse for the window of a list. An absent time is null in both.

const SECOND = 1_000_000_000n;
const FIRST = -62135596800n; // 0001-01-01
const LAST = 253402300799n; // 9999-12-31

/** Returns the current time, to the millisecond. */
export function now() { return BigInt(Date.now()) * 1_000_000n; }

/** Reads a time of a message. Returns null if it is absent, undefined if it is invalid. */
export function fromWire(timestamp) {
  if (!timestamp) return null;
  const seconds = BigInt(timestamp.seconds);
  if (seconds < FIRST || seconds > LAST || timestamp.nanos < 0 || timestamp.nanos > 999_999_999) return undefined;
  return seconds * SECOND + BigInt(timestamp.nanos);
}

/** Returns a time as a message. */
export function toWire(time) {
  if (time === null) return null;
  let seconds = time / SECOND;
  if (time < 0n && time % SECOND !== 0n) seconds -= 1n; // nanos are never negative
  return { seconds: seconds.toString(), nanos: Number(time - seconds * SECOND) };
}

/** Returns a duration, given in ms, as a message. */
export function fromMilliseconds(ms) {
  const whole = Math.trunc(ms / 1000);
  return { seconds: String(whole), nanos: Math.round((ms - whole * 1000) * 1e6) };
}

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

/** Reads a time in RFC 3339. Returns undefined if it is not one. */
export function parseTime(text) {
  const parts = RFC_3339.exec(text);
  if (!parts) return undefined;
  const seconds = Date.parse(parts[1] + parts[3]);
  if (Number.isNaN(seconds)) return undefined;
  return BigInt(seconds) * 1_000_000n + BigInt((parts[2] ?? "").padEnd(9, "0"));
}

/** Returns a time in RFC 3339, in UTC, with as many digits as it has. */
export function formatTime(time) {
  const { seconds, nanos } = toWire(time);
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const fraction = String(nanos).padStart(9, "0").replace(/0+$/, "");
  return whole + (fraction ? `.${fraction}` : "") + "Z";
}

const UNITS = { ns: 1e-6, us: 1e-3, "µs": 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads a duration such as 90s or 2m30s. Returns ms, or undefined if it is invalid or negative. */
export function parseDuration(text) {
  if (text === "0") return 0;
  const parts = text.match(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy);
  if (!parts || parts.join("") !== text) return undefined;
  return parts.reduce((sum, part) => {
    const [, number, unit] = /^([\d.]+)(.+)$/.exec(part);
    return sum + Number(number) * UNITS[unit];
  }, 0);
}
