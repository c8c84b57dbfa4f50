// Works on attempts that are due: decides by decide.js, commits what it is about to do,
// does it, and commits what came of it. Everything that is known is in the ledger, so a
// process may be killed at any time.

import { differences, mayFollow, readPayment } from "./answers.js";
import { decide } from "./decide.js";
import { toMilliseconds, toTimestamp } from "./definitions.js";
import { provesAbsence, readError, unsettling } from "./errors.js";
import { limitsOf } from "./offers.js";

const CALL_TIME = 8000;
const SKEW = 1000; // between two processes' clocks
const LEASE = CALL_TIME + 2 * SKEW; // outlives every call that begins under it
const AT_ONCE = 50;
const ASK_AGAIN = 500; // how often the queue is looked at
const FIRST_READ = 15_000; // of a pending payment, by its age; then after a tenth of it
const LAST_READ = 3_600_000;
const RETRY = 5000;
const PATIENCE = 60_000; // with a provider that is not there
const UNDECIDED = ["PENDING", "UNKNOWN"];
const MAX_TRIES = 5; // of calls that were not attempted
const DAY = 86_400_000;

export class Engine {
  constructor(ledger, providers, settings, log) {
    Object.assign(this, { ledger, providers, settings, log, working: new Set(), ending: false });
  }

  /** Works until stop is called. */
  async run() {
    while (!this.ending) {
      const keys = await this.ledger.claim(AT_ONCE - this.working.size, LEASE).catch((e) => { this.log("ledger", e.message); return []; });
      for (const key of keys) this.#begin(key, Date.now() + CALL_TIME);
      if (keys.length === 0) await this.#pause();
    }
  }

