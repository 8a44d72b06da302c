-- +goose Up
-- What the provider reported of a message after it took it.
ALTER TABLE notifications
    ADD COLUMN delivery    text NOT NULL DEFAULT '' CHECK (delivery IN ('', 'DELIVERED', 'UNDELIVERED')),
    ADD COLUMN delivery_at timestamptz,
    ADD CONSTRAINT notifications_delivery_time CHECK ((delivery = '') = (delivery_at IS NULL)),
    ADD CONSTRAINT notifications_delivery_sent CHECK (delivery = '' OR provider_id <> '');
-- What a report is about. Not unique: two notifications of the same words may be one message.
CREATE INDEX notifications_provider_idx ON notifications (provider_id) WHERE provider_id <> '';

-- +goose Down
DROP INDEX notifications_provider_idx;
ALTER TABLE notifications DROP COLUMN delivery_at, DROP COLUMN delivery;
