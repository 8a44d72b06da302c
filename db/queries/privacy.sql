-- name: InsertPrivacyRequest :exec
INSERT INTO privacy_requests (id, user_id, kind, property_id, message, state, created_at, due_at, reason, answered_at, answered_by, version)
VALUES (@id, @user_id, @kind, @property_id, @message, @state, @created_at, @due_at, @reason, @answered_at, @answered_by, @version);

-- name: GetPrivacyRequest :one
SELECT * FROM privacy_requests WHERE id = @id;

-- name: LockPrivacyRequest :one
SELECT * FROM privacy_requests WHERE id = @id FOR NO KEY UPDATE;

-- name: UpdatePrivacyRequest :execrows
UPDATE privacy_requests
SET id = @id, user_id = @user_id, kind = @kind, property_id = @property_id, message = @message, state = @state, created_at = @created_at,
    due_at = @due_at, reason = @reason, answered_at = @answered_at, answered_by = @answered_by, version = 1 + @version::bigint
WHERE id = @id AND version = @version::bigint;

-- name: PrivacyRequests :many
SELECT * FROM privacy_requests
WHERE (due_at, id) > (@after_at::timestamptz, @after_id::uuid)
  AND (sqlc.narg(kind)::text IS NULL OR kind = sqlc.narg(kind)::text)
  AND (sqlc.narg(state)::text IS NULL OR state = sqlc.narg(state)::text)
ORDER BY due_at, id LIMIT @page_limit::integer;

-- name: PrivacyRequestsOf :many
SELECT * FROM privacy_requests
WHERE user_id = @user_id AND (due_at, id) > (@after_at::timestamptz, @after_id::uuid)
  AND (sqlc.narg(kind)::text IS NULL OR kind = sqlc.narg(kind)::text)
  AND (sqlc.narg(state)::text IS NULL OR state = sqlc.narg(state)::text)
ORDER BY due_at, id LIMIT @page_limit::integer;

-- name: CountOpenPrivacyRequests :one
SELECT count(*) FROM privacy_requests WHERE user_id = @user_id AND state = 'OPEN';

-- name: SilencePrivacyRequests :exec
UPDATE privacy_requests SET message = '', reason = '', version = version + 1
WHERE user_id = @user_id AND (message <> '' OR reason <> '');

-- name: InsertLegalHold :exec
INSERT INTO legal_holds (id, property_id, user_id, reason, placed_by, placed_at, lift_reason, lifted_by, lifted_at, version)
VALUES (@id, @property_id, @user_id, @reason, @placed_by, @placed_at, @lift_reason, @lifted_by, @lifted_at, @version);

-- name: GetLegalHold :one
SELECT * FROM legal_holds WHERE id = @id;

-- name: LockLegalHold :one
SELECT * FROM legal_holds WHERE id = @id FOR NO KEY UPDATE;

-- name: UpdateLegalHold :execrows
UPDATE legal_holds
SET id = @id, property_id = @property_id, user_id = @user_id, reason = @reason, placed_by = @placed_by, placed_at = @placed_at,
    lift_reason = @lift_reason, lifted_by = @lifted_by, lifted_at = @lifted_at, version = 1 + @version::bigint
WHERE id = @id AND version = @version::bigint;

-- name: LegalHolds :many
SELECT * FROM legal_holds
WHERE (placed_at, id) < (@after_at::timestamptz, @after_id::uuid)
  AND (sqlc.narg(property_id)::uuid IS NULL OR property_id = sqlc.narg(property_id)::uuid)
  AND (sqlc.narg(user_id)::uuid IS NULL OR user_id = sqlc.narg(user_id)::uuid)
  AND (NOT @in_force::boolean OR lifted_at IS NULL)
ORDER BY placed_at DESC, id DESC LIMIT @page_limit::integer;

-- name: HoldCovers :one
SELECT EXISTS (SELECT 1 FROM legal_holds WHERE lifted_at IS NULL AND property_id = sqlc.narg(property_id)::uuid)
    OR EXISTS (SELECT 1 FROM legal_holds WHERE lifted_at IS NULL AND user_id = sqlc.narg(user_id)::uuid) AS covers;

-- name: InsertErasure :execrows
INSERT INTO erasures (user_id, asked_at, phone, name, finished_at, version)
VALUES (@user_id, @asked_at, @phone, @name, @finished_at, @version)
ON CONFLICT (user_id) DO NOTHING;

-- name: GetErasure :one
SELECT * FROM erasures WHERE user_id = @user_id;

-- name: LockErasure :one
SELECT * FROM erasures WHERE user_id = @user_id FOR NO KEY UPDATE;

-- name: UpdateErasure :execrows
UPDATE erasures
SET asked_at = @asked_at, phone = @phone, name = @name, finished_at = @finished_at, version = version + 1
WHERE user_id = @user_id AND version = @version;

-- name: ErasuresReady :many
SELECT user_id FROM erasures e
WHERE finished_at IS NULL AND user_id > @after_id::uuid
  AND NOT EXISTS (SELECT 1 FROM properties p WHERE p.owner_id = e.user_id)
  AND NOT EXISTS (SELECT 1 FROM legal_holds h WHERE h.user_id = e.user_id AND h.lifted_at IS NULL)
ORDER BY user_id LIMIT @page_limit::integer;

-- name: InsertExport :exec
INSERT INTO exports (id, user_id, state, requested_at, ready_at, expires_at, parts, version)
VALUES (@id, @user_id, @state, @requested_at, @ready_at, @expires_at, @parts, @version);

-- name: GetExport :one
SELECT * FROM exports WHERE id = @id;

-- name: LockExport :one
SELECT * FROM exports WHERE id = @id FOR NO KEY UPDATE;

-- name: UpdateExport :execrows
UPDATE exports
SET id = @id, user_id = @user_id, state = @state, requested_at = @requested_at, ready_at = @ready_at, expires_at = @expires_at,
    parts = @parts, version = 1 + @version::bigint
WHERE id = @id AND version = @version::bigint;

-- name: DeleteExport :execrows
DELETE FROM exports WHERE id = @id;

-- name: ExportsByUser :many
SELECT * FROM exports WHERE user_id = @user_id ORDER BY requested_at DESC, id DESC;
