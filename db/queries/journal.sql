-- name: InsertNotification :exec
INSERT INTO notifications (
    id, topic, channel, recipient_id, property_id, status, attempts, provider_id, created_at, sent_at, version,
    delivery, delivery_at
) VALUES (
    @id, @topic, @channel, @recipient_id, @property_id, @status, @attempts, @provider_id, @created_at, @sent_at,
    @version, @delivery, @delivery_at
);

-- name: UpdateNotification :execrows
UPDATE notifications
SET id = @id, topic = @topic, channel = @channel, recipient_id = @recipient_id, property_id = @property_id,
    status = @status, attempts = @attempts, provider_id = @provider_id, created_at = @created_at, sent_at = @sent_at,
    delivery = @delivery, delivery_at = @delivery_at, version = version + 1
WHERE id = @id AND version = @version;

-- name: GetNotification :one
SELECT * FROM notifications WHERE id = @id;

-- name: LockNotificationsByProviderID :many
SELECT * FROM notifications WHERE provider_id = @provider_id AND provider_id <> '' ORDER BY created_at, id FOR UPDATE;

-- name: Notifications :many
SELECT * FROM notifications
WHERE (created_at, id) < (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at DESC, id DESC LIMIT @page_limit::integer;

-- name: NotificationsTo :many
SELECT * FROM notifications
WHERE recipient_id = @recipient_id AND (created_at, id) < (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at DESC, id DESC LIMIT @page_limit::integer;

-- name: NotificationsAbout :many
SELECT * FROM notifications
WHERE property_id = @property_id AND (sqlc.narg(recipient_id)::uuid IS NULL OR recipient_id = sqlc.narg(recipient_id))
  AND (created_at, id) < (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at DESC, id DESC LIMIT @page_limit::integer;

-- name: InsertStep :exec
INSERT INTO steps (kind, property_id, user_id, at) VALUES (@kind, @property_id, @user_id, @at);

-- name: StepsBetween :many
SELECT * FROM steps WHERE at >= @since::timestamptz AND at < @until::timestamptz ORDER BY at, id;

-- Locks the head of a property's chain, and inserts it if there is none.
-- name: LockAuditHead :one
INSERT INTO audit_heads AS h (property_id, seq, hash) VALUES (@property_id, 0, '')
ON CONFLICT (property_id) DO UPDATE SET seq = h.seq
RETURNING h.seq, h.hash;

-- name: InsertAuditEntry :exec
WITH head AS (
    UPDATE audit_heads h SET seq = @seq, hash = @hash WHERE h.property_id = @property_id
)
INSERT INTO audit_entries (property_id, seq, at, actor_id, actor_role, action, from_state, to_state, facts, prev_hash, hash)
VALUES (@property_id, @seq, @at, @actor_id, @actor_role, @action, @from_state, @to_state, @facts, @prev_hash, @hash);

-- name: AuditChain :many
SELECT * FROM audit_entries WHERE property_id = @property_id ORDER BY seq;

-- name: AuditActed :many
SELECT DISTINCT property_id FROM audit_entries
WHERE property_id = ANY(@among::uuid[]) AND actor_id = @actor_id::uuid AND action = ANY(@actions::text[]);

-- Waiting readers are notified when the transaction commits.
-- name: InsertEvent :exec
WITH event AS (
    INSERT INTO events (action, property_id, photo_id, state, sla_level, at, owner_id, roles, lost_by, given_to)
    VALUES (@action, @property_id, @photo_id, @state, @sla_level, @at, @owner_id, @roles, @lost_by, @given_to)
)
SELECT pg_notify('propflow_events', '');

-- name: EventsPending :one
SELECT EXISTS (SELECT FROM events WHERE position IS NULL);

-- name: LockFeedHead :one
SELECT * FROM feed_head FOR UPDATE;

-- name: FeedHead :one
SELECT * FROM feed_head;

-- Numbers the committed events. The id is a UUIDv7: the time, then the position, so that
-- ids are in order and unique.
-- name: NumberEvents :exec
WITH pending AS (
    SELECT e.id, sqlc.arg(position)::bigint + row_number() OVER (ORDER BY e.id) AS position
    FROM (SELECT id FROM events WHERE position IS NULL ORDER BY id LIMIT @page_limit::integer FOR UPDATE SKIP LOCKED) e
), numbered AS (
    UPDATE events e
    SET position = p.position,
        feed_id = (lpad(to_hex(@ms::bigint), 12, '0') || '70008000' || lpad(to_hex(p.position), 12, '0'))::uuid
    FROM pending p WHERE e.id = p.id
    RETURNING e.position, e.feed_id
), newest AS (
    SELECT position, feed_id FROM numbered ORDER BY position DESC LIMIT 1
)
UPDATE feed_head h SET position = n.position, feed_id = n.feed_id, ms = sqlc.arg(ms)::bigint FROM newest n;

-- name: ForgetEvents :exec
WITH gone AS (
    DELETE FROM events WHERE position <= @position::bigint RETURNING position
)
UPDATE feed_head h SET forgotten = greatest(h.forgotten, (SELECT max(position) FROM gone))
WHERE EXISTS (SELECT FROM gone);

-- name: EventPosition :one
SELECT position::bigint FROM events WHERE feed_id = @feed_id::uuid;

-- name: EventsAfter :many
SELECT * FROM events WHERE position > @position::bigint ORDER BY position LIMIT @page_limit::integer;

-- name: TryLockKey :one
SELECT pg_try_advisory_xact_lock(hashtextextended(@key::text, 0));

-- name: FindKey :one
SELECT * FROM idempotency_keys WHERE user_id = @user_id AND operation = @operation AND key = @key AND created_at > @since;

-- name: SaveKey :execrows
INSERT INTO idempotency_keys AS k (user_id, operation, key, fingerprint, result, created_at)
VALUES (@user_id, @operation, @key, @fingerprint, @result, @created_at)
ON CONFLICT (user_id, operation, key) DO UPDATE
SET fingerprint = excluded.fingerprint, result = excluded.result, created_at = excluded.created_at
WHERE k.created_at <= @since;

-- Each save takes a few expired keys away, so that the table does not grow.
-- name: ForgetKeys :exec
DELETE FROM idempotency_keys k
USING (SELECT o.user_id, o.operation, o.key FROM idempotency_keys o WHERE o.created_at <= @since ORDER BY o.created_at LIMIT 4 FOR UPDATE SKIP LOCKED) old
WHERE (k.user_id, k.operation, k.key) = (old.user_id, old.operation, old.key);

-- name: SchedulePeriodic :exec
INSERT INTO job_schedule AS s (kind, period, next_at) VALUES (@kind, @period, now() + sqlc.arg(period)::interval)
ON CONFLICT (kind) DO UPDATE
SET period = excluded.period, next_at = least(s.next_at, now() + excluded.period)
WHERE s.period <> excluded.period;

-- Takes one periodic job that is due; one that was missed several times counts once.
-- name: TakePeriodic :one
UPDATE job_schedule s SET next_at = now() + s.period
WHERE s.kind = (
    SELECT d.kind FROM job_schedule d
    WHERE d.kind = ANY(@kinds::text[]) AND d.next_at <= now()
    ORDER BY d.next_at LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING s.kind;

-- name: NextPeriodic :one
SELECT min(next_at)::timestamptz FROM job_schedule WHERE kind = ANY(@kinds::text[]);
