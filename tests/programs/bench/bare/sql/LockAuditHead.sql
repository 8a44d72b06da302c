-- name: LockAuditHead :one
INSERT INTO audit_heads AS h (property_id, seq, hash) VALUES ($1, 0, '')
ON CONFLICT (property_id) DO UPDATE SET seq = h.seq
RETURNING h.seq, h.hash
