-- +goose Up
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    idempotency TEXT NOT NULL,
    digest TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    purpose TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE TABLE job_chunks (
    job TEXT NOT NULL,
    at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (job, at)
) STRICT;
CREATE TABLE job_rows (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    grade TEXT NOT NULL,
    left_out INTEGER NOT NULL,
    first INTEGER NOT NULL,
    mark TEXT NOT NULL,
    known INTEGER NOT NULL,
    done INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    changed INTEGER NOT NULL,
    input BLOB NOT NULL,
    result BLOB NOT NULL,
    was BLOB NOT NULL,
    PRIMARY KEY (job, number)
) STRICT;
CREATE TABLE job_calls (
    job TEXT NOT NULL,
    number INTEGER NOT NULL,
    service TEXT NOT NULL,
    answered INTEGER NOT NULL,
    turn INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (job, number, service)
) STRICT;
CREATE TABLE job_members (
    job TEXT NOT NULL,
    mark TEXT NOT NULL,
    number INTEGER NOT NULL,
    nucleus TEXT NOT NULL,
    PRIMARY KEY (job, mark)
) STRICT;
-- Further marks by which the person of a row is found, beside that of the row.
CREATE TABLE job_keys (
    job TEXT NOT NULL,
    mark TEXT NOT NULL,
    number INTEGER NOT NULL,
    CONSTRAINT job_keys_pkey PRIMARY KEY (job, mark, number)
) STRICT, WITHOUT ROWID;
-- The outcomes that rows of a job have, each once.
CREATE TABLE job_outcomes (
    job TEXT NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT job_outcomes_pkey PRIMARY KEY (job, outcome)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (user_id, idempotency);
CREATE INDEX jobs_archive ON jobs (user_id, created, id);
CREATE INDEX jobs_user ON jobs (user_id, service, created, id);
CREATE INDEX jobs_state ON jobs (state);
CREATE INDEX job_rows_mark ON job_rows (job, mark, number);
