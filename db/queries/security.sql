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
