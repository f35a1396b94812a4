package model

import (
	"context"
	"errors"
	"fmt"
	"time"

	"societop/model/text"
)

// Damaged returns an ErrDamaged that says what is wrong.
func Damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// The ways in which a source, a store or a command fails. Errors of the packages under
// storage wrap one of these; the exit codes of the program follow from them.
var (
	// ErrNoLab is returned when there is no file at the path of a lab file.
	ErrNoLab = errors.New("there is no file yet")
	// ErrNoRuns is an ErrNoLab: a directory has no runs of AgentSociety 2 yet.
	ErrNoRuns error = &variant{ErrNoLab, "it is a directory without runs of AgentSociety 2"}
	// ErrLocked is returned when another process held the lab file for as long as it was
	// waited for.
	ErrLocked = errors.New("the lab file is locked by another process")
	// ErrWriting is an ErrLocked: AgentSociety wrote to its database for as long as it was waited for.
	ErrWriting error = &variant{ErrLocked, "AgentSociety is writing to it"}
	// ErrNotLab is returned when a path leads to something that societop did not write.
	ErrNotLab = errors.New("this is not a lab file")
	// ErrNotSource is an ErrNotLab: a path leads to something that is no database either.
	ErrNotSource error = &variant{ErrNotLab, "this is neither a lab file nor AgentSociety's database"}
	// ErrNotSociety is returned when a database is not one of AgentSociety 1.x.
	ErrNotSociety = errors.New("this is not a database of AgentSociety")
	// ErrNewer is returned when a lab file was written by a later version.
	ErrNewer = errors.New("the lab file was written by a newer societop")
	// ErrDamaged is returned when a lab file is cut, or a checksum or a page of it is wrong.
	ErrDamaged = errors.New("the lab file is damaged")
	// ErrDatabase is an ErrDamaged: a database of AgentSociety is cut, or pages of it are wrong.
	ErrDatabase error = &variant{ErrDamaged, "the database is damaged"}
	// ErrUnreadable is returned when the operating system refuses to read a file.
	ErrUnreadable = errors.New("the file can't be read")
	// ErrReadOnly is returned when a lab file, or its directory, can't be written.
	ErrReadOnly = errors.New("the lab file can't be written")
	// ErrFull is returned when the disk has no room for a batch; all batches before it are kept.
	ErrFull = errors.New("the disk is full")
	// ErrRecorder is returned to the second recorder of a lab.
	ErrRecorder = errors.New("another recorder writes this lab file")
	// ErrNoExperiment is returned when a source has no such experiment.
	ErrNoExperiment = errors.New("no such experiment")
	// ErrNoDataset is returned when a run has no such dataset.
	ErrNoDataset = errors.New("no such dataset")
	// ErrNoTenant is the trouble of a source of some tenants' experiments that has none of one of them.
	ErrNoTenant = errors.New("no experiments of this tenant")
	// ErrAmbiguous is returned when a name or a prefix fits several experiments.
	ErrAmbiguous = errors.New("several experiments fit")
	// ErrUnreachable is returned when a remote endpoint can't be reached, or does not answer in
	// time.
	ErrUnreachable = errors.New("the endpoint can't be reached")
	// ErrMachine is an ErrUnreachable: ssh can't connect to another machine, or has lost it.
	ErrMachine error = &variant{ErrUnreachable, "the machine can't be reached"}
	// ErrNoPeer is an ErrUnreachable: ssh connects to another machine, but there is no societop on it
	// that can be used.
	ErrNoPeer error = &variant{ErrUnreachable, "there is no societop of use there"}
	// ErrNoServer is an ErrUnreachable: the server of a database can't be reached.
	ErrNoServer error = &variant{ErrUnreachable, "the database server can't be reached"}
	// ErrServer is returned when an endpoint says that it failed, or is too busy.
	ErrServer = errors.New("the server failed")
	// ErrNotEndpoint is returned when something answers at the address that is no AgentSociety.
	ErrNotEndpoint = errors.New("this is not an AgentSociety server")
	// ErrBackend is an ErrNotEndpoint: AgentSociety 2's backend answers, which can't list runs.
	ErrBackend error = &variant{ErrNotEndpoint, "this is the backend of AgentSociety 2, which can't list runs"}
	// ErrAnswer is returned when an endpoint's answer is cut, too large, or not what it should be.
	ErrAnswer = errors.New("the server's answer can't be used")
	// ErrVersion is returned when another societop speaks another version of the protocol.
	ErrVersion = errors.New("societop there is of another version")
	// ErrUnauthorized is returned when an endpoint wants a token, or another one (401).
	ErrUnauthorized = errors.New("the server wants a valid token")
	// ErrForbidden is returned when an endpoint knows who asks, and refuses (403).
	ErrForbidden = errors.New("the server does not allow this")
	// ErrNoRight is an ErrForbidden: the user of a database may not read a table.
	ErrNoRight error = &variant{ErrForbidden, "the server does not allow this"}
	// ErrLogin is returned when a database refuses a user or a password.
	ErrLogin = errors.New("the database does not accept the user or the password")
	// ErrNoDatabase is returned when a server has no database of a name.
	ErrNoDatabase = errors.New("the server has no such database")
	// ErrNotOffered is returned for data that a source knows nothing of.
	ErrNotOffered = errors.New("not offered by this source")
	// ErrNotStarted is returned for data of an experiment that has not made its first step.
	ErrNotStarted = errors.New("the experiment has not started yet")
	// ErrNoData is returned where a source can't give out data that others of its kind have.
	ErrNoData = errors.New("the source can't provide this data")
	// ErrNotRecorded is an ErrNoData: a lab file was not given this data, or not yet.
	ErrNotRecorded error = notRecorded{}
	// ErrNoTable is an ErrNoData: a database has no such table, so there is nothing to be read.
	ErrNoTable error = &variant{ErrNoData, "the source can't provide this data"}
	// ErrNotImported is returned for data that an imported lab file was not given: nothing records it.
	ErrNotImported = errors.New("was not recorded")
	// ErrIncomplete is returned where a lab file was to get all of a source, and parts are missing.
	ErrIncomplete = errors.New("parts are missing")
	// ErrImport is returned when a file to import is damaged, or is nothing that can be imported.
	ErrImport = errors.New("the file can't be imported")
	// ErrNotDemo is returned when a demo is to be written into a lab file that no demo wrote.
	ErrNotDemo = errors.New("the lab file holds other data than a demo's")
	// ErrListen is returned when an endpoint can't be opened at an address.
	ErrListen = errors.New("nothing can be served there")
	// ErrExists is returned where a file would be made, and there is one of that name.
	ErrExists = errors.New("the file exists")
	// ErrUnwritable is returned when the operating system refuses to write a file.
	ErrUnwritable = errors.New("the file can't be written")
	// ErrNoWrite is returned for what would change a source that was opened without Access.Write.
	ErrNoWrite = errors.New("nothing is changed without --write")
	// ErrRefused is returned when a control is not allowed by the state of the experiment, or by the
	// server.
	ErrRefused = errors.New("this can't be done now")
	// ErrUnknownOutcome is returned when a control was sent, and it is not known what became of it.
	ErrUnknownOutcome = errors.New("it may have been done")
	// ErrAbsent is returned where not all of several sources could be read.
	ErrAbsent = errors.New("not all sources could be read")
	// ErrUsage is returned when a command was given wrong arguments.
	ErrUsage = errors.New("wrong usage")
)

