// The host's tables: orders, the payments wanted for them, and the calls made.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

import pg from "pg";

pg.types.setTypeParser(pg.types.builtins.INT8, (text) => { // times and amounts: exact, or an error
  const number = Number(text);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${text} is not a number that JavaScript holds`);
  return number;
});

/** What an order asks for differs from what is known of its id. */
export class ConflictError extends Error {}

export class Ledger {
  static async open(url) {
    const ledger = new Ledger(new pg.Pool({ connectionString: url, max: 10 }));
    ledger.pool.on("error", () => {}); // of an idle connection; the next query has another
    await ledger.pool.query(readFileSync(new URL("ledger.sql", import.meta.url), "utf8"));
    return ledger;
  }

  constructor(pool) { this.pool = pool; }

  close() { return this.pool.end(); }

  /** Runs `work` in a transaction. What it returns is committed; if that fails, nobody knows whether it was. */
  async transaction(work) {
    const tx = await this.pool.connect();
    let broken;
    try {
      await tx.query("BEGIN");
      const result = await work(tx);
      await tx.query("COMMIT");
      return result;
    } catch (error) {
      await tx.query("ROLLBACK").catch((e) => { broken = e; });
      throw error;
    } finally {
      tx.release(broken);
    }
  }

  /** Stores an order and its first key, or finds that it is known. */
  placeOrder(order) {
    return this.transaction(async (tx) => {
      const { rowCount } = await tx.query(
        "INSERT INTO orders (id, currency, minor_units, method, providers) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        [order.id, order.currency, order.minorUnits, order.method, order.providers],
      );
      if (rowCount > 0) return this.addAttempt(tx, order.id, order.providers[0]);
      const { rows: [known] } = await tx.query("SELECT * FROM orders WHERE id = $1", [order.id]);
      if (known.currency !== order.currency || known.minor_units !== order.minorUnits || known.method !== order.method) {
        throw new ConflictError(`order ${order.id} is known with another amount or method`);
      }
    });
  }

  /** Stores a new key: 192 random bits, of nothing else. */
  addAttempt(tx, orderID, provider) {
    const now = Date.now();
    return tx.query(
      "INSERT INTO attempts (key, order_id, provider, changed_at, due_at) VALUES ($1, $2, $3, $4, $4)",
      [randomBytes(24).toString("base64url"), orderID, provider, now],
    );
  }

  /** Returns an order with its attempts and shipments, as they were at one time; null if there is none. */
  async readOrder(id) {
    const { rows } = await this.pool.query(
      `SELECT o.*, (SELECT count(*) FROM shipments s WHERE s.order_id = o.id) AS shipments,
         (SELECT json_agg(a ORDER BY a.n) FROM attempts a WHERE a.order_id = o.id) AS attempts
       FROM orders o WHERE id = $1`, [id]);
    return rows[0] ?? null;
  }

  /** Takes up to `limit` attempts that are due, for so many milliseconds. Nobody else has them meanwhile. */
  async claim(limit, lease) {
    const now = Date.now();
    const { rows } = await this.pool.query(
      `UPDATE attempts SET leased_until = $1::bigint + $2::bigint WHERE key IN (
         SELECT key FROM attempts WHERE due_at <= $1 AND leased_until <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
       RETURNING key`, [now, lease, limit]);
    return rows.map((row) => row.key);
  }

  /** Returns everything that is known of an attempt. */
  async load(key) {
    const { rows: [attempt] } = await this.pool.query(
      "SELECT a.*, o.currency, o.minor_units, o.method FROM attempts a JOIN orders o ON o.id = a.order_id WHERE key = $1", [key]);
    const { rows: tries } = await this.pool.query("SELECT * FROM calls WHERE key = $1 ORDER BY n", [key]);
    attempt.tries = tries.map((t) => ({ ...t, retryAfter: t.retry_after }));
    return attempt;
  }

  /** Commits that a call begins, and what is thereby known of one before that was cut off. */
  beginCall(a, call) {
    return this.transaction(async (tx) => {
      await this.endCutOff(tx, a.key);
      await tx.query(
        "INSERT INTO calls (key, n, began, deadline, terms, account) VALUES ($1, $2, $3, $4, $5, $6)",
        [a.key, a.tries.length + 1, call.began, call.deadline, call.terms, call.account]);
      await tx.query("UPDATE attempts SET payer_action = $2, mode = $3, account = $4 WHERE key = $1",
        [a.key, call.payerAction, call.mode, call.account]);
    });
  }

  /** A call without an end whose time is up ended then, or now, and its result is unknown. */
  endCutOff(db, key) {
    return db.query("UPDATE calls SET ended = greatest(deadline, $2) WHERE key = $1 AND ended IS NULL AND deadline <= $2", [key, Date.now()]);
  }

  /** Records how the call ended. */
  endCall(tx, a, end) {
    return tx.query(
      "UPDATE calls SET ended = $3, answered = $4, outcome = $5, reason = $6, retry_after = $7 WHERE key = $1 AND n = $2",
      [a.key, a.tries.length + 1, end.ended, !end.error, end.error?.outcome, end.error?.reason, end.error?.retryAfter]);
  }

  /** Gives an attempt back; it is due again then, or at once if a webhook came meanwhile. */
  giveBack(a, due) {
    return this.pool.query(
      "UPDATE attempts SET leased_until = 0, due_at = CASE WHEN pokes > $3 THEN $4::bigint ELSE $2::bigint END WHERE key = $1",
      [a.key, due, a.pokes, Date.now()]);
  }
}
