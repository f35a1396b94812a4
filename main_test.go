package main

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

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

// TestTheArrow checks the direction of imports, ui → model ← storage, in tests as well. Only
// the end-to-end tests may import both sides, as package main does.
func TestTheArrow(t *testing.T) {
	for from, never := range map[string][]string{
		"ui":      {"societop/storage", "go.etcd.io/bbolt", "zombiezen.com/go/sqlite"},
		"storage": {"societop/ui", "charm.land/", "github.com/spf13/cobra"},
		"model":   {"societop/ui", "societop/storage", "charm.land/", "go.etcd.io/bbolt", "net/http"},
	} {
		packages := slices.DeleteFunc(list(t, "./"+from+"/..."), func(p string) bool { return p == "societop/ui/cli/e2e" })
		for _, dep := range list(t, append([]string{"-deps", "-test"}, packages...)...) {
			for _, prefix := range never {
				if strings.HasPrefix(dep, prefix) {
					t.Errorf("%s imports %s", from, dep)
				}
			}
		}
	}
}

// list returns the lines that go list prints.
func list(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// TestZonesAreBuiltIn checks that the program has the time zones for machines that have none.
func TestZonesAreBuiltIn(t *testing.T) {
	if !slices.Contains(list(t, "-deps", "."), "time/tzdata") {
		t.Error("time/tzdata is not in the program")
	}
}
