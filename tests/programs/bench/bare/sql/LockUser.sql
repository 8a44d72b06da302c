-- name: LockUser :one
SELECT id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version, email, last_login_at, pincode_misses FROM users WHERE id = $1 FOR NO KEY UPDATE