  #begin(key, deadline) {
    const work = this.#work(key, deadline)
      .catch((error) => this.log("engine", error.stack)) // the lease ends, and it is worked on again
      .finally(() => { this.working.delete(work); this.wake(); });
    this.working.add(work);
  }

  #pause() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ASK_AGAIN);
      this.waker = () => { clearTimeout(timer); resolve(); };
    });
  }

  /** Has the queue looked at now. */
  wake() { this.waker?.(); }

  /** Begins nothing more, and returns when what was begun has ended. */
  async stop() {
    this.ending = true;
    this.wake();
    await Promise.all(this.working);
  }

  async #work(key, deadline) {
    await this.ledger.endCutOff(this.ledger.pool, key);
    const a = await this.ledger.load(key);
    const plugin = this.providers.pin(a.provider);
    const due = await this.#step(a, plugin, deadline);
    await this.ledger.giveBack(a, due);
  }

  /** Does one thing, and returns when the next is due; null if nothing is. */
  async #step(a, plugin, deadline) {
    const late = a.released && UNDECIDED.includes(a.status); // it was found after the key was given up
    if (late || (a.pokes > a.seen && (a.payment_id ?? a.hint))) return this.#read(a, plugin, deadline, a.payment_id ?? a.hint);
    const now = Date.now();
    const verdict = decide({ ...a, payerAction: a.payer_action }, {
      at: now, callTime: CALL_TIME, skew: SKEW, terms: plugin && termsOf(plugin), account: plugin?.fingerprint,
    });
    if (verdict.from > now) return verdict.from;
    switch (verdict.action) {
      case "CALL": return this.#mayTry(a, plugin, verdict) ? this.#create(a, plugin, verdict, deadline) : this.#goOn(a);
      case "LOOK_UP": return this.#lookUp(a, plugin, verdict, deadline);
      case "READ": return this.#read(a, plugin, deadline, a.payment_id);
      case "NOTHING": return verdict.free ? this.#goOn(a) : null;
      case "ASK": return this.#ask(a, verdict.why);
      default: // WAIT for the provider
        return verdict.free && now - a.changed_at > PATIENCE ? this.#goOn(a) : now + RETRY;
    }
  }

  /** Whether the call is made at all: the provider sells that, and has not refused too often. */
  #mayTry(a, plugin, verdict) {
    if (verdict.lastUnknownAt !== null) return true;
    return a.tries.length < MAX_TRIES && limitsOf(plugin, a) !== null;
  }

  async #create(a, plugin, verdict, deadline) {
    const method = limitsOf(plugin, a);
    const call = {
      began: Date.now(), deadline, terms: termsOf(plugin), account: plugin.fingerprint, mode: plugin.entry.mode,
      payerAction: method?.payer_action ?? a.payer_action,
    };
    await this.ledger.beginCall(a, call);
    const record = { ...a, mode: call.mode, account: call.account };
    let payment, error = null;
    try {
      ({ payment } = await plugin.call("CreatePayment", this.#request(a, verdict), deadline));
      readPayment(payment);
    } catch (e) {
      error = readError(e);
    }
    const ended = endOf(error, deadline);
    await this.ledger.transaction(async (tx) => {
      await this.ledger.endCall(tx, a, { ended, error });
      if (!error) await this.#take(tx, record, payment, call.account);
    });
    return Date.now(); // decide again
  }

  #request(a, verdict) {
    return {
      attempt: { key: a.key, first_at: toTimestamp(verdict.firstAt), last_unknown_at: toTimestamp(verdict.lastUnknownAt) },
      reference: a.order_id, method: a.method, return_url: this.settings.returnURL,
      amount: { currency: a.currency, minor_units: String(a.minor_units), exponent: this.settings.exponents[a.currency] },
    };
  }

  async #lookUp(a, plugin, verdict, deadline) {
    const look = {
      firstAt: verdict.firstAt, lastUnknownAt: verdict.lastUnknownAt, began: Date.now(), after: a.tries.length,
      settleTime: termsOf(plugin).settleTime, account: plugin.fingerprint, proves: false, unsettling: false,
    };
    const attempt = { key: a.key, first_at: toTimestamp(look.firstAt), last_unknown_at: toTimestamp(look.lastUnknownAt) };
    let payment;
    try {
      ({ payment } = await plugin.call("GetStatus", { attempt }, deadline));
      readPayment(payment);
    } catch (e) {
      payment = null;
      const error = readError(e);
      look.proves = provesAbsence(error);
      look.unsettling = unsettling(error.reason);
    }
    if (payment && (await this.ledger.transaction((tx) => this.#take(tx, a, payment, plugin.fingerprint)))) return Date.now();
    await this.ledger.pool.query("UPDATE attempts SET look = $2 WHERE key = $1", [a.key, look]);
    return Date.now();
  }

  async #read(a, plugin, deadline, id) {
    if (!plugin || (a.account && plugin.fingerprint !== a.account)) return Date.now() + RETRY;
    let payment;
    try {
      ({ payment } = await plugin.call("GetStatus", { payment_id: id }, deadline));
      readPayment(payment);
    } catch (e) {
      this.log(a.provider, `the payment ${id} cannot be read: ${e.message}`);
      return Date.now() + RETRY;
    }
    if (payment.payment_id !== id) return Date.now() + RETRY;
    return this.ledger.transaction(async (tx) => {
      const taken = await this.#take(tx, a, payment, plugin.fingerprint);
      if (!taken && a.payment_id) return Date.now() + RETRY; // a wrong answer; the next may be right
      await tx.query("UPDATE attempts SET seen = greatest(seen, $2) WHERE key = $1", [a.key, a.pokes]);
      const { rows: [after] } = await tx.query("SELECT status, changed_at FROM attempts WHERE key = $1", [a.key]);
      if (UNDECIDED.includes(after.status)) return nextRead(after);
      return Date.now(); // decide again
    });
  }

  /** Commits what a payment is, if it is the one of the record. Returns whether it is. */
  async #take(tx, a, payment, account) {
    const differs = differences(a, payment, account);
    if (differs.length > 0) {
      await this.#attend(tx, a, `the provider answered with a payment of another ${differs.join(", ")}`);
      return false;
    }
    const { id, status, link, refunded } = readPayment(payment);
    await tx.query("SELECT FROM orders WHERE id = $1 FOR UPDATE", [a.order_id]);
    const { rows: [now] } = await tx.query("SELECT status FROM attempts WHERE key = $1 FOR UPDATE", [a.key]);
    const final = now.status !== null && !UNDECIDED.includes(now.status);
    if (final && status !== "SUCCEEDED") return true; // it is left to SUCCEEDED only
    const shown = link && mayFollow(link, a.mode) ? link : null;
    if (link && !shown) await this.#attend(tx, a, "the link to the gateway's page is insecure, and was not shown");
    await tx.query(
      `UPDATE attempts SET payment_id = $2, status = $3::text, link = coalesce($4, link), refunded = greatest(refunded, $5),
         changed_at = CASE WHEN status IS DISTINCT FROM $3::text THEN $6 ELSE changed_at END WHERE key = $1`,
      [a.key, id, status, shown, refunded, Date.now()]);
    if (status === "SUCCEEDED") await this.#pay(tx, a);
    return true;
  }

  /** The order is paid, once. */
  async #pay(tx, a) {
    const { rowCount } = await tx.query("UPDATE orders SET state = 'PAID', paid_key = $2 WHERE id = $1 AND state <> 'PAID'", [a.order_id, a.key]);
    if (rowCount > 0) {
      await tx.query("INSERT INTO shipments (order_id, at) VALUES ($1, $2)", [a.order_id, Date.now()]);
      return;
    }
    const { rows: [order] } = await tx.query("SELECT paid_key FROM orders WHERE id = $1", [a.order_id]);
    if (order.paid_key !== a.key) await this.#attend(tx, a, "a second payment of the order succeeded");
  }

  /** Nothing is left to do with the key: goes on with the next provider, or gives the order up. */
  async #goOn(a) {
    await this.ledger.transaction(async (tx) => {
      const { rows: [order] } = await tx.query("SELECT * FROM orders WHERE id = $1 FOR UPDATE", [a.order_id]);
      const { rowCount } = await tx.query("UPDATE attempts SET released = true WHERE key = $1 AND NOT released AND status IS NULL", [a.key]);
      if (order.state !== "OPEN") return;
      const { rows: all } = await tx.query("SELECT key, released, status FROM attempts WHERE order_id = $1", [a.order_id]);
      if (all.some((other) => !other.released && [null, "SUCCEEDED", ...UNDECIDED].includes(other.status))) return;
      const next = order.providers[all.length];
      if (rowCount > 0 && next) await this.ledger.addAttempt(tx, order.id, next);
      else await tx.query("UPDATE orders SET state = 'UNPAID' WHERE id = $1", [order.id]);
    });
    return null;
  }

  async #ask(a, why) {
    await this.#attend(this.ledger.pool, a, why);
    return Date.now() + DAY;
  }

  #attend(db, a, why) { return db.query("UPDATE attempts SET attention = $2 WHERE key = $1", [a.key, why]); }
}

function termsOf(plugin) {
  const { kind, key_life, settle_time, lookup_by_key } = plugin.descriptor.create_idempotency;
  return {
    kind: kind.replace("IDEMPOTENCY_KIND_", ""), keyLife: toMilliseconds(key_life), settleTime: toMilliseconds(settle_time), lookupByKey: lookup_by_key,
  };
}

/** The clock counts whole milliseconds, and a call ended no sooner than it says: a call that was not answered, at its deadline. */
function endOf(error, deadline) {
  const silent = error && error.reason === "" && error.code === 4;
  return Math.max(Date.now() + 1, silent ? deadline : 0);
}

function nextRead({ status, changed_at: since }) {
  const now = Date.now();
  return now + (status === "UNKNOWN" ? RETRY : Math.min(Math.max(FIRST_READ, Math.round((now - since) / 10)), LAST_READ));
}
