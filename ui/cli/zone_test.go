package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestZones(t *testing.T) {
	summer, winter := time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	for name, want := range map[string][2]string{
		"":                           {"12:00 UTC", "12:00 UTC"},
		"UTC":                        {"12:00 UTC", "12:00 UTC"},
		"Asia/Shanghai":              {"20:00 CST", "20:00 CST"},
		":Asia/Shanghai":             {"20:00 CST", "20:00 CST"},
		"Europe/Berlin":              {"14:00 CEST", "13:00 CET"},
		"CST-8":                      {"20:00 CST", "20:00 CST"},
		"<+0530>-5:30":               {"17:30 +0530", "17:30 +0530"},
		"CET-1CEST,M3.5.0,M10.5.0/3": {"14:00 CEST", "13:00 CET"},
		"XST5XDT":                    {"08:00 XDT", "07:00 XST"},
	} {
		zone, err := zoneOf(name)
		if err != nil {
			t.Errorf("%q: %v", name, err)
			continue
		}
		for i, at := range []time.Time{summer, winter} {
			if got := at.In(zone).Format("15:04 MST"); got != want[i] {
				t.Errorf("in %q it is %s, want %s", name, got, want[i])
			}
		}
	}
	for _, wrong := range []string{"Mars/Phobos", "CST", "Beijing", "+8", "../etc/passwd", "/nowhere/at/all", "CST-8,", "CET-1CEST,M3", "\x1b[2J"} {
		if zone, err := zoneOf(wrong); err == nil {
			t.Errorf("%q is the zone %v", wrong, zone)
		}
	}
}

// TestAWrongZoneIsSaidOnce: on stderr by a command, before it prints times in UTC.
func TestAWrongZoneIsSaidOnce(t *testing.T) {
	for _, tc := range []struct {
		environ []string
		args    []string
		said    int
	}{
		{[]string{"TZ=Mars/Phobos"}, []string{"version"}, 1},
		{[]string{"TZ=Mars/\x1b[2J"}, []string{"version"}, 1},
		{[]string{"TZ=Asia/Shanghai"}, []string{"version"}, 0},
		{nil, []string{"version"}, 0},
	} {
		var out, told bytes.Buffer
		env := Env{Args: tc.args, Streams: Streams{Out: &out, Err: &told, IsTerminal: func(any) bool { return false }}, Environ: tc.environ, Zone: time.Local, Version: "1"}
		if code := Main(t.Context(), env); code != 0 || out.Len() == 0 {
			t.Errorf("%v: exit code %d", tc.environ, code)
		}
		if got := told.String(); strings.Count(got, "which is not a time zone; times are in UTC.\n") != tc.said || strings.Contains(got, "\x1b") {
			t.Errorf("%v: it says %q", tc.environ, got)
		}
	}
}
