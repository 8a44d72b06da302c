-- name: PGNotifyMany :exec
WITH topic_to_notify AS (
    SELECT
        concat(coalesce($1::text, current_schema()), '.', $2::text) AS topic,
        unnest($3::text[]) AS payload
)
SELECT pg_notify(
    topic_to_notify.topic,
    topic_to_notify.payload
  )
FROM topic_to_notify
