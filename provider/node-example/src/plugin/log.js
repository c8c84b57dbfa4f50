// The log. A host reads standard error line by line, and turns each line of this
// form into a log record with its level:
//
//   {"@timestamp":"2026-11-23T08:30:00.000000Z","@level":"info","@message":"...","key":"value"}

const LEVELS = ["trace", "debug", "info", "warn", "error"];
const SHORTEST = 4; // of what is redacted: a shorter text is in every line
const MAX_SECRETS = 200; // of the latest configurations
const MAX_LINE = 60 << 10; // the host truncates at 64 KiB, and then the line is not JSON

/**
 * Returns a logger with a method for each level, `log.info(message, { key: value })`.
 * Fields must contain no secrets and no free text of a gateway or a buyer. The secrets
 * of `log.hide(secrets)` are redacted all the same, for mistakes.
 */
export function makeLogger(write, lowest = "info") {
  const threshold = Math.max(LEVELS.indexOf(lowest), 0);
  let hidden = []; // the forms of each secret, the latest secret last
  const log = {
    hide(secrets) {
      const added = secrets.filter((secret) => secret.length >= SHORTEST);
      hidden = [...new Set([...hidden.filter((secret) => !added.includes(secret)), ...added])].slice(-MAX_SECRETS);
    },
  };
  LEVELS.forEach((level, rank) => {
    log[level] = rank < threshold ? () => {} : (message, fields = {}) => write(redact(line(level, message, fields), hidden));
  });
  return log;
}

/** Returns the level that the host asks for, or info if that is unknown. */
export function levelOf(environment) {
  const asked = String(environment.PAYSOCKET_LOG_LEVEL ?? "").toLowerCase();
  return LEVELS.includes(asked) ? asked : "info";
}

function redact(text, secrets) {
  const forms = secrets.flatMap(formsOf).sort((one, other) => other.length - one.length);
  return forms.reduce((redacted, form) => redacted.replaceAll(form, "[redacted]"), text);
}

/** Returns the forms in which a secret may be in a line: plain, in JSON, in a URL, in base64. */
function formsOf(secret) {
  const bytes = Buffer.from(secret);
  return [
    secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret.toWellFormed()),
    bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"),
  ];
}

function line(level, message, fields) {
  const head = { "@timestamp": new Date().toISOString().replace("Z", "000Z"), "@level": level, "@message": message };
  const text = JSON.stringify({ ...fields, ...head }) + "\n";
  if (Buffer.byteLength(text) <= MAX_LINE) return text;
  return JSON.stringify({ ...head, "@level": "warn", "@message": "a log line was dropped: it was too long" }) + "\n";
}

/** Returns what may be logged of an unexpected error: its type and its stack, but not its message. */
export function describeBug(error) {
  const frames = String(error?.stack ?? "").split("\n").filter((text) => /^\s+at /.test(text));
  return { type: error?.constructor?.name ?? typeof error, stack: frames.slice(0, 12).join("\n") };
}
