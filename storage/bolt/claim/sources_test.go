package claim

import (
	"strings"
	"testing"
	"time"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
)

// TestSourcesThatAreAway are in the claim, as many as have room, and nothing of a line that is being
// written.
func TestSourcesThatAreAway(t *testing.T) {
	at := time.Date(2026, 11, 26, 20, 0, 0, 0, time.UTC)
	var all []layout.Origin
	for i := range 100 {
		o := layout.Origin{Name: model.NewSourceName(strings.Repeat("实验室", i+1)), AsOf: model.Liveness{AsOf: at, Why: text.Clean("recorder: no answer in time")}}
		if i == 1 {
			o.AsOf = model.Liveness{}
		}
		all = append(all, o)
	}
	written := Seen{Who: "x", liveness: model.Liveness{}, heard: at, until: time.Now().Add(time.Hour), beats: true, away: away(all, maxAway)}
	raw := written.marshal()
	if len(raw) != claimSize {
		t.Errorf("the file has %d bytes", len(raw))
	}
	var c Seen
	if !c.unmarshal(raw) {
		t.Fatal("it can't be read")
	}
	c.Held = true
	states := c.Sources(all)
	if states[0].Liveness != all[0].AsOf || !states[1].Liveness.Live() || !states[99].Liveness.Live() {
		t.Errorf("%+v, %+v, %+v", states[0].Liveness, states[1].Liveness, states[99].Liveness)
	}
	torn := []byte(strings.Replace(string(raw), "recorder%3A+no", "recorder%3A+xo", 1))
	if c = (Seen{}); !c.unmarshal(torn) || c.away != "" {
		t.Errorf("of a torn file it reads %q", c.away)
	}
	c.Held = false
	if s := c.Sources(all[:1]); s[0].Liveness.Live() {
		t.Error("a source that nobody records is live")
	}
}
