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
		{"long ago", Seen{Who: "record, pid 1 on other, since", until: now.Add(-time.Hour)}, false},
		{"its clock is slow", Seen{Who: "record, pid 1 on other, since", until: now.Add(-time.Minute)}, true},
		{"it is killed here", Seen{Who: "record, pid 1 on " + host + ", since", until: now.Add(time.Minute)}, false},
		{"it does not keep saying so", Seen{Who: "demo, pid 1 on other, since"}, false},
	} {
		if got := tc.c.elsewhere(nil); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

// TestAWatchNeedsNoClock: a claim that changes is written by somebody, and one that does not for
// longer than fresh is not, whatever the clock of its writer says.
func TestAWatchNeedsNoClock(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Skip(err)
	}
	now := time.Now()
	for name, off := range map[string]time.Duration{"right": 0, "an hour slow": -time.Hour, "an hour fast": time.Hour} {
		var w Watch
		look := func(after, written time.Duration) bool {
			c := Seen{Held: true, Who: "record, pid 1 on " + host + ", since", until: now.Add(written + off + fresh), beats: true}
			w.see(&c, now.Add(after))
			return c.late(now.Add(after))
		}
		if got := look(0, 0); got != (off < 0) {
			t.Errorf("%s: at first %v", name, got)
		}
		for i := range time.Duration(10) {
			if look(2*i*Beat, 2*i*Beat-Beat/2) {
				t.Errorf("%s: it is late at beat %d", name, i)
			}
		}
		last := 18 * Beat
		if off >= 0 && look(last+fresh, last-Beat/2) {
			t.Errorf("%s: it is late too early", name)
		}
		if !look(last+fresh+Beat, last-Beat/2) {
			t.Errorf("%s: it is not late", name)
		}
		if got := look(last+time.Hour, last+Beat); got != (off <= 0) {
			t.Errorf("%s: after an hour in which nobody looked: %v", name, got)
		}
	}
}
