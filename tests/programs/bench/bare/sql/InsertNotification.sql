-- name: InsertNotification :exec
INSERT INTO notifications (
    id, topic, channel, recipient_id, property_id, status, attempts, provider_id, created_at, sent_at, version,
    delivery, delivery_at
) VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
    $11, $12, $13
)
