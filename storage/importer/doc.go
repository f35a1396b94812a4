// Package importer brings experiments from AgentSociety's own files into a lab file: from
// its database, sqlite.db, and from the zip of its export. Which of them a file is, is told
// by its first bytes, never by its name.
//
// # All or nothing
//
// Every file is read to its end before the lab is touched, so a file that is missing,
// damaged or foreign leaves the lab as it was. What was read waits in a temporary database
// that only its owner can read and that has no name any more where the system allows that.
// It takes about as much room as the rows themselves; memory is bounded whatever the size.
// The lab is then written in batches. A batch is whole or not there; a disk that fills up in
// between leaves the batches before it, and the same import again adds the rest.
//
// The temporary database gives the rows back by their moments, since a lab takes all that
// belongs to a moment at once, and the files need not have it together: the engine's tables
// have no index, and what a member of an export holds decides, not its order.
//
// An import may be repeated: what is in the lab as it is in the file is not written, and the
// lab's history of changes does not move. Of an experiment that is in several of the files,
// the last one counts, and of each kind of its data the last one that has some. One that the
// lab has in a newer state becomes what the file says; frames, talk, answers, prompts and
// metrics of moments that the file does not have stay.
//
// # Exports that went through other programs
//
// The members of an export may be in a directory of the zip, several exports in several, among
// what file managers leave there; names count whatever their case and their slashes. Their text
// may be UTF-8, UTF-16 with a byte order mark, or GB18030; the lines of tables may end in LF, CR
// LF or CR, and columns may stand in any order. A member is stored, or compressed by deflate,
// bzip2 or zstd, and each file may be compressed by gzip as a whole. A table that can't be read as
// a whole is an error, and nothing comes in.
//
// # Values
//
// A value in the lab is what AgentSociety's web API would answer for the same row. Profiles,
// statuses and answers are JSON in the database, mostly of a text that is JSON again; an
// export has that text. Pending questions of the user are part of the talk, and pending
// surveys answers without a result, until they are processed. Left out, with a sentence in
// the report, are rows without a usable agent, day, time, survey or step, values beyond 8
// MiB, the results of tasks and an export's artifacts.json, which no lab has a place for. A
// value that is no number or no time where one belongs counts as unknown, and the report
// says so, too. What a version of AgentSociety does not have yet takes its default.
//
// # A live sqlite.db
//
// The engine gives up a run whose write has to wait 5 s for a reader. So the database is
// opened read-only, no transaction spans two statements, and a statement ends after two
// milliseconds, or with the row under way: the next one goes on behind its row number. While
// the engine writes, the import waits, and looks for a gap often.
//
// Rows that are added meanwhile are left to the next import. So is the newest moment of a
// run that has not ended, unless all agents are in it: the run may still be writing it. The
// tables of callback tokens and of language-model keys are not read. Of a database that has a
// journal left from a crash, or one in WAL mode, a copy is read.
//
// # Tenants
//
// An export names no tenant. If one tenant alone has an experiment of that id, in the lab
// or in the other files, the export is of that one; otherwise it is of "default", which is
// what AgentSociety's own server calls its only tenant.
//
// # Caveats
//
// An experiment that was run again under its id keeps frames of the former run where the new
// one has none of the same moment. A pending question that was processed after an import
// stays in the lab's talk at its own moment, beside the one that the engine wrote.
//
// Nothing of a zip is unpacked to disk under a name of its own. Its member experiment.yaml
// may be 8 MiB long, some two hundred times its usual length, and a table no more than 250
// times as long as in the zip, beyond its first 64 MiB. Times without an offset are UTC, as
// the engine writes them.
package importer
