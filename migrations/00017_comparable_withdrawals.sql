-- +goose Up
-- A table of its own and no column of comparables: sales are never changed, and the index that
-- holds all of each (00013) stays whole. The key lets one of two withdrawals win.
CREATE TABLE comparable_withdrawals (
    comparable_id uuid PRIMARY KEY REFERENCES comparables,
    withdrawn_by  uuid        NOT NULL REFERENCES users,
    withdrawn_at  timestamptz NOT NULL,
    reason        text        NOT NULL CHECK (reason <> '')
);

-- +goose Down
DROP TABLE comparable_withdrawals;
