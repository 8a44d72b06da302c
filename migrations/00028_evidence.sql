-- +goose Up
-- What somebody agreed to is evidence: the application may read it and add to it. Erasure after the
-- retention has a function of the owner's (migration 29). Versions of the settings are only added, too.
REVOKE UPDATE, DELETE ON consents, settings_history FROM propflow_app;

-- +goose Down
GRANT UPDATE, DELETE ON consents, settings_history TO propflow_app;
