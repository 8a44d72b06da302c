-- +goose Up
-- The perceptual hashes of all measured photos, numbered as they are committed: whoever adds
-- one holds the head until its transaction ends. So a reader who knows all hashes up to a
-- position reads only those behind it, and never misses one that came late.
CREATE TABLE photo_hashes (
    position bigint PRIMARY KEY CHECK (position > 0),
    photo_id uuid   NOT NULL UNIQUE REFERENCES photos ON DELETE CASCADE,
    hash     bigint NOT NULL, -- the 64 bits of the upright picture
    xact     xid8   NOT NULL DEFAULT pg_current_xact_id() -- who added it: a reader does not remember its own, which may be undone
);
-- Its one row is locked by whoever adds a hash. Positions are never used twice once committed.
CREATE TABLE photo_hash_head (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint  NOT NULL CHECK (position >= 0)
);
INSERT INTO photo_hashes (position, photo_id, hash)
SELECT row_number() OVER (ORDER BY p.created_at, p.id), p.id, (n.hash - CASE WHEN n.hash >= 2 ^ 63::numeric THEN 2 ^ 64::numeric ELSE 0 END)::bigint
FROM photos p
CROSS JOIN LATERAL (SELECT (p.facts -> 'value' ->> 'perceptual_hash')::numeric AS hash) AS n
WHERE p.facts -> 'value' ->> 'signature' IS NOT NULL AND coalesce(p.facts -> 'value' ->> 'fault', '') = '';
INSERT INTO photo_hash_head (position) SELECT count(*) FROM photo_hashes;

-- +goose Down
DROP TABLE photo_hash_head, photo_hashes;
