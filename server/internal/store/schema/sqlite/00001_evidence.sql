-- +goose Up

-- Who holds a row here makes the others who want it wait.
CREATE TABLE mutexes (
	name TEXT NOT NULL PRIMARY KEY,
	taken INTEGER NOT NULL
) STRICT;

-- The two trees of the log (RFC 6962): how many leaves, and the roots of the
-- full subtrees of which the tree is made, largest first, 32 bytes each.
CREATE TABLE log_heads (
	tree TEXT NOT NULL PRIMARY KEY CHECK (tree IN ('open', 'sealed')),
	size INTEGER NOT NULL,
	edge BLOB NOT NULL
) STRICT;
INSERT INTO log_heads (tree, size, edge) VALUES ('open', 0, X''), ('sealed', 0, X'');

-- The leaves of the open tree: canonical bytes of events.
CREATE TABLE log_leaves (
	seq INTEGER NOT NULL PRIMARY KEY,
	id TEXT NOT NULL,
	body BLOB NOT NULL
) STRICT;

-- The leaves of the sealed tree. Beside the sealed bytes there is the hour,
-- 3600 s units since 1970 UTC, and nothing else.
CREATE TABLE log_sealed (
	seq INTEGER NOT NULL PRIMARY KEY,
	hour INTEGER NOT NULL,
	body BLOB NOT NULL
) STRICT;

-- The hashes that each leaf completes: its own, then those of the subtrees
-- that end with it, lowest first, 32 bytes each.
CREATE TABLE log_hashes (
	tree TEXT NOT NULL,
	seq INTEGER NOT NULL,
	hashes BLOB NOT NULL,
	PRIMARY KEY (tree, seq)
) STRICT, WITHOUT ROWID;

-- Signed heads.
CREATE TABLE log_checkpoints (
	tree TEXT NOT NULL,
	size INTEGER NOT NULL,
	at INTEGER NOT NULL,
	note TEXT NOT NULL,
	PRIMARY KEY (tree, size, at)
) STRICT, WITHOUT ROWID;

-- What was asked of the services. A row of a STANDARDPS user cannot stand here.
CREATE TABLE activity (
	id TEXT NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL,
	class TEXT NOT NULL,
	kind TEXT NOT NULL,
	user_id TEXT NOT NULL,
	username TEXT NOT NULL,
	role TEXT NOT NULL,
	department TEXT NOT NULL,
	admin TEXT NOT NULL,
	workstation TEXT NOT NULL,
	address TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	visura TEXT NOT NULL,
	purpose TEXT NOT NULL,
	file TEXT NOT NULL,
	subject TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	operation TEXT NOT NULL,
	mediator TEXT NOT NULL,
	target TEXT NOT NULL,
	target_department TEXT NOT NULL,
	target_name TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	CHECK (class = 'activity'),
	CHECK (role IN ('top', 'admin', 'standard'))
) STRICT;
CREATE INDEX activity_at_idx ON activity (at);
CREATE INDEX activity_user_id_at_idx ON activity (user_id, at);
CREATE INDEX activity_department_at_idx ON activity (department, at);
CREATE INDEX activity_visura_idx ON activity (visura);

-- Signing in and out, of everybody; never what was done.
CREATE TABLE access (
	id TEXT NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL,
	class TEXT NOT NULL,
	kind TEXT NOT NULL,
	user_id TEXT NOT NULL,
	username TEXT NOT NULL,
	role TEXT NOT NULL,
	department TEXT NOT NULL,
	admin TEXT NOT NULL,
	workstation TEXT NOT NULL,
	address TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	visura TEXT NOT NULL,
	purpose TEXT NOT NULL,
	file TEXT NOT NULL,
	subject TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	operation TEXT NOT NULL,
	mediator TEXT NOT NULL,
	target TEXT NOT NULL,
	target_department TEXT NOT NULL,
	target_name TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	CHECK (class = 'access'),
	CHECK (service = '' AND type = '' AND visura = '' AND purpose = '' AND file = '' AND subject = '' AND operation = '')
) STRICT;
CREATE INDEX access_at_idx ON access (at);
CREATE INDEX access_user_id_at_idx ON access (user_id, at);
CREATE INDEX access_workstation_at_idx ON access (workstation, at);

-- Administrative acts and what the server did by itself.
CREATE TABLE history (
	id TEXT NOT NULL PRIMARY KEY,
	at INTEGER NOT NULL,
	class TEXT NOT NULL,
	kind TEXT NOT NULL,
	user_id TEXT NOT NULL,
	username TEXT NOT NULL,
	role TEXT NOT NULL,
	department TEXT NOT NULL,
	admin TEXT NOT NULL,
	workstation TEXT NOT NULL,
	address TEXT NOT NULL,
	service TEXT NOT NULL,
	type TEXT NOT NULL,
	visura TEXT NOT NULL,
	purpose TEXT NOT NULL,
	file TEXT NOT NULL,
	subject TEXT NOT NULL,
	outcome TEXT NOT NULL,
	code TEXT NOT NULL,
	operation TEXT NOT NULL,
	mediator TEXT NOT NULL,
	target TEXT NOT NULL,
	target_department TEXT NOT NULL,
	target_name TEXT NOT NULL,
	reason TEXT NOT NULL,
	detail TEXT NOT NULL,
	CHECK (class IN ('admin', 'system')),
	CHECK (role IN ('', 'top', 'admin', 'standard'))
) STRICT;
CREATE INDEX history_at_idx ON history (at);
CREATE INDEX history_target_department_at_idx ON history (target_department, at);
CREATE INDEX history_target_idx ON history (target);

-- The log is only added to.
-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_update BEFORE UPDATE ON log_leaves BEGIN SELECT RAISE(ABORT, 'log_leaves is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_leaves_no_delete BEFORE DELETE ON log_leaves BEGIN SELECT RAISE(ABORT, 'log_leaves is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_sealed_no_update BEFORE UPDATE ON log_sealed BEGIN SELECT RAISE(ABORT, 'log_sealed is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_sealed_no_delete BEFORE DELETE ON log_sealed BEGIN SELECT RAISE(ABORT, 'log_sealed is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_update BEFORE UPDATE ON log_hashes BEGIN SELECT RAISE(ABORT, 'log_hashes is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_hashes_no_delete BEFORE DELETE ON log_hashes BEGIN SELECT RAISE(ABORT, 'log_hashes is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_update BEFORE UPDATE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'log_checkpoints is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER log_checkpoints_no_delete BEFORE DELETE ON log_checkpoints BEGIN SELECT RAISE(ABORT, 'log_checkpoints is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activity_no_update BEFORE UPDATE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER activity_no_delete BEFORE DELETE ON activity BEGIN SELECT RAISE(ABORT, 'activity is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER access_no_update BEFORE UPDATE ON access BEGIN SELECT RAISE(ABORT, 'access is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER access_no_delete BEFORE DELETE ON access BEGIN SELECT RAISE(ABORT, 'access is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER history_no_update BEFORE UPDATE ON history BEGIN SELECT RAISE(ABORT, 'history is append only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER history_no_delete BEFORE DELETE ON history BEGIN SELECT RAISE(ABORT, 'history is append only'); END;
-- +goose StatementEnd
