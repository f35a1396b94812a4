package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"societop/model"
)

// TestWhatNeedsAttentionInCommands: JSON, filter, order and show agree; what ended more than a week ago
// needs nothing.
func TestWhatNeedsAttentionInCommands(t *testing.T) {
	silent, failed, old := run(1, "a", model.Running), run(2, "b", model.Failed), run(3, "c", model.Failed)
	silent.Updated, failed.Updated, old.Updated = now.Add(-time.Hour), now.Add(-6*24*time.Hour), now.Add(-8*24*time.Hour)
	src := &live{first: []model.Experiment{silent, failed, old, run(4, "d", model.Finished)}}
	var all []struct {
		Name      string
		Attention *string
	}
	out, errs, code, _ := call(src, nil, "list", "--json", "--sort", "attention", "x")
	if err := json.Unmarshal([]byte(out), &all); err != nil || code != 0 || len(all) != 4 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out, errs)
	}
	for i, want := range []string{"b failed", "a stalled"} {
		if all[i].Attention == nil || all[i].Name+" "+*all[i].Attention != want {
			t.Errorf("the %d. is %+v, want %s", i+1, all[i], want)
		}
	}
	if all[2].Attention != nil || all[3].Attention != nil {
		t.Errorf("the others are %+v", all[2:])
	}
	if out, _, _, _ := call(src, nil, "list", "--csv", "--columns", "name,attention", "--filter", "attention:yes", "--sort", "name", "x"); out != "name,attention\na,stalled\nb,failed\n" {
		t.Errorf("the filtered list is %q", out)
	}
	for id, want := range map[string]bool{"02": true, "03": false} {
		if out, _, _, _ := call(src, nil, "show", "x", id); strings.Contains(out, "attention    failed\n") != want {
			t.Errorf("show %s prints %s", id, out)
		}
	}
}
