-- name: InsertChallenge :exec
INSERT INTO challenges (
    id, user_id, property_id, subject_type, room, issued_at, expires_at, used_at
) VALUES (
    @id, @user_id, @property_id, @subject_type, @room, @issued_at, @expires_at, @used_at
);

-- name: LockChallenge :one
SELECT * FROM challenges WHERE id = @id FOR NO KEY UPDATE;

-- name: ChallengesOf :many
SELECT * FROM challenges WHERE property_id = @property_id ORDER BY issued_at, id;

-- name: UseChallenge :execrows
UPDATE challenges SET used_at = @used_at::timestamptz WHERE id = @id AND used_at IS NULL;

-- name: InsertPhoto :exec
INSERT INTO photos (
    id, property_id, owner_id, subject_type, room, status, announced_sha256, announced_bytes, announced_type, device,
    challenge_id, challenged_at, created_at, completed_at, inspected_at, sha256, facts, findings, analysis, linked_to,
    resolution, resolution_reason, resolved_by, resolved_at, replaced_by, version, past_verdicts
) VALUES (
    @id, @property_id, @owner_id, @subject_type, @room, @status, @announced_sha256, @announced_bytes, @announced_type,
    @device, @challenge_id, @challenged_at, @created_at, @completed_at, @inspected_at, @sha256, @facts, @findings,
    @analysis, @linked_to, @resolution, @resolution_reason, @resolved_by, @resolved_at, @replaced_by, @version, @past_verdicts
);

-- name: UpdatePhoto :execrows
UPDATE photos
SET id = @id, property_id = @property_id, owner_id = @owner_id, subject_type = @subject_type, room = @room,
    status = @status, announced_sha256 = @announced_sha256, announced_bytes = @announced_bytes,
    announced_type = @announced_type, device = @device, challenge_id = @challenge_id, challenged_at = @challenged_at,
    created_at = @created_at, completed_at = @completed_at, inspected_at = @inspected_at, sha256 = @sha256,
    facts = @facts, findings = @findings, analysis = @analysis, linked_to = @linked_to, resolution = @resolution,
    resolution_reason = @resolution_reason, resolved_by = @resolved_by, resolved_at = @resolved_at,
    replaced_by = @replaced_by, version = 1 + @version::bigint, past_verdicts = @past_verdicts
WHERE id = @id AND version = @version::bigint;

-- name: GetPhoto :one
SELECT * FROM photos WHERE id = @id;

-- name: LockPhoto :one
SELECT * FROM photos WHERE id = @id FOR NO KEY UPDATE;

-- name: DeletePhoto :execrows
DELETE FROM photos WHERE id = @id;

-- name: PhotosByProperty :many
SELECT * FROM photos WHERE property_id = @property_id ORDER BY created_at, id;

-- name: SameBytes :many
SELECT DISTINCT property_id FROM photos
WHERE sha256 = @sha256::text AND property_id <> @other_than::uuid ORDER BY property_id;

-- name: StaleUploads :many
SELECT * FROM photos
WHERE status = 'AWAITING_UPLOAD' AND created_at < @before::timestamptz
ORDER BY created_at, id LIMIT @page_limit::integer;
