// Package importer brings experiments from AgentSociety's own files into a lab file: from its
// database, sqlite.db, and from the zip of its export. The first bytes of a file tell which it is.
//
// # All or nothing
//
// Every file is read to its end before the lab is touched, so a file that is missing, damaged or
// foreign leaves the lab as it was. What was read waits in a temporary database, which only its
// owner can read, and which returns the rows by their moments: a lab takes all of a moment at
// once, and the files need not have it together. It takes about as much room as the rows; memory
// is bounded. The lab is then written in batches. A full disk leaves the batches written before,
// and the same import again adds the rest.
//
// An import may be repeated: what the lab has already is not written. Of an experiment in several
// files the last one counts, and of each kind of its data the last one that has some. The lab
// takes the state of the files even if its own is newer; moments that the files do not have stay.
//
// # Exports that went through other programs
//
// The members of an export may be in a directory of the zip, and several exports in several, with
// what file managers leave there; case and slashes of names do not count. Their text may be UTF-8,
// UTF-16 with a byte order mark, or GB18030; lines of tables may end in LF, CR LF or CR, and
// columns may come in any order. A member is stored, or compressed by deflate, bzip2 or zstd, and
// each file may be compressed by gzip. A table that can't be read as a whole is an error.
//
// # Values
//
// A value in the lab is what AgentSociety's web API would answer for the same row. Profiles,
// statuses and answers are JSON in the database, mostly of a text that is JSON again; an export
// has that text. Pending questions of the user are part of the talk, and pending surveys answers
// without a result, until they are processed; an export of ours has tables of them. Rows of metrics
// and artifacts.json are kept as they are, too, for the next export. Left out, with a sentence in the
// report, are rows without a usable agent, day, time, survey or step, values over 8 MiB, and what a
// lab has no place for: results of tasks. A value that is not a number or a time where one belongs
// counts as unknown, and the report says so. Missing columns take their default.
//
// # A live sqlite.db
//
// Packages [societop/storage/sqldb/sqlite] and [societop/storage/sqldb/table] read it, and never keep
// the engine from writing: while it writes, the import waits. Rows that are added meanwhile are left to
// the next import. So is the newest moment of a run that has not ended, unless all agents are in it.
// The tables of callback tokens and of language-model keys are not read.
//
// # Caveats
//
// An export names no tenant. If exactly one tenant has an experiment of that id, in the lab or in
// the other files, it is that one; otherwise it is "default", as AgentSociety's own server calls
// its only tenant. An experiment that was run again under its id keeps frames of the former run
// where the new one has none of the same moment. A pending question that was processed after an
// import stays in the talk at its own moment, next to the one that the engine wrote.
//
// Nothing of a zip is unpacked to disk under a name of its own. Its member experiment.yaml may be
// 8 MiB long, and a table no more than 250 times as long as in the zip, beyond its first 64 MiB.
// Times without an offset are UTC, as the engine writes them.
package importer
