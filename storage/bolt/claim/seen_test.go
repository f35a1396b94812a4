package claim

import (
	"os"
	"testing"
	"time"
)

// TestARecorderOnAnotherHost: where locks do not reach that far, what it keeps saying counts.
func TestARecorderOnAnotherHost(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	now := time.Now()
	for _, tc := range []struct {
		name string
		c    Seen
		want bool
	}{
		{"it said so lately", Seen{Who: "record, pid 1 on other, since", until: now.Add(time.Minute)}, true},
		{"long ago", Seen{Who: "record, pid 1 on other, since", until: now.Add(-time.Minute)}, false},
		{"it is killed here", Seen{Who: "record, pid 1 on " + host + ", since", until: now.Add(time.Minute)}, false},
		{"it does not keep saying so", Seen{Who: "demo, pid 1 on other, since"}, false},
	} {
		if got := tc.c.elsewhere(nil); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}
