-- +goose Up
-- One row for each visura that needs TOP's consent. A request of a STANDARDPS
-- user cannot stand here.
CREATE TABLE approvals (
    visura TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    department TEXT NOT NULL,
    type TEXT NOT NULL,
    purpose TEXT NOT NULL,
    rule TEXT NOT NULL,
    state TEXT NOT NULL,
    run TEXT NOT NULL,
    asked BIGINT NOT NULL,
    due BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    decided BIGINT NOT NULL,
    decider TEXT NOT NULL,
    decider_name TEXT NOT NULL,
    reason TEXT NOT NULL,
    lease BIGINT NOT NULL,
    origin TEXT NOT NULL,
    search TEXT NOT NULL,
    CONSTRAINT approvals_role_check CHECK (role = 'standard')
);
CREATE INDEX approvals_queue ON approvals (state, rank, visura);
CREATE INDEX approvals_asked ON approvals (asked, visura);
CREATE INDEX approvals_run ON approvals (run, decided);
