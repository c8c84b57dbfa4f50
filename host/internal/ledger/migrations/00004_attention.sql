-- Events of the kinds that a person should hear about, such as disputes.

-- +goose Up
ALTER TABLE {events} ADD COLUMN attention BIGINT NOT NULL DEFAULT 0;
CREATE INDEX {index:events_attention} ON {events} (received_at) WHERE attempt IS NULL AND attention = 1;
