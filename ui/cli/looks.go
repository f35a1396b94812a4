package cli

import (
	"path/filepath"
	"slices"
	"strings"

	"societop/model"
	"societop/model/text"
	"societop/ui"
	"societop/ui/seen"
)

// looks lets the monitor say what has changed in sources since this user last looked at them, and note
// what they see this time.
func (e *Env) looks(o *ui.Options, specs []model.SourceSpec, tenants []string) {
	dir, ok := e.dataDir("XDG_STATE_HOME", ".local", "state")
	if !ok {
		return
	}
	of := append(identities(specs, o.Source.Info().Address), slices.Sorted(slices.Values(tenants))...)
	tracker, err := seen.Open(filepath.Join(dir, "seen", digest(of)[:16]+".json"))
	if o.Seen = tracker; err != nil {
		o.Warning = warnings(o.Warning, text.Clean(err.Error()))
	}
}

// warnings is several warnings as one.
func warnings(all ...text.Text) text.Text {
	var said []string
	for _, w := range all {
		if !w.Empty() {
			said = append(said, w.String())
		}
	}
	return text.Clean(strings.Join(said, "; "))
}

// identities names sources as identity does. Several are named by their addresses, in order.
func identities(specs []model.SourceSpec, shown text.Text) (all []string) {
	if len(specs) == 1 {
		return []string{identity(specs[0].Address, shown)}
	}
	for _, spec := range specs {
		all = append(all, model.CanonicalAddress(spec.Address, func(path string) string { return identity(path, shown) }))
	}
	slices.Sort(all)
	return append(slices.Compact(all), "") // tenants follow
}

// identity names the source at an address wherever the program is started: a URL without its secrets,
// or the path of a file.
func identity(address string, shown text.Text) string {
	if strings.Contains(address, "://") {
		return shown.Raw()
	}
	if path, err := filepath.Abs(address); err == nil {
		address = path
	}
	if path, err := filepath.EvalSymlinks(address); err == nil {
		address = path
	}
	return address
}
