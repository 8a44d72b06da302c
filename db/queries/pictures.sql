-- Takes away the hash of a photo unless it is this one.
-- name: ForgetHash :exec
DELETE FROM photo_hashes WHERE photo_id = @photo_id AND hash IS DISTINCT FROM sqlc.narg(hash)::bigint;

-- Gives the hash of a photo that has none the next position.
-- name: InsertHash :exec
WITH head AS (
    UPDATE photo_hash_head SET position = position + 1
    WHERE NOT EXISTS (SELECT FROM photo_hashes h WHERE h.photo_id = @photo_id)
    RETURNING position
)
INSERT INTO photo_hashes (position, photo_id, hash) SELECT position, @photo_id, @hash FROM head;

-- Own is true if this very transaction added it.
-- name: HashesAfter :many
SELECT position, hash, coalesce(xact = pg_current_xact_id_if_assigned(), false)::boolean AS own
FROM photo_hashes WHERE position > @position::bigint ORDER BY position LIMIT @page_limit::integer;

-- name: PhotosAtPositions :many
SELECT h.position, sqlc.embed(photos) FROM photo_hashes h JOIN photos ON photos.id = h.photo_id
WHERE h.position = ANY(@positions::bigint[]) AND photos.property_id <> @other_than::uuid;

-- name: HashHead :one
SELECT position FROM photo_hash_head;
