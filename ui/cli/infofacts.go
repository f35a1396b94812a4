package cli

import (
	"io"
	"strconv"

	"societop/model"
	"societop/ui/human"
)

// infoObject prints the facts of info as an object; known tells whether there is a report.
func (e *Env) infoObject(out io.Writer, info model.Info, r model.LabReport, ok bool) error {
	return printObject(out, []field{
		{"version", e.Version},
		{"source", info.Address.String()},
		{"kind", info.Kind},
		{"bytes", known(ok, r.Bytes)},
		{"schema", known(ok, r.Schema)},
		{"experiments", known(ok, r.Experiments)},
		{"changes", known(ok, r.Changes)},
		{"modified", known(ok, stamp(r.Modified))},
		{"recorder", known(ok && !r.Recorder.Empty(), r.Recorder.String())},
		{"network", known(ok, r.Network)},
	})
}

// infoFacts prints the facts of info for people.
func (e *Env) infoFacts(out io.Writer, info model.Info, r model.LabReport, ok bool) error {
	facts := [][2]string{{"societop", e.Version}, {"source", info.Address.String()}, {"kind", info.Kind}}
	if ok {
		facts = append(facts, [][2]string{
			{"size", human.Bytes(r.Bytes)},
			{"schema", strconv.Itoa(r.Schema)},
			{"experiments", human.Count(r.Experiments)},
			{"changes", strconv.FormatUint(r.Changes, 10)},
			{"modified", minute(r.Modified, e.Zone) + r.Modified.In(e.Zone).Format(" MST")},
		}...)
	}
	if !r.Recorder.Empty() {
		facts = append(facts, [2]string{"recorder", r.Recorder.String()})
	}
	if r.Network {
		facts = append(facts, [2]string{"network", "yes: locks may not reach other hosts, so record and watch on one host"})
	}
	return printFacts(out, facts)
}
