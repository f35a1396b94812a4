package exporter

import (
	"fmt"
	"math"
	"strings"
	"time"

	"societop/model"
	"societop/storage/bolt/kept"
)

// appendYAML encodes an experiment as AgentSociety's experiment.yaml has it: a mapping, by the names of
// its columns. What is not known is not in it. The
// offset stands after times.
func appendYAML(b []byte, e *model.Experiment, offset string) []byte {
	text := func(name, value string) { b = quoted(fmt.Appendf(b, "%s: ", name), value) }
	plain := func(name string, value any) { b = fmt.Appendf(b, "%s: %v\n", name, value) }
	stamp := func(name string, t time.Time) {
		if !t.IsZero() {
			plain(name, wall(t, offset))
		}
	}
	text("config", e.Config.Raw())
	stamp("created_at", e.Created)
	if t := e.Now.T; (e.Now != model.SimTime{Day: -1, T: -1}) && !math.IsNaN(t) && !math.IsInf(t, 0) {
		plain("cur_day", e.Now.Day)
		plain("cur_t", kept.Float(t))
	}
	text("error", e.Error.Raw())
	text("id", e.ID.String())
	if e.Counted() {
		plain("input_tokens", e.InputTokens)
	}
	text("name", e.Name.Raw())
	plain("num_day", e.NumDay)
	if e.CountsOutput() {
		plain("output_tokens", e.OutputTokens)
	}
	plain("status", e.Status.Number())
	if tenant := e.Tenant.Raw(); tenant != model.OnlyTenant {
		text("tenant_id", tenant)
	}
	stamp("updated_at", e.Updated)
	return b
}

// quoted appends a text between double quotes and a line break. All that YAML does not take as it is,
// or takes for a line break, is escaped.
func quoted(b []byte, s string) []byte {
	b = append(b, '"')
	for _, c := range strings.ToValidUTF8(s, "\uFFFD") {
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', byte(c))
		case c == '\n':
			b = append(b, `\n`...)
		case c < ' ' || (c >= 0x7f && c < 0xa0):
			b = fmt.Appendf(b, `\x%02x`, c)
		case c == '\u2028' || c == '\u2029' || c == '\ufeff' || c >= 0xfff0 && c <= 0xffff && c != 0xfffd:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, string(c)...)
		}
	}
	return append(b, "\"\n"...)
}
