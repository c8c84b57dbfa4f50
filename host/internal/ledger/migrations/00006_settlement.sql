-- What the merchant will receive for a payment, in a currency of the merchant's. All three
-- are NULL as long as the gateway has not said it.

-- +goose Up
ALTER TABLE {attempts} ADD COLUMN settlement_currency TEXT;
ALTER TABLE {attempts} ADD COLUMN settlement_net BIGINT;
ALTER TABLE {attempts} ADD COLUMN settlement_fee BIGINT;
