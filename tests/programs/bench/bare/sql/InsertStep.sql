-- name: InsertStep :exec
INSERT INTO steps (kind, property_id, user_id, at) VALUES ($1, $2, $3, $4)
