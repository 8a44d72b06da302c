-- name: PropertiesAfter :many
SELECT id FROM properties WHERE id > @after::uuid ORDER BY id LIMIT @page_limit::integer;

-- Users who are no mere customers with access, or have a consent. Each side is read from its own
-- index, in order, as most users are neither.
-- name: RegisteredAfter :many
(SELECT u.id FROM users u WHERE u.id > @after::uuid AND (u.role <> 'CUSTOMER' OR u.disabled) ORDER BY u.id LIMIT @page_limit::integer)
UNION
(SELECT DISTINCT c.user_id FROM consents c WHERE c.user_id > @after::uuid ORDER BY c.user_id LIMIT @page_limit::integer)
ORDER BY id LIMIT @page_limit::integer;

-- name: StepsOf :many
SELECT * FROM steps WHERE property_id = @property_id ORDER BY at, id;

-- Recorded heads, and chains that have entries but no recorded head: the entries' properties
-- are found one by one from the index, as there are many entries of each.
-- name: AuditHeads :many
WITH RECURSIVE chains AS (
    (SELECT e.property_id, 1 AS n FROM audit_entries e WHERE e.property_id > @after::uuid ORDER BY e.property_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.property_id FROM audit_entries e WHERE e.property_id > c.property_id ORDER BY e.property_id LIMIT 1), c.n + 1
    FROM chains c WHERE c.property_id IS NOT NULL AND c.n < @page_limit::integer
), recorded AS (
    SELECT h.property_id FROM audit_heads h WHERE h.property_id > @after::uuid ORDER BY h.property_id LIMIT @page_limit::integer
), page AS (
    SELECT property_id FROM chains WHERE property_id IS NOT NULL
    UNION SELECT property_id FROM recorded
    ORDER BY property_id LIMIT @page_limit::integer
)
SELECT p.property_id::uuid AS property_id, coalesce(h.seq, 0)::bigint AS seq, coalesce(h.hash, '')::text AS hash
FROM page p LEFT JOIN audit_heads h ON h.property_id = p.property_id ORDER BY p.property_id;

-- name: AuditHead :one
SELECT seq, hash FROM audit_heads WHERE property_id = @property_id;

-- name: AuditGrown :many
SELECT h.property_id, h.seq, h.hash, e.at
FROM audit_entries e JOIN audit_heads h ON h.property_id = e.property_id AND h.seq = e.seq
WHERE (e.at, e.property_id) > (@after_at::timestamptz, @after_id::uuid)
ORDER BY e.at, e.property_id LIMIT @page_limit::integer;

-- name: AuditStored :many
SELECT e.property_id, e.seq, e.hash
FROM unnest(@property_ids::uuid[]) WITH ORDINALITY AS p(id, n)
JOIN unnest(@seqs::bigint[]) WITH ORDINALITY AS s(seq, n) USING (n)
JOIN audit_entries e ON e.property_id = p.id AND e.seq = s.seq;

-- name: AuditAnchors :many
SELECT number, hash, at, through FROM audit_anchors WHERE number > @after::bigint ORDER BY number LIMIT @page_limit::integer;

-- name: NewestAuditAnchor :one
SELECT number, hash, at, through FROM audit_anchors ORDER BY number DESC LIMIT 1;

-- name: InsertAuditAnchor :execrows
INSERT INTO audit_anchors (number, hash, at, through) VALUES (@number, @hash, @at, @through) ON CONFLICT DO NOTHING;

-- name: MissingEvents :one
SELECT (h.position - h.forgotten - (SELECT count(*) FROM events e WHERE e.position > h.forgotten))::bigint FROM feed_head h;
