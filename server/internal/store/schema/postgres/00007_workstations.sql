-- +goose Up

-- Two administrators do not overwrite each other.
ALTER TABLE departments ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE purposes ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE consortia ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- What the register of workstations is filtered by.
ALTER TABLE workstations ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE workstations ADD COLUMN os TEXT NOT NULL DEFAULT '';
ALTER TABLE workstations ADD COLUMN app_version TEXT NOT NULL DEFAULT '';
ALTER TABLE workstations ADD COLUMN expires TEXT NOT NULL DEFAULT '';
ALTER TABLE workstations ADD COLUMN token TEXT NOT NULL DEFAULT '';
UPDATE workstations SET
    office = COALESCE(doc::json ->> 'office', ''),
    os = COALESCE(doc::json ->> 'os', ''),
    app_version = COALESCE(doc::json ->> 'app_version', ''),
    expires = COALESCE(doc::json ->> 'expires', '');
CREATE INDEX workstations_expires ON workstations (expires);
CREATE INDEX workstations_token ON workstations (token);

-- An enrolment token may be withdrawn before it is spent.
ALTER TABLE enrolment_tokens ADD COLUMN withdrawn BIGINT NOT NULL DEFAULT 0;
ALTER TABLE enrolment_tokens ADD COLUMN withdrawn_by TEXT NOT NULL DEFAULT '';
