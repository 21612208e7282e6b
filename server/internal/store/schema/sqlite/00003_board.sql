-- +goose Up

-- Messages to users. What people send has its own id as its key; what the
-- server writes by itself has what it is about.
CREATE TABLE notices (
	id TEXT NOT NULL PRIMARY KEY,
	key TEXT NOT NULL,
	author TEXT NOT NULL,
	author_name TEXT NOT NULL,
	department TEXT NOT NULL,
	kind TEXT NOT NULL,
	params TEXT NOT NULL,
	priority TEXT NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,
	published INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	withdrawn INTEGER NOT NULL,
	CONSTRAINT notices_key_key UNIQUE (key),
	CONSTRAINT notices_priority_check CHECK (priority IN ('normal', 'high'))
) STRICT;
CREATE INDEX notices_published ON notices (published, id);
CREATE INDEX notices_expires ON notices (expires);

-- For whom a notice is: everybody whom one row fits. An empty column fits
-- everybody.
CREATE TABLE notice_targets (
	notice TEXT NOT NULL,
	user_id TEXT NOT NULL,
	role TEXT NOT NULL,
	department TEXT NOT NULL,
	PRIMARY KEY (notice, user_id, role, department)
) STRICT;

-- Who has read what, when.
CREATE TABLE notice_reads (
	notice TEXT NOT NULL,
	user_id TEXT NOT NULL,
	at INTEGER NOT NULL,
	PRIMARY KEY (notice, user_id)
) STRICT;
CREATE INDEX notice_reads_user ON notice_reads (user_id);
