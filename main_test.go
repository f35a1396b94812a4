package main

import (
	"os"
	"os/exec"
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
		if !strings.Contains(string(text), module+" "+version) {
			t.Errorf("%s is not at %s: measure the bytes of a tick before you move it (ui/cli, TestBytes)", module, version)
		}
	}
	if strings.Contains(string(text), "toolchain") {
		t.Error("go.mod asks for a toolchain")
	}
}

// TestTheArrow holds the direction of imports: ui → model ← storage.
func TestTheArrow(t *testing.T) {
	for from, never := range map[string][]string{
		"./ui/...":      {"societop/storage", "go.etcd.io/bbolt", "zombiezen.com/go/sqlite"},
		"./storage/...": {"societop/ui", "charm.land/", "github.com/spf13/cobra"},
		"./model/...":   {"societop/ui", "societop/storage", "charm.land/", "go.etcd.io/bbolt", "net/http"},
	} {
		out, err := exec.Command("go", "list", "-deps", from).Output()
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
