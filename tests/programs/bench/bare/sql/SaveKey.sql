-- name: SaveKey :execrows
INSERT INTO idempotency_keys AS k (user_id, operation, key, fingerprint, result, created_at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id, operation, key) DO UPDATE
SET fingerprint = excluded.fingerprint, result = excluded.result, created_at = excluded.created_at
WHERE k.created_at <= $7
