package ui

import (
	"societop/ui/keymap"
	"societop/ui/pane"
	"societop/ui/pane/activity"
	"societop/ui/pane/agentmap"
	"societop/ui/pane/agents"
	"societop/ui/pane/config"
	"societop/ui/pane/health"
	"societop/ui/pane/log"
	"societop/ui/pane/metrics"
	"societop/ui/pane/overview"
	"societop/ui/pane/surveys"
	"societop/ui/pane/tables"
	"societop/ui/pane/talk"
	"societop/ui/theme"
)

// paneEntry is a pane in the list.
type paneEntry struct {
	number int                          // its key, and its number in the help and in KEYS.md; 10 is the key 0, and 0 none
	create func(*theme.Theme) pane.Pane // the theme may change later
}

// keyed returns panes for the key map.
func keyed(entries []paneEntry) (all []keymap.Pane) {
	for _, e := range entries {
		all = append(all, keymap.Pane{Number: e.number, New: func() pane.Pane { return e.create(theme.New(theme.Mono, false)) }})
	}
	return all
}

// panes lists every pane in the order of the tabs. A new pane is a package and a line here.
var panes = []paneEntry{
	{1, overview.New},
	{2, agents.New},
	{3, agentmap.New},
	{4, talk.New},
	{5, surveys.New},
	{6, metrics.New},
	{7, config.New},
	{8, log.New},
	{9, activity.New},
	{10, health.New},
	{0, tables.New},
}