// Usagef is an ErrUsage that says what is wrong, and nothing else.
func Usagef(format string, args ...any) error { return &usage{fmt.Sprintf(format, args...)} }

// usage is a sentence about wrong usage.
type usage struct{ what string }

// Error is what is wrong.
func (u *usage) Error() string { return u.what }

// Unwrap is ErrUsage.
func (u *usage) Unwrap() error { return ErrUsage }

// notRecorded is the type of ErrNotRecorded.
type notRecorded struct{}

// Error is the sentence.
func (notRecorded) Error() string { return "not recorded yet" }

// Unwrap makes an ErrNoData of it.
func (notRecorded) Unwrap() error { return ErrNoData }

// variant is the type of errors that are another one, too.
type variant struct {
	of   error
	what string
}

// Error is the sentence.
func (v *variant) Error() string { return v.what }

// Unwrap is the error that it is, too.
func (v *variant) Unwrap() error { return v.of }

// Error says what failed on what. Err is or wraps one of the sentinel errors above.
type Error struct {
	Op      string // what was tried: "open", "read", "write", "import", …
	Address string // the file or the endpoint
	Err     error  // the sentinel, or an error that wraps it
	Detail  string // what else is known, for people; may be empty
	Remedy  string // what its reader can do; empty: what is usual for the sentinel

	// RetryAfter is how long the source asks its clients to wait; 0: it did not.
	RetryAfter time.Duration
}

