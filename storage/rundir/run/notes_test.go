package run

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"societop/model"
)

func notes(t *testing.T, d *Data, id int64) ([]model.Note, error) {
	t.Helper()
	return d.Agent(id).(model.NotesReader).Notes(t.Context())
}

func TestNotesAreTheFilesOfAnAgentsWorkspace(t *testing.T) {
	d, _ := openRun(t, "2.9.2-completed")
	var names []string
	for _, n := range must[[]model.Note](t)(notes(t, d, 2)) {
		names = append(names, n.Name.String())
		if n.Content.Empty() || n.Written.IsZero() {
			t.Errorf("%s: %q of %v", n.Name, n.Content, n.Written)
		}
	}
	if got := strings.Join(names, " "); got != "AGENT.json MEMORY.md TODO.json config.json memory/episodes.jsonl memory/state.json" {
		t.Errorf("notes: %s", got)
	}
	for _, id := range []int64{7, -1, 1 << 40} {
		if all, err := notes(t, d, id); !errors.Is(err, model.ErrNotOffered) {
			t.Errorf("agent %d: %v (%v)", id, all, err)
		}
	}
	if before, _ := openRun(t, "2.5.4-completed"); before != nil {
		if _, err := notes(t, before, 1); !errors.Is(err, model.ErrNotOffered) {
			t.Errorf("before 2.6: %v", err)
		}
	}
}

func TestNotesAreBoundedAndStayInTheWorkspace(t *testing.T) {
	d, dir := bare(t)
	secret := filepath.Join(dir, "secret")
	write(t, "nobody's business", secret)
	work := filepath.Join(dir, "agents", "agent_0001")
	write(t, `{"api_key": "sk-abcdefghijklmnop", "turns": 4}`, work, "config.json")
	write(t, "first\n"+strings.Repeat("a line of memory\n", maxNote/10)+"last\n", work, "MEMORY.md")
	for _, name := range []string{"TODO.json", "memory/link.json"} {
		write(t, "", work, "memory", ".hidden")
		if err := os.Symlink(secret, filepath.Join(work, name)); err != nil {
			t.Skipf("no links: %v", err)
		}
	}
	all := must[[]model.Note](t)(notes(t, d, 1))
	if len(all) != 2 {
		t.Fatalf("%d notes", len(all))
	}
	memory, config := all[0].Content.String(), all[1].Content.String()
	if len(memory) > maxNote || !strings.HasPrefix(memory, "a line of memory\n") || !strings.HasSuffix(memory, "last\n") {
		t.Errorf("memory of %d bytes: %.50s … %s", len(memory), memory, memory[len(memory)-20:])
	}
	if strings.Contains(config, "sk-") || !strings.Contains(config, `"turns": 4`) {
		t.Errorf("config: %s", config)
	}
}

func TestAWorkspaceThatLeadsElsewhereIsNotRead(t *testing.T) {
	d, dir := bare(t)
	elsewhere := t.TempDir()
	write(t, "nobody's business", elsewhere, "MEMORY.md")
	write(t, "", dir, "agents", "x")
	if err := os.Symlink(elsewhere, filepath.Join(dir, "agents", "agent_0001")); err != nil {
		t.Skipf("no links: %v", err)
	}
	if all, err := notes(t, d, 1); err == nil {
		t.Errorf("%v", all)
	}
}
