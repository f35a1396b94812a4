package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"societop/model"
)

// replayOf is the rows of all tables of a run, each once, in order. It fails where a row is in a shard of
// another checksum.
func replayOf(t *testing.T, dir string) (all []string) {
	t.Helper()
	shards, err := filepath.Glob(filepath.Join(dir, "replay", "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, shard := range shards {
		b, err := os.ReadFile(shard)
		if err != nil || !bytes.HasSuffix(b, []byte("\n")) {
			t.Fatalf("%s: %v, or it has no whole lines", shard, err)
		}
		table, number, _ := strings.Cut(strings.TrimSuffix(filepath.Base(shard), ".jsonl"), ".")
		for line := range bytes.Lines(b) {
			if got := fmt.Sprintf("%02x", crc32.ChecksumIEEE(line)%256); got != number || !json.Valid(line) {
				t.Fatalf("%s has a line of shard %s: %s", shard, got, line)
			}
			all = append(all, table+" "+string(line))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// readJSON is what a file of a run says.
func readJSON(t *testing.T, path ...string) (v map[string]any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil || json.Unmarshal(b, &v) != nil {
		t.Fatalf("%v: %v, %q", path, err, b)
	}
	return v
}

func TestARunDirectoryOfVersion2(t *testing.T) {
	o := model.DemoOptions{Path: filepath.Join(t.TempDir(), "run"), Seed: 3, Agents: 9, Steps: -1, Speed: 1, Start: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), Whole: true, Rundir: true}
	if err := Write(t.Context(), o, nil); err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, row := range replayOf(t, o.Path) {
		table, _, _ := strings.Cut(row, " ")
		rows[table]++
	}
	if rows["core_agent_profile"] != 9 || rows["mobility_agent_state"] != 9*96 || rows["economy_env_state"] != 96 || rows["core_simulation_timeline"] != 96 || rows["social_media_event"] < 50 {
		t.Errorf("the tables have %v rows", rows)
	}
	pid, step := readJSON(t, o.Path, "pid.json"), readJSON(t, o.Path, "SOCIETY_STEP.json")
	if pid["status"] != "completed" || pid["step_count"] != 96.0 || step["step_count"] != 96.0 || step["completed_step_count"] != 6.0 || pid["end_time"] != "2026-05-04T12:00:00.000000+00:00" {
		t.Errorf("it ends with %v and %v", pid, step)
	}
	artifacts, err := os.ReadDir(filepath.Join(o.Path, "artifacts"))
	if err != nil || len(artifacts) != 4 {
		t.Errorf("%d artifacts, %v", len(artifacts), err)
	}
	if err := Write(t.Context(), o, nil); !errors.Is(err, model.ErrUsage) {
		t.Errorf("a second run in the same directory: %v", err)
	}
}

// TestALivingRunDirectory: what is written live is what is written at once.
func TestALivingRunDirectory(t *testing.T) {
	whole := model.DemoOptions{Path: filepath.Join(t.TempDir(), "whole"), Seed: 5, Agents: 4, Steps: -1, Speed: 1, Start: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC), Whole: true, Rundir: true}
	if err := Write(t.Context(), whole, nil); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "live")
	synctest.Test(t, func(t *testing.T) {
		live := whole
		live.Path, live.Whole, live.Start = dir, false, time.Now()
		if err := Write(t.Context(), live, nil); err != nil {
			t.Fatal(err)
		}
		if pid := readJSON(t, dir, "pid.json"); pid["status"] != "running" || pid["step_count"] != 30.0 {
			t.Errorf("it begins with %v", pid)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- Live(ctx, live, time.Now, func() {}) }()
		time.Sleep(20 * time.Second) // of the fake clock
		synctest.Wait()
		if pid := readJSON(t, dir, "pid.json"); pid["status"] != "running" || pid["step_count"].(float64) < 33 || pid["step_count"].(float64) > 37 {
			t.Errorf("after 20 s it says %v", pid)
		}
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if pid := readJSON(t, dir, "pid.json"); pid["status"] != "completed" {
		t.Errorf("it ends with %v", pid)
	}
	if got, want := replayOf(t, dir), replayOf(t, whole.Path); !slices.Equal(got, want) {
		t.Errorf("live it has %d rows, else %d, or others", len(got), len(want))
	}
}
