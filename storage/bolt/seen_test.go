package bolt

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
		c    claimed
		want bool
	}{
		{"it said so lately", claimed{who: "record, pid 1 on other, since", until: now.Add(time.Minute)}, true},
		{"long ago", claimed{who: "record, pid 1 on other, since", until: now.Add(-time.Minute)}, false},
		{"it is killed here", claimed{who: "record, pid 1 on " + host + ", since", until: now.Add(time.Minute)}, false},
		{"it does not keep saying so", claimed{who: "demo, pid 1 on other, since"}, false},
	} {
		if got := tc.c.elsewhere(nil); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}
