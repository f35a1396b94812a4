package load

import (
	"context"

	"societop/model"
	"societop/model/plan"
	"societop/ui/pane"
)

// need is something that panes can want of an experiment, and how it is read.
type need struct {
	what  string // its name in a sentence
	many  bool   // the name is a plural
	sure  bool   // none says why in any case
	none  string // shown where the source has lost it or never had it; empty: what the error says
	grows bool   // a run adds to it while it is under way
	read  func(ctx context.Context, src model.Source, k model.Key) (show func(*pane.View), err error)
	// scoped is how those are read that are of one agent or of one moment.
	scoped *scoped
	// lags reports whether what was read of a run that grows lacks something; nil: that is not
	// known before it is read again.
	lags func(v *pane.View) bool
	// keep keeps what was read; nil: it goes into the view.
	keep func(d *Detail, of target, v pane.View)
	// part reports whether a run can have it at all; nil: every run can.
	part func(model.RunData) bool
	// derived reports whether it can be derived of a run of AgentSociety 1; nil: it can't.
	derived func(model.RunData) bool
}

// needs is all that panes can want. A new need is one line here.
var needs = map[pane.Need]need{
	pane.NeedWhole:      {what: "config", read: readWhole},
	pane.NeedTimeline:   {what: "timeline", grows: true, read: readTimeline, lags: timelineLags, keep: keepTimeline, none: "This experiment has no timeline here: what its agents did was not kept."},
	pane.NeedProfiles:   {what: "agents", many: true, grows: true, read: readProfiles, lags: profilesLag, none: "This experiment has no agents here: they were not kept, or are gone."},
	pane.NeedFrame:      {what: "status of the agents", grows: true, scoped: &oneFrame, lags: frameLags, keep: keepFrame},
	pane.NeedHistory:    {what: "history of the agent", grows: true, scoped: &oneHistory},
	pane.NeedTalk:       {what: "talk of the agent", grows: true, scoped: &oneTalk, none: noTalk},
	pane.NeedAnswers:    {what: "answers of the agent", many: true, grows: true, scoped: &oneAnswers, none: noAnswers},
	pane.NeedAllTalk:    {what: "talk of the agents", grows: true, scoped: &allTalk, keep: keepAllTalk, none: noTalk},
	pane.NeedAllAnswers: {what: "answers of the agents", many: true, grows: true, scoped: &allAnswers, keep: keepAllAnswers, none: noAnswers},
	pane.NeedSurveys:    {what: "questionnaires", many: true, read: readSurveys, none: "This source has no questionnaires: surveys are shown by id."},
	pane.NeedLog: {
		what: "log", grows: true, scoped: &oneLog, sure: true,
		none: "This experiment has no log here: it was not started from the web page, or its log is gone.",
	},
	pane.NeedMetrics: {
		what: "metrics", many: true, grows: true, read: readMetrics,
		none: "This experiment has no metrics here: they were not kept, or are gone.",
	},
	pane.NeedDatasets: {what: "datasets", many: true, grows: true, read: readDatasets, part: is[model.DatasetReader]},
	pane.NeedActivity: {what: "activity", grows: true, read: readActivity, part: is[model.ActivityReader], derived: is[model.AllAgentsReader]},
	pane.NeedHealth:   {what: "health", grows: true, read: readHealth, part: is[model.HealthReader], derived: is[model.RunData]},
	pane.NeedRows:     {what: "rows", many: true, grows: true, scoped: &someRows, lags: rowsLag, part: is[model.DatasetReader], none: "There is no such dataset any more."},
	pane.NeedLogs:     {what: "list of logs", grows: true, read: readLogs, part: is[model.LogsReader]},
	pane.NeedNotes:    {what: "files of the agent", many: true, grows: true, scoped: &oneNotes, part: keepsNotes, none: "This agent has no files here: they were not kept, or are gone."},
}

// noAnswers is shown where answers are missing.
const noAnswers = "This experiment has no answers here: they were not kept, or are gone."

// logBudget is how much of a log is kept.
var logBudget = model.LogBudget{Lines: 5000, Bytes: 1 << 20}

// noTalk is shown where a source has lost what agents said, or never had it.
const noTalk = "This experiment has no talk here: what its agents said was not kept, or is gone."

// gone is shown for every need of an experiment that was deleted.
const gone = "This experiment is gone from the source; its last data is shown."

// readWhole reads config, error and outline. The summary in the list may be newer.
func readWhole(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	e, err := src.Experiment(ctx, k)
	if err != nil {
		return nil, err
	}
	outline := plan.ReadOutline(e.Config.Raw())
	e.Config = plan.MaskSecrets(e.Config)
	return func(v *pane.View) {
		if known := v.Experiment.Summary; known.Updated.After(e.Updated) {
			known.Error = e.Error
			e.Summary = known
		}
		v.Experiment, v.Outline = e, outline
	}, nil
}

// readMetrics reads the measured series.
func readMetrics(ctx context.Context, src model.Source, k model.Key) (func(*pane.View), error) {
	all, err := src.RunData(k).Metrics(ctx)
	return func(v *pane.View) { v.Metrics = all }, err
}
