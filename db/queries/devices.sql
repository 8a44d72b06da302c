-- name: KeepDevice :exec
INSERT INTO devices (user_id, token_hash, created_at, last_used_at)
VALUES (@user_id, @token_hash, @created_at, @last_used_at)
ON CONFLICT (user_id, token_hash) DO UPDATE SET last_used_at = greatest(devices.last_used_at, excluded.last_used_at);

-- name: TrimDevices :exec
DELETE FROM devices d
WHERE d.user_id = @user_id AND d.token_hash IN (
    SELECT o.token_hash FROM devices o WHERE o.user_id = @user_id ORDER BY o.last_used_at DESC, o.token_hash OFFSET @most::integer);

-- name: KnownDevice :one
SELECT * FROM devices
WHERE user_id = @user_id AND token_hash = ANY (@hashes::text[]) AND last_used_at > @since
ORDER BY last_used_at DESC, token_hash LIMIT 1;

-- name: ForgetDevices :exec
DELETE FROM devices WHERE user_id = @user_id;

-- name: PurgeDevices :execrows
DELETE FROM devices
WHERE (user_id, token_hash) IN (SELECT user_id, token_hash FROM devices WHERE last_used_at < @before::timestamptz LIMIT @most::integer);
