-- What is counted for operators.

-- +goose Up
CREATE INDEX {index:events_unmatched} ON {events} (received_at) WHERE attempt IS NULL;
