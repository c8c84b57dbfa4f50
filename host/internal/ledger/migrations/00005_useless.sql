-- How many answers in a row said nothing of an attempt that could be used.

-- +goose Up
ALTER TABLE {attempts} ADD COLUMN useless BIGINT NOT NULL DEFAULT 0;
