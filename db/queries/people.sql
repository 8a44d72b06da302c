-- name: InsertUser :execrows
INSERT INTO users (id, phone, name, role, language, disabled, totp_secret, totp_confirmed, totp_last_step, created_at, updated_at, version,
                   email, last_login_at, pincode_misses, totp_next, totp_recovery, enrolment_hash, enrolment_expires_at)
VALUES (@id, @phone, @name, @role, @language, @disabled, @totp_secret, @totp_confirmed, @totp_last_step, @created_at, @updated_at, @version,
        @email, @last_login_at, @pincode_misses, @totp_next, @totp_recovery, @enrolment_hash, @enrolment_expires_at)
ON CONFLICT (phone) DO NOTHING;

-- name: GetUser :one
SELECT * FROM users WHERE id = @id;

-- name: LockUser :one
SELECT * FROM users WHERE id = @id FOR NO KEY UPDATE;

-- name: LockAdmins :one
SELECT single FROM admins_lock FOR UPDATE;

-- name: Admins :many
SELECT id FROM users WHERE role = 'ADMIN' AND NOT disabled ORDER BY id;

-- name: UserByPhone :one
SELECT * FROM users WHERE phone = @phone;

-- name: UpdateUser :execrows
UPDATE users
SET id = @id, phone = @phone, name = @name, role = @role, language = @language, disabled = @disabled, totp_secret = @totp_secret,
    totp_confirmed = @totp_confirmed, totp_last_step = @totp_last_step, created_at = @created_at, updated_at = @updated_at,
    version = version + 1, email = @email, totp_next = @totp_next, totp_recovery = @totp_recovery,
    enrolment_hash = @enrolment_hash, enrolment_expires_at = @enrolment_expires_at,
    last_login_at = @last_login_at, pincode_misses = @pincode_misses
WHERE id = @id AND version = @version;

-- name: Staff :many
SELECT * FROM users
WHERE role <> 'CUSTOMER' AND (created_at, id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY created_at, id LIMIT @page_limit::integer;

-- Who may review, with their claims by the index of claims. The first condition is that of the index
-- of staff.
-- name: Reviewers :many
SELECT u.id, u.name, u.role, u.created_at,
       (SELECT count(*) FROM properties p WHERE p.claim_valuer_id = u.id AND p.state = 'UNDER_REVIEW') AS claims
FROM users u
WHERE u.role <> 'CUSTOMER' AND u.role IN ('VALUER', 'SUPERVISOR') AND NOT u.disabled
  AND (u.created_at, u.id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY u.created_at, u.id LIMIT @page_limit::integer;

-- name: InsertConsent :exec
INSERT INTO consents (id, user_id, version, language, processors, given_at, purposes, withdrawn)
VALUES (@id, @user_id, @version, @language, @processors, @given_at, @purposes, @withdrawn);

-- Others may hold the user too, but not lock it.
-- name: HoldUser :exec
SELECT FROM users WHERE id = @id FOR SHARE;

-- name: ConsentsByUser :many
SELECT * FROM consents WHERE user_id = @user_id ORDER BY given_at DESC, id DESC;

-- name: GetSettings :one
SELECT * FROM settings;

-- name: InsertSettings :execrows
INSERT INTO settings (min_confidence, sign_off_amount, max_deviation_percent, min_comparables, search_radius_km,
                      comparable_max_age_months, max_open_drafts, max_submissions_per_day, max_photos_per_day, max_streams,
                      updated_at, updated_by, version)
VALUES (@min_confidence, @sign_off_amount, @max_deviation_percent, @min_comparables, @search_radius_km,
        @comparable_max_age_months, @max_open_drafts, @max_submissions_per_day, @max_photos_per_day, @max_streams,
        @updated_at, @updated_by, 1)
ON CONFLICT DO NOTHING;

-- name: UpdateSettings :execrows
UPDATE settings
SET min_confidence = @min_confidence, sign_off_amount = @sign_off_amount, max_deviation_percent = @max_deviation_percent,
    min_comparables = @min_comparables, search_radius_km = @search_radius_km,
    comparable_max_age_months = @comparable_max_age_months, max_open_drafts = @max_open_drafts,
    max_submissions_per_day = @max_submissions_per_day, max_photos_per_day = @max_photos_per_day, max_streams = @max_streams,
    updated_at = @updated_at, updated_by = @updated_by,
    version = version + 1
WHERE version = @version;

-- Keeps the version in force, unless it is kept already.
-- name: KeepSettings :exec
INSERT INTO settings_history (version, min_confidence, sign_off_amount, max_deviation_percent, min_comparables,
                              search_radius_km, comparable_max_age_months, max_open_drafts, max_submissions_per_day,
                              max_photos_per_day, max_streams, updated_at, updated_by)
SELECT version, min_confidence, sign_off_amount, max_deviation_percent, min_comparables, search_radius_km,
       comparable_max_age_months, max_open_drafts, max_submissions_per_day, max_photos_per_day, max_streams, updated_at, updated_by
FROM settings
ON CONFLICT DO NOTHING;

-- name: KeepDefaultSettings :exec
INSERT INTO settings_history (version, min_confidence, sign_off_amount, max_deviation_percent, min_comparables,
                              search_radius_km, comparable_max_age_months)
VALUES (0, @min_confidence, @sign_off_amount, @max_deviation_percent, @min_comparables, @search_radius_km,
        @comparable_max_age_months)
ON CONFLICT DO NOTHING;

-- name: SettingsHistory :many
SELECT * FROM settings_history WHERE version < @below ORDER BY version DESC LIMIT @page_limit::integer;

-- name: InsertProposal :exec
INSERT INTO proposals (id, kind, content, proposed_by, proposed_at, status, decided_by, decided_at, version)
VALUES (@id, @kind, @content, @proposed_by, @proposed_at, @status, @decided_by, @decided_at, @version);

-- name: GetProposal :one
SELECT * FROM proposals WHERE id = @id;

-- name: LockProposal :one
SELECT * FROM proposals WHERE id = @id FOR NO KEY UPDATE;

-- name: UpdateProposal :execrows
UPDATE proposals
SET id = @id, kind = @kind, content = @content, proposed_by = @proposed_by, proposed_at = @proposed_at, status = @status,
    decided_by = @decided_by, decided_at = @decided_at, version = 1 + @version::bigint
WHERE id = @id AND version = @version::bigint;

-- name: Proposals :many
SELECT * FROM proposals WHERE (proposed_at, id) < (@before_at::timestamptz, @before_id::uuid)
ORDER BY proposed_at DESC, id DESC LIMIT @page_limit::integer;

-- Adds to what a customer sent on a day, and locks the count until the transaction ends.
-- name: UseOfCustomer :one
INSERT INTO customer_days AS c (user_id, day, submissions, photos)
VALUES (@user_id, @day, @submissions, @photos)
ON CONFLICT (user_id) DO UPDATE
SET submissions = CASE WHEN c.day >= excluded.day THEN c.submissions ELSE 0 END + excluded.submissions,
    photos      = CASE WHEN c.day >= excluded.day THEN c.photos ELSE 0 END + excluded.photos,
    day         = greatest(c.day, excluded.day)
RETURNING c.submissions, c.photos;

-- A statement of its own, so that it sees what the one before waited for.
-- name: DraftsOfCustomer :one
SELECT count(*) AS drafts, EXISTS (SELECT FROM erasures e WHERE e.user_id = @owner_id) AS erased
FROM properties WHERE owner_id = @owner_id AND state = 'DRAFT';
