-- +goose Up

-- What the list of users is narrowed by. A way is '' where the service is not
-- enabled; a day is '' where there is none.
ALTER TABLE users ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN workstation_rule TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN visure_way TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN enrichment_way TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN household_way TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN valid_from TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN valid_until TEXT NOT NULL DEFAULT '';
UPDATE users SET
    office = COALESCE(json_extract(doc, '$.office'), ''),
    workstation_rule = COALESCE(json_extract(doc, '$.profile.workstations'), ''),
    visure_way = COALESCE(json_extract(doc, '$.profile.visure.way.kind'), ''),
    enrichment_way = COALESCE(json_extract(doc, '$.profile.enrichment.way.kind'), ''),
    household_way = COALESCE(json_extract(doc, '$.profile.household.way.kind'), ''),
    valid_from = COALESCE(json_extract(doc, '$.valid_from'), ''),
    valid_until = COALESCE(json_extract(doc, '$.valid_until'), '');

-- Whose account the refused passwords lock ('' for a name that nobody has),
-- and where they were given.
ALTER TABLE signin_failures ADD COLUMN user_id TEXT NOT NULL DEFAULT '';
ALTER TABLE signin_failures ADD COLUMN workstation TEXT NOT NULL DEFAULT '';
CREATE INDEX signin_failures_user ON signin_failures (user_id, until);

-- Network address from which the session was opened.
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';

-- Who made the assignment; '' on the server's console.
ALTER TABLE assignments ADD COLUMN assigned_by TEXT NOT NULL DEFAULT '';

-- What a write that may be repeated has answered, so that it is done once.
CREATE TABLE repeats (
    user_id TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    answer TEXT NOT NULL,
    at INTEGER NOT NULL,
    CONSTRAINT repeats_pkey PRIMARY KEY (user_id, name)
) STRICT;
CREATE INDEX repeats_at ON repeats (at);

DROP INDEX users_sort;
-- It holds all that a search looks at, so that a row is only read when it is
-- found.
CREATE INDEX users_sort ON users (sort_key, id, department, role, enabled, search);
CREATE INDEX users_department_sort ON users (department, sort_key, id);
