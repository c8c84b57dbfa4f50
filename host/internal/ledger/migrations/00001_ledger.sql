-- Times are milliseconds since 1970 in UTC, amounts minor units, and NULL is "not known
-- yet". Names in braces are rendered for the engine; see dialect.go.

-- +goose Up
CREATE TABLE {sales} (
    id            TEXT   PRIMARY KEY,     -- the platform's
    currency      TEXT   NOT NULL,
    amount        BIGINT NOT NULL,
    method        TEXT   NOT NULL,
    status        TEXT   NOT NULL,
    paid_by       TEXT,                   -- the key of the first payment that succeeded
    cancel_wanted BIGINT NOT NULL,
    sequence      BIGINT NOT NULL,        -- of the latest change
    entries       BIGINT NOT NULL,        -- of the timeline
    version       BIGINT NOT NULL,        -- counts moves; each locks the row first
    created_at    BIGINT NOT NULL
);

CREATE TABLE {attempts} (
    key             TEXT   PRIMARY KEY,   -- the idempotency key
    sale_id         TEXT   NOT NULL REFERENCES {sales} (id),
    operation       TEXT   NOT NULL,      -- CREATE_PAYMENT or REFUND
    n               BIGINT NOT NULL,      -- counts the sale's payments, and its refunds
    order_id        TEXT   NOT NULL,      -- the platform's id of the sale or of the refund
    of_key          TEXT REFERENCES {attempts} (key), -- of a refund: the payment
    provider        TEXT   NOT NULL,
    fallbacks       TEXT   NOT NULL,      -- the providers that come next
    account         TEXT,
    mode            TEXT,
    method          TEXT   NOT NULL,
    payer_action    TEXT   NOT NULL,
    currency        TEXT   NOT NULL,
    amount          BIGINT NOT NULL,
    refunded        BIGINT NOT NULL,      -- of a payment, at the gateway
    gateway_id      TEXT,
    status          TEXT,
    provider_status TEXT,
    failure         TEXT,
    request         TEXT   NOT NULL,      -- what every call carries, but the payer
    payer           {bytes},              -- sealed; erased when no call will need it
    next_action     TEXT,
    shown           BIGINT NOT NULL,
    released        BIGINT NOT NULL,
    cleared         BIGINT NOT NULL,
    look            TEXT,
    attention       TEXT,
    checks          BIGINT NOT NULL,      -- reads in a row that brought nothing new
    hints           BIGINT NOT NULL,      -- webhooks that came since the latest read began
    expires_at      BIGINT,
    next_check_at   BIGINT,
    created_at      BIGINT NOT NULL,
    UNIQUE (sale_id, operation, n)
);
CREATE INDEX {index:attempts_due} ON {attempts} (next_check_at, provider) WHERE next_check_at IS NOT NULL;
CREATE INDEX {index:attempts_due_of} ON {attempts} (provider, next_check_at) WHERE next_check_at IS NOT NULL;
CREATE INDEX {index:attempts_undecided} ON {attempts} (next_check_at) WHERE status IS NULL AND next_check_at IS NOT NULL;
CREATE INDEX {index:attempts_created} ON {attempts} (created_at);
CREATE INDEX {index:attempts_provider} ON {attempts} (provider, created_at);
CREATE INDEX {index:attempts_gateway_id} ON {attempts} (provider, gateway_id) WHERE gateway_id IS NOT NULL;
CREATE INDEX {index:attempts_attention} ON {attempts} (created_at) WHERE attention IS NOT NULL;
CREATE UNIQUE INDEX {index:attempts_refund} ON {attempts} (order_id) WHERE operation = 'REFUND';

CREATE TABLE {tries} (
    key           TEXT   NOT NULL REFERENCES {attempts} (key),
    n             BIGINT NOT NULL,
    began         BIGINT NOT NULL,
    deadline      BIGINT NOT NULL,
    ended         BIGINT,
    answered      BIGINT NOT NULL,
    outcome       TEXT   NOT NULL,
    reason        TEXT   NOT NULL,
    retry_after   BIGINT NOT NULL,
    never_sent    BIGINT NOT NULL,
    kind          TEXT   NOT NULL,
    key_life      BIGINT NOT NULL,
    settle_time   BIGINT NOT NULL,
    lookup_by_key BIGINT NOT NULL,
    account       TEXT   NOT NULL,
    PRIMARY KEY (key, n)
);

CREATE TABLE {events} (
    provider    TEXT   NOT NULL,
    dedupe_key  TEXT   NOT NULL,          -- a hash of the provider's
    n           BIGINT NOT NULL,          -- counts the events of one webhook
    kind        TEXT   NOT NULL,
    payment_id  TEXT   NOT NULL,
    refund_id   TEXT   NOT NULL,
    key         TEXT   NOT NULL,          -- as the gateway says
    attempt     TEXT REFERENCES {attempts} (key), -- that it is about
    occurred_at BIGINT,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (provider, dedupe_key, n)
);
-- Those of payments that others make in the same account are never matched.
CREATE INDEX {index:events_payment} ON {events} (provider, payment_id) WHERE attempt IS NULL;
CREATE INDEX {index:events_refund} ON {events} (provider, refund_id) WHERE attempt IS NULL;
CREATE INDEX {index:events_received} ON {events} (received_at);

CREATE TABLE {timeline} (
    sale_id TEXT   NOT NULL REFERENCES {sales} (id),
    n       BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    key     TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    text    TEXT   NOT NULL,
    PRIMARY KEY (sale_id, n)
);

CREATE TABLE {changes} (
    sale_id   TEXT   NOT NULL REFERENCES {sales} (id),
    sequence  BIGINT NOT NULL,
    kind      TEXT   NOT NULL,
    key       TEXT   NOT NULL,
    at        BIGINT NOT NULL,
    failures  BIGINT NOT NULL,
    next_at   BIGINT,                     -- NULL once it is delivered
    PRIMARY KEY (sale_id, sequence)
);
CREATE INDEX {index:changes_undelivered} ON {changes} (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE {accounts} (
    provider    TEXT   NOT NULL,
    fingerprint TEXT   NOT NULL,          -- keyed, of the secrets
    account     TEXT   NOT NULL,
    since       BIGINT NOT NULL,
    PRIMARY KEY (provider, fingerprint)
);

CREATE TABLE {settings} (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
