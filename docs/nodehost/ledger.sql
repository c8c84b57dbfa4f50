-- What the host knows, in its own database. Times are milliseconds since 1970 by the
-- host's clock, which is the one that the provider's promises are about.

CREATE TABLE IF NOT EXISTS orders (
  id text PRIMARY KEY,
  currency text NOT NULL,
  minor_units bigint NOT NULL CHECK (minor_units > 0),
  method text NOT NULL,
  providers text[] NOT NULL,
  state text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'PAID', 'UNPAID')),
  paid_key text CHECK ((state = 'PAID') = (paid_key IS NOT NULL))
);

-- A payment that is wanted: one key over all calls. It is also the queue: what is due
-- at due_at is worked on by who holds the lease, and by nobody else.
CREATE TABLE IF NOT EXISTS attempts (
  key text PRIMARY KEY,
  n serial,
  order_id text NOT NULL REFERENCES orders,
  provider text NOT NULL,
  payer_action text,               -- of the method, when the first call was made
  mode text, account text,         -- in which it was made
  payment_id text, status text, link text,
  refunded bigint NOT NULL DEFAULT 0,
  changed_at bigint NOT NULL,      -- the status, or the order
  look jsonb,                      -- the latest look-up that found nothing
  released boolean NOT NULL DEFAULT false,
  attention text,
  pokes int NOT NULL DEFAULT 0,    -- webhooks that came
  seen int NOT NULL DEFAULT 0,     -- pokes after which the payment was read
  hint text,                       -- the id of the payment by a webhook
  due_at bigint,
  leased_until bigint NOT NULL DEFAULT 0,
  UNIQUE (order_id, n)
);
CREATE INDEX IF NOT EXISTS attempts_due ON attempts (due_at) WHERE due_at IS NOT NULL;

-- Every call with a key. Its row is committed before the call begins.
CREATE TABLE IF NOT EXISTS calls (
  key text NOT NULL REFERENCES attempts,
  n int NOT NULL,
  began bigint NOT NULL,
  deadline bigint NOT NULL,
  ended bigint,                    -- absent if the host died during the call
  answered boolean NOT NULL DEFAULT false,
  outcome text, reason text, retry_after bigint,
  terms jsonb NOT NULL, account text NOT NULL,
  PRIMARY KEY (key, n)
);

-- Webhooks that were acknowledged, each once.
CREATE TABLE IF NOT EXISTS webhooks (
  provider text NOT NULL,
  dedupe_key text NOT NULL,
  kind text NOT NULL,
  payment_id text, key text,       -- of a payment that this host knows or does not
  received_at bigint NOT NULL,
  PRIMARY KEY (provider, dedupe_key)
);

-- What the platform does when an order is paid.
CREATE TABLE IF NOT EXISTS shipments (
  n serial PRIMARY KEY,
  order_id text NOT NULL REFERENCES orders,
  at bigint NOT NULL
);
