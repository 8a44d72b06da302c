-- Runs as the superuser when the volume of the database is new. propflow_owner owns the
-- schema and migrates it; propflow_app, which the migrations grant what it may do, is what
-- api, worker and beat log in as.
\getenv owner_password POSTGRES_OWNER_PASSWORD
\getenv app_password POSTGRES_APP_PASSWORD

CREATE ROLE propflow_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE ROLE propflow_app LOGIN PASSWORD :'app_password';
GRANT propflow_app TO propflow_owner;

ALTER DATABASE :"DBNAME" OWNER TO propflow_owner;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO propflow_app;

-- It sees the statements of every database, and migrations may not touch what is another's.
\connect postgres
CREATE EXTENSION pg_stat_statements;
