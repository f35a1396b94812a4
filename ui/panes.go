package ui

import (
	"societop/ui/pane"
	"societop/ui/theme"
)

// paneEntry is a pane in the list.
type paneEntry struct {
	number int                          // its key, and its number in the help and the README
	create func(*theme.Theme) pane.Pane // the theme may change later
}

// panes lists every pane in the order of the tabs. A new pane is a package and a line here.
var panes = []paneEntry{
	{1, pane.NewOverview},
	{2, pane.NewAgents},
	{3, pane.NewMap},
	{4, pane.NewTalk},
	{5, pane.NewSurveys},
	{6, pane.NewMetrics},
	{7, pane.NewConfig},
	{8, pane.NewLog},
}
