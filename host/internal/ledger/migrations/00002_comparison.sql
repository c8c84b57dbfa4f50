-- What a comparison with a gateway found that the ledger does not have: payments whose
-- rows were lost.

-- +goose Up
CREATE TABLE {strays} (
    provider   TEXT   NOT NULL,
    payment_id TEXT   NOT NULL,
    key        TEXT   NOT NULL,
    reference  TEXT   NOT NULL,
    method     TEXT   NOT NULL,
    currency   TEXT   NOT NULL,
    amount     BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (provider, payment_id)
);
CREATE INDEX {index:strays_reference} ON {strays} (reference);
