// The log. A host reads the standard error output line by line and turns each
// line of this form back into a record with its level:
//
//   {"@timestamp":"2026-11-23T08:30:00.000000Z","@level":"info","@message":"...","key":"value"}

const LEVELS = ["trace", "debug", "info", "warn", "error"];
const MAX_LINE = 60 << 10; // the host cuts at 64 KiB, and what is cut is JSON no more

/**
 * Makes a logger with a method for each level, `log.info(message, { key: value })`.
 * Fields must hold no secret, nor anything that a gateway or a buyer wrote freely.
 */
export function makeLogger(write, lowest = "info") {
  const threshold = Math.max(LEVELS.indexOf(lowest), 0);
  const log = {};
  LEVELS.forEach((level, rank) => {
    log[level] = rank < threshold ? () => {} : (message, fields = {}) => write(line(level, message, fields));
  });
  return log;
}

/** The level that the host asks for; info if it asks for none that is known. */
export function levelOf(environment) {
  const asked = String(environment.PAYSOCKET_LOG_LEVEL ?? "").toLowerCase();
  return LEVELS.includes(asked) ? asked : "info";
}

function line(level, message, fields) {
  const head = { "@timestamp": new Date().toISOString().replace("Z", "000Z"), "@level": level, "@message": message };
  const text = JSON.stringify({ ...fields, ...head }) + "\n";
  if (Buffer.byteLength(text) <= MAX_LINE) return text;
  return JSON.stringify({ ...head, "@level": "warn", "@message": "a log line was dropped: it was too long" }) + "\n";
}

/** What may be logged of an unexpected error: its type and the places in the code, but not its text. */
export function describeBug(error) {
  const frames = String(error?.stack ?? "").split("\n").filter((text) => /^\s+at /.test(text));
  return { type: error?.constructor?.name ?? typeof error, stack: frames.slice(0, 12).join("\n") };
}
