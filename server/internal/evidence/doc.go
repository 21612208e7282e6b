// Package evidence is the only writer of the log.
//
// [Recorder.Record] adds an event to one of two trees. What administrators may
// read goes to the open tree, whole, and has a row in the readable table of its
// class. What a STANDARDPS user did, but for signing in and out, goes to the
// sealed tree, encrypted so that only two custodians together can read it, and
// leaves nothing in any readable table. A leaf of the sealed tree tells its
// place, its length in buckets of 4 KiB and the hour: the place is needed to
// verify, the length would otherwise tell the kind of request, and the hour
// lets the custodians look for a period without opening everything, while it
// is too coarse to be matched with what an officer was seen doing. Nobody
// reaches even that much without the database's own file.
//
// Leaves get their numbers when the transaction commits, so that the head of
// the tree, which every writer must have for himself, is held as shortly as
// possible.
//
// [Recorder.Checkpoint] signs the heads of both trees, always both and whether
// they grew or not, so that the existence of a checkpoint tells nothing. It is
// meant to be called every [CheckpointEvery], when the server stops and by
// command. [Verify] computes everything again from the leaves.
package evidence
