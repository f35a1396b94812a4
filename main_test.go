package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"societop/model"
	"societop/storage/bolt"
	"societop/ui/cli/clitest"
)

// program is the built societop.
var program clitest.Program

func TestMain(m *testing.M) { os.Exit(clitest.Main(m, &program)) }

// pins are versions that were chosen by measurement. Ultraviolet from August 2026 on, which
// a later Lip Gloss pulls in, repaints every row that holds a wide character on every frame:
// eight to twenty times the bytes as soon as there is Chinese on the screen.
var pins = map[string]string{
	"charm.land/bubbletea/v2":              "v2.0.10",
	"charm.land/lipgloss/v2":               "v2.0.5",
	"charm.land/bubbles/v2":                "v2.1.1",
	"github.com/charmbracelet/ultraviolet": "v0.0.0-20260703014108-f5a850f9c2b7",
}

func TestPins(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for module, version := range pins {
		if !strings.Contains(string(text), module+" "+version+"\n") {
			t.Errorf("%s is not at %s: measure the bytes of a tick before you move it (TestBytes)", module, version)
		}
	}
	if strings.Contains(string(text), "toolchain") {
		t.Error("go.mod asks for a toolchain")
	}
}

// TestTheArrow holds the direction of imports, those of the tests as well:
// ui → model ← storage.
func TestTheArrow(t *testing.T) {
	for from, never := range map[string][]string{
		"./ui/...":      {"societop/storage", "go.etcd.io/bbolt", "zombiezen.com/go/sqlite"},
		"./storage/...": {"societop/ui", "charm.land/", "github.com/spf13/cobra"},
		"./model/...":   {"societop/ui", "societop/storage", "charm.land/", "go.etcd.io/bbolt", "net/http"},
	} {
		out, err := exec.Command("go", "list", "-deps", "-test", from).Output()
		if err != nil {
			t.Fatal(err)
		}
		for dep := range strings.Lines(string(out)) {
			for _, prefix := range never {
				if strings.HasPrefix(dep, prefix) {
					t.Errorf("%s imports %s", from, dep)
				}
			}
		}
	}
}

// names are those of the experiments in a lab whose bytes are counted: a third of the rows
// holds wide characters.
var names = []string{"Polarization baseline", "北京早高峰通勤模拟 🚇", "UBI policy"}

// step is the i-th experiment of that lab after so many of its 480 steps.
func step(i int, steps int64, start time.Time) model.Experiment {
	var e model.Experiment
	e.ID = uuid.UUID{0: byte(i), 15: 1}
	e.Name = model.Clean(fmt.Sprintf("%s #%d", names[i%len(names)], i))
	e.Status, e.Plan = model.Running, model.NewPlan(0, []model.Entry{{Type: "step", Steps: 480, Ticks: 300}})
	e.Now = model.SimTime{Day: int(steps / 288), T: float64(steps % 288 * 300)}
	e.InputTokens, e.OutputTokens = 4200*steps, 1300*steps
	e.Created = start.Add(-time.Duration(i) * time.Hour)
	e.Updated = start.Add(time.Duration(steps) * time.Second)
	return e
}

// puts writes experiments in one batch.
func puts(t *testing.T, lab *bolt.Store, batch ...model.Experiment) {
	t.Helper()
	err := lab.Update(context.Background(), func(b *bolt.Batch) error {
		for _, e := range batch {
			if _, err := b.Put(e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// watched is a lab of 60 experiments in a status, which moved last at start+100 s, and the
// monitor on it at 100×50.
func watched(t *testing.T, status model.Status, start time.Time) (*bolt.Store, *clitest.Terminal) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "lab.db")
	lab := bolt.Open(path, bolt.Options{Write: true})
	all := make([]model.Experiment, 60)
	for i := range all {
		all[i] = step(i, 100, start)
		all[i].Status = status
	}
	puts(t, lab, all...)
	x := program.Open(t, 100, 50, "--interval", "100ms", path)
	x.Shows("● live")
	x.Shows("北京早高峰通勤模拟 🚇 #40")
	return lab, x
}

// TestIdleIsIdle: nothing is written while nothing happens. The runs have ended, for the age
// of one that has not may change at any full minute.
func TestIdleIsIdle(t *testing.T) {
	t.Parallel()
	_, x := watched(t, model.Finished, time.Now())
	settled := x.Quiet(time.Second)
	if idle := x.Quiet(3*time.Second) - settled; idle != 0 {
		t.Errorf("an idle monitor wrote %d bytes", idle)
	}
}

// TestBytes counts what the monitor writes for a key, and for a tick that changes three rows,
// with Chinese and emoji on the screen. A median, for a full minute may come between.
func TestBytes(t *testing.T) {
	t.Parallel()
	start := time.Now().Add(-100 * time.Second)
	lab, x := watched(t, model.Running, start)
	cost := func(change func()) int {
		before, screen := x.Quiet(300*time.Millisecond), x.Screen()
		change()
		x.Await("change", func(s string) bool { return s != screen })
		return x.Quiet(300*time.Millisecond) - before
	}
	var keys, ticks []int
	for n := range 9 {
		keys = append(keys, cost(func() { x.Press("j") }))
		ticks = append(ticks, cost(func() {
			steps := int64(102 + 2*n)
			puts(t, lab, step(4, steps, start), step(10, steps, start), step(20, steps, start))
		}))
	}
	t.Logf("bytes of a j %v, of a tick %v", keys, ticks)
	if n := median(keys); n > 300 {
		t.Errorf("a j writes %d bytes: %v", n, keys)
	}
	if n := median(ticks); n > 500 {
		t.Errorf("a tick writes %d bytes: %v", n, ticks)
	}
}

func median(numbers []int) int {
	sorted := slices.Sorted(slices.Values(numbers))
	return sorted[len(sorted)/2]
}
