package agents

import (
	"slices"
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/ui/pane"
	"societop/ui/pane/panetest"
)

// TestFilesOfAnAgent are read and shown on demand only.
func TestFilesOfAnAgent(t *testing.T) {
	v := panetest.Crowd(3, model.SimTime{T: 300})
	v.Zone = time.UTC
	a := shownAgents(v)
	if why := a.Off(a.keys.files); !strings.Contains(why, "opens an agent first") {
		t.Errorf("in the table it says %q", why)
	}
	panetest.Press(a, "\n")
	if slices.Contains(a.Needs(), pane.NeedNotes) || a.Off(a.keys.files) != "" {
		t.Error("files are read that nobody wants to see")
	}
	panetest.Press(a, "w")
	if !slices.Contains(a.Needs(), pane.NeedNotes) || !strings.Contains(panetest.Text(a), pane.Reading) {
		t.Errorf("files are not read:\n%s", panetest.Text(a))
	}
	v.Notes = []model.Note{
		{Name: text.Clean("MEMORY.md"), Content: text.CleanLines("# 记忆\n\x1b[31mbread\n"), Written: time.Date(2026, 9, 24, 0, 1, 2, 0, time.UTC)},
		{Name: text.Clean("TODO.json"), Content: text.CleanLines("[]")},
	}
	v.Tell(pane.NeedNotes, true, text.Text{})
	a.Show(v)
	for _, want := range []string{"MEMORY.md · 2026-09-24 00:01:02", "# 记忆", "bread", "TODO.json", "action"} {
		if !strings.Contains(panetest.Text(a), want) {
			t.Errorf("%q is not shown:\n%s", want, panetest.Text(a))
		}
	}
	panetest.Press(a, "w")
	if strings.Contains(panetest.Text(a), "MEMORY.md") {
		t.Error("the files stay")
	}
	v.TellAbsent(pane.NeedNotes, text.Clean("The files of the agent are not offered by this server."))
	a.Show(v)
	if why := a.Off(a.keys.files); why != "the agents of this run keep no files" {
		t.Errorf("where there are none it says %q", why)
	}
}
