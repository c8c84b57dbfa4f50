// What may be done with an idempotency key: the table of outcomes of package contract
// ("Decide"), by which a host decides about a key, and not about one call. Times are
// milliseconds since 1970 by the host's clock; null is "none".
//
// history: {
//   key, payerAction, status, released,
//   tries: [{ n, began, deadline, ended, answered, outcome, reason, retryAfter, terms, account }],
//   look: { firstAt, lastUnknownAt, began, after, proves, unsettling, settleTime, account },
// }
// now: { at, callTime, skew, terms: { kind, keyLife, settleTime, lookupByKey } | null, account }

import { transient, unsettling } from "./errors.js";

const ENDED = ["FAILED", "EXPIRED", "CANCELED"];
const FIRST_LOOK = 10_000; // after the latest call of unknown result, at the latest
const PAUSE = 5000; // between two looks
const HOUR = 3_600_000;

/** Returns { action, from, free, why, firstAt, lastUnknownAt }: what may be done, not before `from`. */
export function decide(history, now) {
  const f = fold(history, now);
  const [action, why, more] = rule(history, f, now);
  return { action, why, from: null, free: false, firstAt: f.firstAt, lastUnknownAt: f.lastUnknownAt, ...more };
}

// The first rule whose condition holds decides. The numbers are those of the table.
function rule(h, f, now) {
  const free = { free: true };
  if (h.status === "SUCCEEDED") return ["NOTHING", "it succeeded"]; // 1
  if (h.released) return ["NOTHING", "the key was given up", free]; // 2
  if (ENDED.includes(h.status)) return ["NOTHING", "it ended without money moving", free]; // 3
  if (h.status) return ["READ", "it exists, and is not decided"]; // 4
  if (f.open) return ["WAIT", "a call may be in flight", { from: f.open.deadline + now.skew }]; // 5
  if (f.strange) return ["ASK", "something was made with the key that is not what was asked for"]; // 6
  return f.lastUnknownAt === null ? known(f, now, free) : unknown(h, f, now);
}

// Nothing was made with the key, for certain.
function known(f, now, free) {
  if (f.rejected) return ["NOTHING", "the gateway refused it", free]; // 7
  if (!now.terms) return ["WAIT", "the provider is not there", free]; // 8
  if (!f.last) return ["CALL", "it was not tried yet", free]; // 9
  if (transient(f.last.reason)) return ["CALL", "nothing was executed, for a cause that passes", { free: true, from: afterPause(f) }]; // 10
  return ["NOTHING", "the provider refused it", free]; // 11
}

// The result of some call is unknown. Only a payment, or proof that there is none, ends that.
function unknown(h, f, now) {
  if (!now.terms) return ["WAIT", "a result is unknown, and the provider is not there"]; // 12
  const { lookupByKey, kind } = now.terms;
  if (f.foreign || !now.account) return lookupByKey // 13
    ? ["LOOK_UP", "a result is unknown, and the account may be another", { from: nextLook(h, f) }]
    : ["ASK", "a result is unknown, and the account may be another"];
  if (f.weaker) return ["ASK", "the provider no longer promises what it did when the call was made"]; // 14
  if (absent(h, f, now)) return h.payerAction === "PAYER_ACTION_REQUIRED"
    ? ["NOTHING", "nothing was made, and nobody could pay it if something were", { free: true }] // 15
    : ["ASK", "nothing was found, and a payment that appeared later could be paid"]; // 16
  if (lookupByKey) return ["LOOK_UP", "a result is unknown", { from: nextLook(h, f) }]; // 18
  const end = now.at + now.callTime + now.skew;
  if (kind === "NATIVE" && end < f.firstAt + f.keyLife) return ["CALL", "a result is unknown, and the gateway knows the key", { from: afterPause(f) }]; // 19
  return ["ASK", "a result is unknown, and nothing is left to find out with"]; // 20
}

/** Folds the calls into what follows from them: what Attempt.Next of package contract computes, among others. */
function fold(h, now) {
  const f = {
    firstAt: null, lastUnknownAt: null, last: null, open: null, rejected: false, strange: Boolean(h.look?.unsettling && h.look.after > 0),
    foreign: false, weaker: false, settle: Math.max(now.terms?.settleTime ?? 0, h.look?.settleTime ?? 0), keyLife: now.terms?.keyLife ?? 0,
  };
  for (const t of h.tries) {
    f.last = t;
    f.settle = Math.max(f.settle, t.terms.settleTime);
    f.firstAt ??= t.began;
    let { ended } = t;
    if (ended === null) {
      if (now.at < t.deadline + now.skew) {
        f.open = t;
        return f;
      }
      ended = Math.max(t.deadline, now.at); // it was cut off: its deadline counts as its end
    }
    f.lastEnded = ended;
    f.rejected ||= t.outcome === "REJECTED";
    f.strange ||= t.answered || unsettling(t.reason); // an answer that is ours would have a status
    if (t.answered || leavesUnknown(t, f)) {
      f.lastUnknownAt = Math.max(f.lastUnknownAt ?? 0, ended, f.firstAt);
      addUnknown(f, t, now);
    }
  }
  return f;
}

// A call that only waited for an earlier one to settle has made nothing.
function leavesUnknown(t, f) {
  if (t.outcome === "NOT_ATTEMPTED" || t.outcome === "REJECTED") return false;
  return !(t.reason === "ATTEMPT_UNSETTLED" && f.lastUnknownAt !== null);
}

function addUnknown(f, t, now) {
  f.foreign ||= !t.account || t.account !== now.account;
  if (now.terms) f.weaker ||= t.terms.kind !== now.terms.kind || (t.terms.lookupByKey && !now.terms.lookupByKey);
  f.keyLife = Math.min(f.keyLife, t.terms.keyLife);
}

/** Whether a look-up asked for the key as it is now, and no call was made since. */
function current(h, f) {
  const { look } = h;
  return look && look.after === f.last.n && look.firstAt === f.firstAt && look.lastUnknownAt === f.lastUnknownAt;
}

function absent(h, f, now) {
  return current(h, f) && h.look.proves && h.look.account === now.account && h.look.began >= f.lastUnknownAt + f.settle;
}

/** 2 s that double with each call, up to 10 min, or what the gateway asked for. */
function afterPause(f) {
  const pause = Math.min(600_000, 2000 * 2 ** Math.min(f.last.n - 1, 9));
  return f.lastEnded + Math.max(f.last.retryAfter ?? 0, pause);
}

/** When absence can be proved, and else after a tenth of the time for which nothing is known. */
function nextLook(h, f) {
  const settled = f.lastUnknownAt + f.settle;
  if (!current(h, f)) return Math.min(settled, f.lastUnknownAt + FIRST_LOOK);
  const { began } = h.look;
  const next = began + Math.min(Math.max(PAUSE, Math.round((began - f.lastUnknownAt) / 10)), HOUR);
  return began < settled ? Math.min(settled, next) : next;
}
