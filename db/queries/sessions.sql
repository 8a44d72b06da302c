-- name: InsertSession :exec
INSERT INTO sessions (id, user_id, client, refresh_hash, previous_hash, created_at, refreshed_at, confirmed_at, expires_at, ended_at,
                      ended_by, version)
VALUES (@id, @user_id, @client, @refresh_hash, @previous_hash, @created_at, @refreshed_at, @confirmed_at, @expires_at, @ended_at,
        @ended_by, @version);

-- name: LockSession :one
SELECT * FROM sessions WHERE id = @id FOR NO KEY UPDATE;

-- name: UpdateSession :execrows
UPDATE sessions
SET refresh_hash = @refresh_hash, previous_hash = @previous_hash, refreshed_at = @refreshed_at, confirmed_at = @confirmed_at,
    expires_at = @expires_at, ended_at = @ended_at, ended_by = @ended_by, version = version + 1
WHERE id = @id AND version = @version;

-- name: SpendRefresh :exec
INSERT INTO spent_refreshes (session_id, hash) VALUES (@session_id, @hash) ON CONFLICT DO NOTHING;

-- name: SpentRefresh :one
SELECT EXISTS (SELECT FROM spent_refreshes WHERE session_id = @session_id AND hash = @hash);

-- name: LiveSessions :many
SELECT * FROM sessions
WHERE user_id = @user_id AND ended_at IS NULL AND expires_at > @now
ORDER BY created_at DESC, id DESC;

-- name: SessionsByUser :many
SELECT * FROM sessions WHERE user_id = @user_id ORDER BY created_at DESC, id DESC;

-- name: EndSessions :execrows
UPDATE sessions
SET ended_at = @now::timestamptz, ended_by = @ended_by, version = version + 1
WHERE user_id = @user_id AND ended_at IS NULL AND id IS DISTINCT FROM sqlc.narg(kept)::uuid;

-- name: EndEverybody :execrows
UPDATE sessions SET ended_at = @now::timestamptz, ended_by = @ended_by, version = version + 1 WHERE ended_at IS NULL;

-- name: Standings :many
SELECT s.id, s.user_id, u.role, u.disabled, s.confirmed_at, s.expires_at, (s.ended_at IS NOT NULL)::boolean AS ended
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.id = ANY (@ids::uuid[]);

-- name: PurgeSessions :execrows
DELETE FROM sessions
WHERE id IN (SELECT id FROM sessions WHERE least(ended_at, expires_at) < @before::timestamptz LIMIT @most::integer);
