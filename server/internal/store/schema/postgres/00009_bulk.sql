-- +goose Up
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    idempotency TEXT NOT NULL,
    digest TEXT NOT NULL,
    service TEXT NOT NULL,
    state TEXT NOT NULL,
    purpose TEXT NOT NULL,
    created BIGINT NOT NULL,
    updated BIGINT NOT NULL,
    sealed BYTEA NOT NULL
);
CREATE TABLE job_chunks (
    job TEXT NOT NULL,
    at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (job, at)
);
CREATE TABLE job_rows (
    job TEXT NOT NULL,
    number BIGINT NOT NULL,
    grade TEXT NOT NULL,
    left_out BIGINT NOT NULL,
    first BIGINT NOT NULL,
    mark TEXT NOT NULL,
    known BIGINT NOT NULL,
    done BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    changed BIGINT NOT NULL,
    input BYTEA NOT NULL,
    result BYTEA NOT NULL,
    was BYTEA NOT NULL,
    PRIMARY KEY (job, number)
);
CREATE TABLE job_calls (
    job TEXT NOT NULL,
    number BIGINT NOT NULL,
    service TEXT NOT NULL,
    answered BIGINT NOT NULL,
    turn BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    PRIMARY KEY (job, number, service)
);
CREATE TABLE job_members (
    job TEXT NOT NULL,
    mark TEXT NOT NULL,
    number BIGINT NOT NULL,
    nucleus TEXT NOT NULL,
    PRIMARY KEY (job, mark)
);
-- Further marks by which the person of a row is found, beside that of the row.
CREATE TABLE job_keys (
    job TEXT NOT NULL,
    mark TEXT NOT NULL,
    number BIGINT NOT NULL,
    CONSTRAINT job_keys_pkey PRIMARY KEY (job, mark, number)
);
-- The outcomes that rows of a job have, each once.
CREATE TABLE job_outcomes (
    job TEXT NOT NULL,
    outcome TEXT NOT NULL,
    CONSTRAINT job_outcomes_pkey PRIMARY KEY (job, outcome)
);
CREATE UNIQUE INDEX jobs_idempotency_key ON jobs (user_id, idempotency);
CREATE INDEX jobs_archive ON jobs (user_id, created, id);
CREATE INDEX jobs_user ON jobs (user_id, service, created, id);
CREATE INDEX jobs_state ON jobs (state);
CREATE INDEX job_rows_mark ON job_rows (job, mark, number);
