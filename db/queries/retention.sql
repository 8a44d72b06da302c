-- name: DueRetention :many
SELECT id FROM (
    (SELECT id, decided_at, decided_at - @decided::timestamptz AS since FROM properties
        WHERE decided_at <= @decided::timestamptz AND state <> 'WITHDRAWN'
          AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.lifted_at IS NULL AND (h.property_id = properties.id OR h.user_id = properties.owner_id))
        ORDER BY decided_at, id LIMIT @page_limit::integer)
    UNION ALL
    (SELECT id, decided_at, decided_at - @withdrawn::timestamptz AS since FROM properties
        WHERE decided_at <= @withdrawn::timestamptz AND state = 'WITHDRAWN'
          AND NOT EXISTS (SELECT FROM legal_holds h WHERE h.lifted_at IS NULL AND (h.property_id = properties.id OR h.user_id = properties.owner_id))
        ORDER BY decided_at, id LIMIT @page_limit::integer)
) AS due
ORDER BY since, id LIMIT @page_limit::integer;

-- The photos go before the challenges, which go with the property.
-- name: DeletePhotosOf :exec
DELETE FROM photos WHERE property_id = @property_id;

-- name: DeleteValuationsOf :exec
DELETE FROM valuations WHERE property_id = @property_id;

-- name: DeleteNotificationsOf :exec
DELETE FROM notifications WHERE property_id = @property_id;

-- name: DeleteStepsOf :exec
DELETE FROM steps WHERE property_id = @property_id;

-- name: AskedForErasure :one
SELECT (e.user_id IS NOT NULL)::boolean AS asked FROM users u LEFT JOIN erasures e ON e.user_id = u.id
WHERE u.id = @id AND u.role = 'CUSTOMER' FOR UPDATE OF u;

-- name: HasProperties :one
SELECT EXISTS (SELECT FROM properties WHERE owner_id = @owner_id);

-- name: ForgetConsents :exec
SELECT forget_consents(@user_id::uuid);

-- name: DeleteSessionsOf :exec
DELETE FROM sessions WHERE user_id = @user_id;

-- name: DeleteExportsOf :exec
DELETE FROM exports WHERE user_id = @user_id;

-- name: DeleteKeysOf :exec
DELETE FROM idempotency_keys WHERE user_id = @user_id;

-- name: DeleteUser :exec
DELETE FROM users WHERE id = @id;

-- name: DeleteUseOf :exec
DELETE FROM customer_days WHERE user_id = @user_id;

-- name: ForgetChallenges :execrows
DELETE FROM challenges WHERE id IN (
    SELECT c.id FROM challenges c
    WHERE c.expires_at < @before::timestamptz AND NOT EXISTS (SELECT FROM photos p WHERE p.challenge_id = c.id)
    ORDER BY c.expires_at, c.id LIMIT @page_limit::integer FOR UPDATE SKIP LOCKED);

-- name: ForgetSteps :execrows
DELETE FROM steps WHERE id IN (
    SELECT s.id FROM steps s
    WHERE s.at < @before::timestamptz
    ORDER BY s.at, s.id LIMIT @page_limit::integer FOR UPDATE SKIP LOCKED);

-- name: ForgetOldKeys :execrows
DELETE FROM idempotency_keys k
USING (SELECT o.user_id, o.operation, o.key FROM idempotency_keys o WHERE o.created_at < @before::timestamptz ORDER BY o.created_at LIMIT @page_limit::integer FOR UPDATE SKIP LOCKED) old
WHERE (k.user_id, k.operation, k.key) = (old.user_id, old.operation, old.key);

-- name: ForgetProposedNumbers :execrows
UPDATE proposals SET content = jsonb_set(content, '{value,number}', '{}'), version = version + 1
WHERE id IN (
    SELECT p.id FROM proposals p
    WHERE p.kind = 'RESTORE_NUMBER' AND p.content #> '{value,number}' <> '{}' AND p.proposed_at < @before::timestamptz
    ORDER BY p.proposed_at, p.id LIMIT @page_limit::integer FOR UPDATE SKIP LOCKED);

-- name: ForgetOldEvents :one
WITH gone AS (
    DELETE FROM events WHERE id IN (
        SELECT e.id FROM events e
        WHERE e.position IS NOT NULL AND e.at < @before::timestamptz
        ORDER BY e.position LIMIT @page_limit::integer)
    RETURNING position
), head AS (
    UPDATE feed_head h SET forgotten = greatest(h.forgotten, (SELECT max(position) FROM gone))
    WHERE EXISTS (SELECT FROM gone)
)
SELECT count(*) FROM gone;
