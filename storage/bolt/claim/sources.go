package claim

import (
	"encoding/hex"
	"strings"
	"time"

	"societop/model"
	"societop/storage/bolt/layout"
)

// away says, in a line for each, which of several sources are not live, and ends in a checksum. What has
// no room in it is left out: then these count as live.
func away(all []layout.Origin, room int) string {
	var b strings.Builder
	for _, o := range all {
		live, _ := o.AsOf.MarshalText() // never fails
		line := hex.EncodeToString(sumOf([]byte(o.Name.Raw()))) + " " + string(live) + "\n"
		if len(live) > 0 && b.Len()+len(line) <= room {
			b.WriteString(line)
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return b.String() + hex.EncodeToString(sumOf([]byte(b.String()))) + "\n"
}

// parseAway takes what away wrote from the rest of the file of a claim; it is empty where that is being
// written.
func parseAway(rest string) string {
	text := strings.TrimRight(rest, "\n")
	at := strings.LastIndexByte(text, '\n') + 1
	if text[at:] != hex.EncodeToString(sumOf([]byte(text[:at]))) {
		return ""
	}
	return text[:at]
}

// Sources is the state of the sources that a lab with this claim records; nil where it is one.
func (c Seen) Sources(all []layout.Origin) (states []model.SourceState) {
	for _, o := range all {
		l := c.LivenessOf(o.AsOf)
		name := hex.EncodeToString(sumOf([]byte(o.Name.Raw())))
		for line := range strings.SplitSeq(c.away, "\n") {
			if text, ok := strings.CutPrefix(line, name+" "); ok && l.Live() && l.UnmarshalText([]byte(text)) != nil {
				l = model.Liveness{}
			}
		}
		states = append(states, model.SourceState{
			Name: o.Name, Info: model.Info{Kind: "source of a lab file", Address: o.Name.Text(), Local: true},
			Liveness: l, Loaded: true, Answered: time.Now(),
		})
	}
	return states
}
