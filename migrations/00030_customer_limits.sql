-- +goose Up
-- How much a customer has sent on the newest day, in India, on which there was anything: one row
-- for each, which a transaction locks as it counts. What was sent and deleted again still counts.
CREATE TABLE customer_days (
    user_id     uuid PRIMARY KEY REFERENCES users (id),
    day         date    NOT NULL,
    submissions integer NOT NULL CHECK (submissions >= 0),
    photos      integer NOT NULL CHECK (photos >= 0)
);

-- +goose Down
DROP TABLE customer_days;
