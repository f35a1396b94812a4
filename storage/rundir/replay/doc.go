// Package replay reads the rows that a run of AgentSociety 2 writes into its run directory, while
// it writes them: lines of JSON in the shards of replay/ (2.6 and later), or a sqlite.db (before).
// It takes no lock and writes nothing there.
//
// # Shards
//
// A line is in the shard that its checksum names, so the rows of a table are in up to 256 files, in the
// order of writing only within each. A [Replay.Refresh] lists the directory, asks for the state of each
// shard once, and opens those that have grown, of which it reads what is new. A table of which a shard is
// gone, shorter, another file, or has other bytes where reading ended (inodes are used again), is read
// from its beginning, and replaces the former one when it is complete.
//
// A row counts as soon as its object is whole, though its line end may still be missing: no part of an
// object is one. A line that a killed run left unfinished gets the next one appended; of such a line the
// rows are taken whose checksum fits the shard, and what is lost counts as damaged. So does a line of more
// than 16 MiB, one that is no object, and, once the run has ended (see [Replay.Ended]), an unfinished one.
// NaN and infinities are null.
//
// # Doubled rows
//
// A resumed run writes a step again, perhaps with other values. Of several rows of a key the last counts,
// which nothing on disk says of two shards. What is known is when they were seen: each Refresh is a pass
// over all shards. A row that the pass before did not see was written after that pass began. A row of a
// file whose time is earlier than the beginning of a pass that saw it was written before that; any other
// row that a pass saw was written before the next one. So of a row that one pass saw and another
// version that a later pass saw first, the later is newer, except where the one pass directly follows the
// other and the first row may have been written during its pass. Two versions that one pass sees first were
// read in the same moment, unless they are in one shard: that counts which is in the shard that was
// written last, or of the higher number, and the row is ambiguous until another version is seen later. When
// a replay is first read, all is read in one moment. Of a simulation timeline the earliest time of a step
// counts, since a resumed run writes step 0 again with its own.
//
// # Memory
//
// Rows are kept as JSON, without the names of the columns, and decoded when they are asked for. A row takes
// 130 bytes, of which 60 are its cells (BenchmarkBudget19: snapshots of agents with six to eight columns). Rows are found by
// step and by entity.
//
// # The catalog
//
// The catalog is _schema.json. While that is broken, which it is while it is being written, the last good
// one stays, and entries that are missing in a later one are kept. Without any, datasets are guessed by
// the names of the columns. Databases before 2.1.3 have none, but the same tables always.
//
// # Databases
//
// A database is read at most once a second, by package sqlite, which holds it for milliseconds and reads a
// copy where it can't be read in place. Rows are read by their number from the first one of the newest
// step on, so those that are replaced meanwhile are seen again.
package replay
