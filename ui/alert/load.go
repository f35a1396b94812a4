package alert

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/ui/event"
)

// maxState is the largest state file that is read.
const maxState = 1 << 30

// load reads the file. There is no memory where there is no file, where it is of another source, or
// where it is damaged, which is said.
func (s *State) load() (*event.Memory, error) {
	file, err := openRegular(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	in := bufio.NewReaderSize(io.LimitReader(file, maxState), 1<<16)
	first, err := in.Peek(1)
	if err != nil || first[0] != '{' {
		if errors.Is(err, io.EOF) {
			return nil, nil // an empty file is as none
		}
		return nil, ErrNotState
	}
	line, _ := in.ReadSlice('\n') // too long or cut: no head
	var h head
	if json.Unmarshal(line, &h) != nil || h.Format <= 0 {
		return nil, ErrNotState
	}
	switch {
	case h.Format > format:
		return nil, errors.New("it was written by a newer societop; use that, or give --state another path")
	case h.Of != s.head.Of:
		s.tell("the state file " + s.path + " is of another source, filter or channel; it starts over")
		return nil, nil
	}
	m := event.Memory{Runs: map[model.Key]event.Run{}}
	if err := s.replay(in, &m); err != nil {
		s.pending = nil
		s.tell(fmt.Sprintf("the state file %s is damaged (%v); it starts over, and what happened until now is not told", s.path, err))
		return nil, nil
	}
	return &m, nil
}

// openRegular opens a file that is neither a directory nor anything that blocks.
func openRegular(path string) (*os.File, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, ErrNotState
	}
	return os.Open(path)
}

// replay reads the lines of a state file. A last one that is not whole was not written to its end;
// the one after the head was, before the file had its name.
func (s *State) replay(in *bufio.Reader, m *event.Memory) error {
	for n := 2; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) && n > 2 {
			return nil
		}
		if errors.Is(err, io.EOF) {
			return errors.New("it was cut")
		}
		if err != nil {
			return err
		}
		var e Entry
		if json.Unmarshal(bytes.TrimSpace(line), &e) != nil || !s.take(&e, m) {
			return fmt.Errorf("line %d is not one of it", n)
		}
	}
}

// take takes over an entry. It reports whether the entry makes sense.
func (s *State) take(e *Entry, m *event.Memory) bool {
	if e.Seen != 0 {
		m.Seen = time.UnixMicro(e.Seen)
	}
	if e.Away != nil {
		m.Away = event.Absences{}
		maps.Copy(m.Away, e.AwayOf)
		if *e.Away != (event.Absence{}) {
			m.Away[""] = *e.Away
		}
	}
	for _, r := range e.Runs {
		m.Runs[r.Key()] = r
	}
	for _, g := range e.Gone {
		id, err := uuid.Parse(g.ID)
		if err != nil {
			return false
		}
		delete(m.Runs, model.Key{Tenant: text.Clean(g.Tenant), ID: id, Source: model.NewSourceName(g.Source)})
	}
	for _, a := range e.Alerts {
		if a.ID == "" || a.Event == "" || !json.Valid(a.JSON) {
			return false
		}
		s.pending = append(s.pending, a)
	}
	for _, n := range e.Told {
		s.pending = noted(s.pending, n, false)
	}
	if e.Start != nil {
		s.pending = noted(s.pending, *e.Start, true)
	}
	return true
}
