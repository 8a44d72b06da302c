-- name: ForgetKeys :exec
DELETE FROM idempotency_keys k
USING (SELECT o.user_id, o.operation, o.key FROM idempotency_keys o WHERE o.created_at <= $1 ORDER BY o.created_at LIMIT 4 FOR UPDATE SKIP LOCKED) old
WHERE (k.user_id, k.operation, k.key) = (old.user_id, old.operation, old.key)
