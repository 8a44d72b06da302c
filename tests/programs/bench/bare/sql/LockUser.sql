-- name: LockUser :one
SELECT id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version, email, last_login_at, pincode_misses, totp_next, totp_recovery, enrolment_hash, enrolment_expires_at FROM users WHERE id = $1 FOR NO KEY UPDATE
