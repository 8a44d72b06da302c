-- name: InsertEvent :exec
WITH event AS (
    INSERT INTO events (action, property_id, photo_id, state, sla_level, at, owner_id, roles, lost_by, given_to)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
)
SELECT pg_notify('propflow_events', '')
