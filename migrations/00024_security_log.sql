-- +goose Up
-- The security log: who logged in, was refused, changed access, or looked at what. The application
-- may add to it and read it, nothing else. It has no foreign keys, so that adding locks no row of
-- another table and a row outlives what it is about.
CREATE TABLE security_events (
    id          uuid PRIMARY KEY,
    at          timestamptz NOT NULL,
    code        text        NOT NULL CHECK (code ~ '^[a-z][a-z0-9_]{1,39}$'),
    actor_id    uuid,
    actor_role  text        NOT NULL CHECK (length(actor_role) <= 20),
    target_id   uuid,
    property_id uuid,
    photo_id    uuid,
    client      text        NOT NULL CHECK (length(client) <= 64),
    detail      text        NOT NULL CHECK (length(detail) <= 400),
    count       integer     NOT NULL CHECK (count > 0)
);
CREATE INDEX security_events_at_idx ON security_events (at, id);
CREATE INDEX security_events_code_idx ON security_events (code, at, id);
CREATE INDEX security_events_actor_idx ON security_events (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX security_events_target_idx ON security_events (target_id, at, id) WHERE target_id IS NOT NULL;
CREATE INDEX security_events_property_idx ON security_events (property_id, at, id) WHERE property_id IS NOT NULL;
CREATE INDEX security_events_client_idx ON security_events (client, at, id) WHERE client <> '';

-- The chain over the log. A batch is the hash over the rows that a job found unsealed, and over
-- the batch before. Rows are sealed after they are committed, so that appending waits for nothing.
CREATE TABLE security_batches (
    seq      bigint PRIMARY KEY CHECK (seq > 0),
    at       timestamptz NOT NULL,
    through  timestamptz NOT NULL,
    rows     integer     NOT NULL CHECK (rows > 0),
    previous text        NOT NULL CHECK (previous ~ '^([0-9a-f]{64})?$'),
    hash     text        NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$')
);
-- Which batch a row is in.
CREATE TABLE security_seals (
    event_id uuid PRIMARY KEY,
    batch    bigint NOT NULL REFERENCES security_batches
);
CREATE INDEX security_seals_batch_idx ON security_seals (batch);
-- The months that were purged: through is the last batch of each that is gone, hash is its hash,
-- which the first batch that is left continues.
CREATE TABLE security_purges (
    month     date PRIMARY KEY,
    through   bigint      NOT NULL,
    hash      text        NOT NULL,
    rows      bigint      NOT NULL,
    purged_at timestamptz NOT NULL
);
-- The default privileges grant all of these.
REVOKE UPDATE, DELETE ON security_events, security_batches, security_seals FROM propflow_app;
REVOKE INSERT, UPDATE, DELETE ON security_purges FROM propflow_app;

-- purge_security_log removes at most max_batches batches of the oldest month of the chain, with
-- their rows, and returns how many rows it removed. It works with the rights of the schema's owner,
-- because the application may delete nothing: so it refuses what is younger than 400 days by the
-- server's clock, whatever the caller asks for and whatever a batch claims about its rows.
-- +goose StatementBegin
CREATE FUNCTION purge_security_log(as_of timestamptz, max_batches integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    cutoff timestamptz := least(as_of, clock_timestamp()) - interval '400 days';
    oldest timestamptz;
    month_end timestamptz;
    last_batch public.security_batches;
    removed bigint;
    strays bigint;
BEGIN
    SELECT b.at INTO oldest FROM public.security_batches b ORDER BY b.seq LIMIT 1;
    month_end := (date_trunc('month', oldest AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    IF month_end IS NULL OR month_end > cutoff THEN
        RETURN 0;
    END IF;
    SELECT b.* INTO last_batch FROM (
        SELECT * FROM public.security_batches ORDER BY seq LIMIT max_batches
    ) b WHERE NOT EXISTS (
        SELECT FROM public.security_batches younger WHERE younger.seq <= b.seq AND younger.at >= month_end
    ) ORDER BY b.seq DESC LIMIT 1;
    DELETE FROM public.security_events e USING public.security_seals s
        WHERE s.event_id = e.id AND s.batch <= last_batch.seq AND e.at < cutoff;
    GET DIAGNOSTICS removed = ROW_COUNT;
    DELETE FROM public.security_seals s WHERE s.batch <= last_batch.seq;
    DELETE FROM public.security_batches b WHERE b.seq <= last_batch.seq;
    -- Rows that were never sealed have no batch to go with.
    DELETE FROM public.security_events e
        WHERE e.at < month_end - interval '1 month' AND NOT EXISTS (SELECT FROM public.security_seals s WHERE s.event_id = e.id);
    GET DIAGNOSTICS strays = ROW_COUNT;
    removed := removed + strays;
    INSERT INTO public.security_purges AS p (month, through, hash, rows, purged_at)
        VALUES ((date_trunc('month', oldest AT TIME ZONE 'UTC'))::date, last_batch.seq, last_batch.hash, removed, clock_timestamp())
        ON CONFLICT (month) DO UPDATE SET through = excluded.through, hash = excluded.hash,
            rows = p.rows + excluded.rows, purged_at = excluded.purged_at;
    RETURN removed;
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION purge_security_log(timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION purge_security_log(timestamptz, integer) TO propflow_app;

-- +goose Down
DROP FUNCTION purge_security_log(timestamptz, integer);
DROP TABLE security_purges, security_seals, security_batches, security_events;
