-- +goose Up
-- The purposes that a row gives or withdraws. Null, as in the rows of earlier releases, means all
-- purposes of the notice of that version.
ALTER TABLE consents
    ADD COLUMN purposes  text[],
    ADD COLUMN withdrawn boolean NOT NULL DEFAULT false;
-- Deletes the consents of a customer who asked for erasure and has no case left. It works with the
-- rights of its owner, because the application may only add consents.
-- +goose StatementBegin
CREATE FUNCTION forget_consents(erased uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM consents c
    WHERE c.user_id = erased
      AND EXISTS (SELECT FROM erasures e WHERE e.user_id = erased)
      AND NOT EXISTS (SELECT FROM properties p WHERE p.owner_id = erased);
END
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION forget_consents(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION forget_consents(uuid) TO propflow_app;

-- +goose Down
DROP FUNCTION forget_consents(uuid);
ALTER TABLE consents DROP COLUMN withdrawn, DROP COLUMN purposes;
