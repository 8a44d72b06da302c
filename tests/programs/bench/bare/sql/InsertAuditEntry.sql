-- name: InsertAuditEntry :exec
WITH head AS (
    UPDATE audit_heads h SET seq = $2, hash = $11 WHERE h.property_id = $1
)
INSERT INTO audit_entries (property_id, seq, at, actor_id, actor_role, action, from_state, to_state, facts, prev_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
