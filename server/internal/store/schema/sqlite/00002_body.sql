-- +goose Up
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    admin TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    fiscal_code TEXT NOT NULL,
    email TEXT NOT NULL,
    sort_key TEXT NOT NULL,
    search TEXT NOT NULL,
    doc TEXT NOT NULL,
    password TEXT NOT NULL,
    password_at INTEGER NOT NULL,
    must_change INTEGER NOT NULL,
    secret_until INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    CONSTRAINT users_username_key UNIQUE (username),
    CONSTRAINT users_fiscal_code_key UNIQUE (fiscal_code),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_role_check CHECK (role IN ('top', 'admin', 'standard', 'standardps'))
) STRICT;
CREATE TABLE password_history (
    user_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE TABLE signin_failures (
    mark TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL,
    last INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL,
    user_id TEXT NOT NULL,
    thumbprint TEXT NOT NULL,
    workstation TEXT NOT NULL,
    started INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT sessions_token_key UNIQUE (token)
) STRICT;
CREATE TABLE session_notices (
    user_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    workstation TEXT NOT NULL
) STRICT;
CREATE TABLE departments (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    doc TEXT NOT NULL,
    CONSTRAINT departments_name_key UNIQUE (name)
) STRICT;
CREATE TABLE purposes (
    id TEXT NOT NULL PRIMARY KEY,
    department TEXT NOT NULL,
    name TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE TABLE consortia (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    doc TEXT NOT NULL,
    CONSTRAINT consortia_name_key UNIQUE (name)
) STRICT;
CREATE TABLE mediations (
    user_id TEXT NOT NULL,
    mediator TEXT NOT NULL
) STRICT;
CREATE TABLE assignments (
    operator TEXT NOT NULL,
    admin TEXT NOT NULL,
    department TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE workstations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    department TEXT NOT NULL,
    machine TEXT NOT NULL,
    search TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    doc TEXT NOT NULL,
    last_seen INTEGER NOT NULL,
    first_seen INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE TABLE workstation_keys (
    thumbprint TEXT NOT NULL PRIMARY KEY,
    workstation TEXT NOT NULL,
    os_user TEXT NOT NULL,
    state TEXT NOT NULL,
    code TEXT NOT NULL,
    added INTEGER NOT NULL
) STRICT;
CREATE TABLE enrolment_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    label TEXT NOT NULL,
    department TEXT NOT NULL,
    office TEXT NOT NULL,
    responsible TEXT NOT NULL,
    uses INTEGER NOT NULL,
    used INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    issued INTEGER NOT NULL,
    issued_by TEXT NOT NULL,
    CONSTRAINT enrolment_tokens_secret_key UNIQUE (secret)
) STRICT;
CREATE TABLE visure (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    idempotency TEXT NOT NULL,
    digest TEXT NOT NULL,
    type TEXT NOT NULL,
    state TEXT NOT NULL,
    outcome TEXT NOT NULL,
    code TEXT NOT NULL,
    purpose TEXT NOT NULL,
    file TEXT NOT NULL,
    subject TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
-- The marks of the words by which the person of a visura is found.
CREATE TABLE visura_keys (
    user_id TEXT NOT NULL,
    mark TEXT NOT NULL,
    created INTEGER NOT NULL,
    visura TEXT NOT NULL REFERENCES visure (id) ON DELETE CASCADE,
    CONSTRAINT visura_keys_pkey PRIMARY KEY (user_id, mark, created, visura)
) STRICT, WITHOUT ROWID;
CREATE TABLE known_ids (
    subject TEXT NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    until INTEGER NOT NULL
) STRICT;
CREATE TABLE quotas (
    service TEXT NOT NULL PRIMARY KEY,
    doc TEXT NOT NULL
) STRICT;
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE INDEX users_department ON users (department, role);
CREATE INDEX users_admin ON users (admin);
CREATE INDEX users_sort ON users (sort_key, id);
CREATE INDEX password_history_user ON password_history (user_id, at);
CREATE UNIQUE INDEX sessions_live_key ON sessions (user_id) WHERE ended = 0;
CREATE INDEX sessions_workstation ON sessions (workstation, ended);
CREATE INDEX sessions_user ON sessions (user_id, started);
CREATE INDEX session_notices_user ON session_notices (user_id);
CREATE UNIQUE INDEX purposes_name_key ON purposes (department, name);
CREATE UNIQUE INDEX mediations_pair_key ON mediations (user_id, mediator);
CREATE INDEX mediations_mediator ON mediations (mediator);
CREATE INDEX assignments_operator ON assignments (operator, since);
CREATE INDEX assignments_admin ON assignments (admin, since);
CREATE INDEX workstations_machine ON workstations (machine);
CREATE INDEX workstations_sort ON workstations (last_seen, id);
CREATE INDEX workstation_keys_workstation ON workstation_keys (workstation);
CREATE UNIQUE INDEX visure_idempotency_key ON visure (user_id, idempotency);
-- The archive is read newest first by the index of what it is narrowed by. The
-- first holds the file reference too: a part of one is looked for in the index.
CREATE INDEX visure_archive ON visure (user_id, created, id, file);
CREATE INDEX visure_changed ON visure (user_id, changed, id);
CREATE INDEX visure_subject ON visure (user_id, subject, created, id);
CREATE INDEX visure_type ON visure (user_id, type, created, id);
CREATE INDEX visure_outcome ON visure (user_id, outcome, created, id);
CREATE INDEX visure_purpose ON visure (user_id, purpose, created, id);
CREATE INDEX visure_open ON visure (user_id, created, id) WHERE state <> 'done';
CREATE INDEX visura_keys_visura ON visura_keys (visura);
CREATE INDEX visure_state ON visure (state);
