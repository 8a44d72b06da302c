-- name: FindKey :one
SELECT user_id, operation, key, fingerprint, result, created_at FROM idempotency_keys WHERE user_id = $1 AND operation = $2 AND key = $3 AND created_at > $4
