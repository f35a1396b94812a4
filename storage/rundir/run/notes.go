package run

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// What is read of an agent's workspace.
const (
	maxNote  = 64 << 10 // bytes of the end of a file
	maxNotes = 40
)

// notesOf are the files of a workspace that are notes; of memory, all files.
var notesOf = []string{"AGENT.json", "MEMORY.md", "TODO.json", "config.json"}

// Notes is the files in the agent's workspace, by name, of long ones the end. Nothing outside of the
// run directory is read, whatever links lead to. It fails with model.ErrNotOffered if the agent has no
// workspace, as in releases before 2.6.
func (a *agent) Notes(ctx context.Context) ([]model.Note, error) {
	if _, err := a.data.ready(ctx); err != nil {
		return nil, err
	}
	none := &model.Error{Op: "read", Address: a.data.dir, Err: model.ErrNotOffered, Detail: "the agent has no workspace"}
	if a.id < 0 {
		return nil, none
	}
	run, err := os.OpenRoot(a.data.dir)
	if err != nil {
		return nil, explain(a.data.dir, err)
	}
	defer func() { _ = run.Close() }() // was only read
	root, err := run.OpenRoot(path.Join("agents", fmt.Sprintf("agent_%04d", a.id)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, none
	}
	if err != nil {
		return nil, explain(a.data.dir, err)
	}
	defer func() { _ = root.Close() }()
	var all []model.Note
	for _, name := range slices.Concat(notesOf, memories(root)) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if note, ok := readNote(root, name); ok && len(all) < maxNotes {
			all = append(all, note)
		}
	}
	return all, nil
}

// memories is the names of the files in a workspace's memory.
func memories(root *os.Root) (names []string) {
	dir, err := root.Open("memory")
	if err != nil {
		return nil
	}
	defer dir.Close()
	entries, _ := dir.ReadDir(10 * maxNotes) // what can't be listed has no names
	for _, e := range entries {
		if !e.IsDir() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, path.Join("memory", e.Name()))
		}
	}
	slices.Sort(names)
	return names
}

// readNote reads the end of a file in a workspace; ok is false if it can't be read.
func readNote(root *os.Root, name string) (note model.Note, ok bool) {
	info, err := root.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return note, false
	}
	f, err := root.Open(name)
	if err != nil {
		return note, false
	}
	defer f.Close()
	end, cut, err := tailOfFile(f, maxNote)
	if err != nil {
		return note, false
	}
	if i := bytes.IndexByte(end, '\n'); cut && i >= 0 {
		end = end[i+1:]
	}
	content := text.CleanLines(string(end))
	if strings.HasSuffix(name, ".json") {
		content = plan.MaskSecrets(content)
	}
	return model.Note{Name: text.Clean(name), Content: content, Written: info.ModTime().UTC()}, true
}
