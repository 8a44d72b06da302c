-- name: InsertSecurityEvent :exec
INSERT INTO security_events (id, at, code, actor_id, actor_role, target_id, property_id, photo_id, client, detail, count)
VALUES (@id, coalesce(sqlc.narg('at')::timestamptz, clock_timestamp()), @code, @actor_id, @actor_role, @target_id, @property_id, @photo_id,
        @client, @detail, @count)
ON CONFLICT (id) DO NOTHING;

-- name: SecurityEvents :many
SELECT * FROM security_events
WHERE (at, id) < (@after_at::timestamptz, @after_id::uuid)
  AND at >= @since::timestamptz AND at < @until::timestamptz
  AND (sqlc.narg('code')::text IS NULL OR code = sqlc.narg('code'))
  AND (sqlc.narg('actor_id')::uuid IS NULL OR actor_id = sqlc.narg('actor_id'))
  AND (sqlc.narg('target_id')::uuid IS NULL OR target_id = sqlc.narg('target_id'))
  AND (sqlc.narg('property_id')::uuid IS NULL OR property_id = sqlc.narg('property_id'))
  AND (sqlc.narg('client')::text IS NULL OR client = sqlc.narg('client'))
ORDER BY at DESC, id DESC LIMIT @page_limit::integer;

-- name: NewestSecurityBatch :one
SELECT * FROM security_batches ORDER BY seq DESC LIMIT 1;

-- name: UnsealedSecurityEvents :many
SELECT e.* FROM security_events e
WHERE e.at >= @since::timestamptz AND e.at < @before::timestamptz
  AND NOT EXISTS (SELECT FROM security_seals s WHERE s.event_id = e.id)
ORDER BY e.at, e.id LIMIT @page_limit::integer;

-- name: InsertSecurityBatch :exec
WITH batch AS (
    INSERT INTO security_batches (seq, at, through, rows, previous, hash) VALUES (@seq, @at, @through, @rows, @previous, @hash) RETURNING seq
)
INSERT INTO security_seals (event_id, batch) SELECT unnest(@ids::uuid[]), batch.seq FROM batch;

-- name: SecurityBatches :many
SELECT * FROM security_batches WHERE seq > @after::bigint ORDER BY seq LIMIT @page_limit::integer;

-- name: SealedSecurityEvents :many
SELECT s.batch, sqlc.embed(e) FROM security_seals s JOIN security_events e ON e.id = s.event_id
WHERE s.batch BETWEEN @first::bigint AND @last::bigint;

-- name: LastSecurityPurge :one
SELECT through, hash, purged_at FROM security_purges ORDER BY through DESC LIMIT 1;

-- name: PurgeSecurityLog :one
SELECT purge_security_log(@as_of::timestamptz, @batches::integer)::bigint;