// Error is "op address: why (detail)".
func (e *Error) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("%s %s: %v", e.Op, e.Address, e.Err)
	}
	return fmt.Sprintf("%s %s: %v (%s)", e.Op, e.Address, e.Err, e.Detail)
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// remedies says for each sentinel what its reader can do.
var remedies = []struct {
	err    error
	remedy string
}{
	{ErrNoRuns, "give the directory of a run, a workspace, or one that has runs"},
	{ErrNoLab, "check the path, or run `societop import FILE… LAB` or `societop demo --file LAB` to make a lab file"},
	{ErrWriting, "try again"},
	{ErrLocked, "wait for the other process, or end it; `fuser` names it"},
	{ErrNotSource, "give the path of a lab file or of a sqlite.db; this one was left as it is"},
	{ErrNotLab, "give the path of a file that societop wrote; this one was left as it is"},
	{ErrNotSociety, "give the sqlite.db of its home directory, or the database that its server writes; it was left as it is"},
	{ErrNewer, "use a newer societop; the file was left as it is"},
	{ErrDatabase, "restore a backup, or recover what is left of it with `sqlite3 FILE .recover`"},
	{ErrDamaged, "`societop check` names what is wrong; restore a copy, or record or import again into a new file"},
	{ErrUnreadable, "check the path, its permissions and the disk"},
	{ErrReadOnly, "check the permissions of the file and of its directory, and the disk"},
	{ErrFull, "make room and run it again"},
	{ErrRecorder, "a lab has one recorder: stop the other, or write another file"},
	{ErrNoExperiment, "`societop list` shows the experiments there are"},
	{ErrNoDataset, "`societop table SOURCE EXP` lists those there are"},
	{ErrNoTenant, ""},
	{ErrAmbiguous, "give more of the id"},
	{ErrMachine, "log in by hand with ssh to see why"},
	{ErrNoPeer, "install the same societop on both machines"},
	{ErrNoServer, "check the address and that the server is up"},
	{ErrUnreachable, "check the address and that the server is up"},
	{ErrServer, "its own log says why"},
	{ErrBackend, "give the directory of the runs, or ssh://HOST/DIRECTORY from another machine"},
	{ErrNotEndpoint, "check the address, its port and its path"},
	{ErrAnswer, "its version may be unknown to societop, or something stands between"},
	{ErrVersion, "install the same version of societop on both machines"},
	{ErrUnauthorized, "set $SOCIETOP_TOKEN to one, or pass its file with --token-file"},
	{ErrNoRight, "ask for SELECT on AgentSociety's tables (GRANT SELECT)"},
	{ErrForbidden, "use a token, or a user, with access"},
	{ErrLogin, "name the user in the address, and set its password in $PGPASSWORD or ~/.pgpass"},
	{ErrNoDatabase, "check its name, the last part of the address"},
	{ErrNotOffered, ""},
	{ErrNotStarted, "data is available after the first step"},
	{ErrNotRecorded, "`societop record --agents` records it; its progress says what remains"},
	{ErrNoData, "its table or file may be missing, or a value in it broken"},
	{ErrNotImported, "an imported lab has what its files had"},
	{ErrIncomplete, "run it again: only what is missing is read"},
	{ErrImport, "give a sqlite.db of AgentSociety or an export zip; the lab file was left as it was"},
	{ErrNotDemo, "give --file a path of its own; this lab was left as it was"},
	{ErrListen, "give another address, or port 0 for any that is free"},
	{ErrExists, "give another name, or replace it with --force"},
	{ErrUnwritable, "check the path, its permissions and the disk"},
	{ErrNoWrite, "start societop with --write"},
	{ErrRefused, ""},
	{ErrUnknownOutcome, "look at the experiment before you do it again"},
	{ErrAbsent, ""},
	{ErrUsage, ""},
}

// Explain turns an error into one clean sentence for its reader: what failed, on what, and
// what to do. It is safe to draw whatever the error holds.
func Explain(err error) text.Text {
	if err == nil {
		return text.Text{}
	}
	if errors.Is(err, context.Canceled) {
		return text.Clean("interrupted")
	}
	var e *Error
	if errors.As(err, &e) && e.Remedy != "" {
		return text.Clean(err.Error() + "; " + e.Remedy)
	}
	for _, r := range remedies {
		if errors.Is(err, r.err) && r.remedy != "" {
			return text.Clean(err.Error() + "; " + r.remedy)
		}
	}
	return text.Clean(err.Error())
}

// Remedy is what the reader of an error can do, where the error itself says so; else empty.
func Remedy(err error) text.Text {
	var e *Error
	if errors.As(err, &e) {
		return text.Clean(e.Remedy)
	}
	return text.Text{}
}

// Reason is the error in as few words as the header of the screen has room for.
func Reason(err error) text.Text {
	var e *Error
	if errors.As(err, &e) && e.Detail != "" && (errors.Is(err, ErrUnreachable) || errors.Is(err, ErrServer)) {
		return text.Clean(e.Detail)
	}
	for _, r := range remedies {
		if errors.Is(err, r.err) {
			return text.Clean(r.err.Error())
		}
	}
	if err == nil {
		return text.Text{}
	}
	return text.Clean(err.Error())
}

// Lacking reports whether an error means that a source does not have what it was asked for.
func Lacking(err error) bool {
	for _, kind := range []error{ErrNotOffered, ErrNoData, ErrNotStarted, ErrNoExperiment} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
