package pane

import (
	"time"

	"societop/model"
	"societop/model/plan"
	"societop/model/text"
)

// View is what a pane shows: the selected experiment and what is known of it so far. Fields of a
// need that has not been read yet are empty.
type View struct {
	Run
	Moment
	Selected
	Everyone
	Offered
	Choice
	Now   time.Time      // the wall time of the experiment's source
	Zone  *time.Location // for wall times on the screen
	known [needs]state
}

// Run is the experiment as a whole.
type Run struct {
	Experiment model.Experiment // with NeedWhole its error and its config, masked
	Outline    plan.Outline     // of NeedWhole
	Log        model.Log        // of NeedLog
	Metrics    []model.Metric   // of NeedMetrics
	Estimate   model.Estimate
	Cost       model.Cost         // the zero value without prices
	Liveness   model.Liveness     // of the source
	Source     string             // a short name of it; empty where there is only one
	Lengths    []model.StepLength // of the steps of a run, as far as they are known, oldest first
	Surveys    []model.Survey     // of NeedSurveys
	Waiting    model.Waiting      // what of a running experiment waits for an answer, in all that was read of it
}

// Moment is the simulated time that is shown, and what all agents do then.
type Moment struct {
	Timeline []model.SimTime // of NeedTimeline
	At       model.SimTime   // the moment that is shown; not Valid if unknown
	Live     bool            // At follows the newest moment
	Profiles []model.Profile // of NeedProfiles
	Frame    model.Frame     // of NeedFrame: of At, or of another moment until that of At is read
}

// Selected is the selected agent, with data up to the newest moment.
type Selected struct {
	Agent   int64               // its id
	Chosen  bool                // an agent is selected
	History []model.AgentStatus // of NeedHistory
	Talk    []model.Message     // of NeedTalk
	Answers []model.Answer      // of NeedAnswers
}

// Everyone is the talk and the answers of all agents.
type Everyone struct {
	Bulk       bool                    // the source can return those of all agents at once
	AllTalk    Gathered[model.Message] // of NeedAllTalk
	AllAnswers Gathered[model.Answer]  // of NeedAllAnswers
}

// Offered is what only some runs have: those of AgentSociety 2, and others as far as their source
// can derive it.
type Offered struct {
	Datasets []model.Dataset // of NeedDatasets
	Activity model.Activity  // of NeedActivity
	Health   model.Health    // of NeedHealth
	Table    Table           // of NeedRows
	Logs     []model.LogFile // of NeedLogs
	Notes    []model.Note    // of NeedNotes: those of the selected agent
}

// Choice is what panes have chosen of needs of which a part is read at a time.
type Choice struct {
	Rows    RowsOf    // for NeedRows
	LogFile text.Text // for NeedLog: which of Logs; empty: the one that was written last
}

// RowsOf chooses rows of a dataset. The zero RowsOf chooses nothing.
type RowsOf struct {
	Dataset text.Text // its id
	Query   model.RowQuery
}

// Table is rows of a dataset, and which they are: those of another choice stay until its own are
// read.
type Table struct {
	Of   RowsOf
	Rows model.Rows
}

// Gathered is the rows of all agents: all of them, or the newest up to a moment.
type Gathered[T any] struct {
	Rows  []T           // oldest first
	Until model.SimTime // later rows are left out; model.Latest: none are
	Cut   bool          // rows are missing: older ones, or those of agents that were not read
	// Agents and Of are set if the source returns one agent at a time: the agents that were
	// read, and all agents.
	Agents, Of int
}

// state is how far one need has been read.
type state struct {
	read    bool
	trouble text.Text
	absent  bool
	present bool
}

// Need is data of the selected experiment that a pane wants to be read.
type Need int8

// The needs.
const (
	NeedWhole      Need = iota // config, error and outline
	NeedLog                    // the end of the log
	NeedMetrics                // the measured series
	NeedTimeline               // the moments that have frames
	NeedProfiles               // who the agents are
	NeedFrame                  // what all agents do at View.At
	NeedHistory                // the status of View.Agent at each step
	NeedTalk                   // the talk of View.Agent
	NeedAnswers                // the answers of View.Agent to surveys
	NeedAllTalk                // the talk of all agents; never read where View.Bulk is false
	NeedAllAnswers             // the answers of all agents; where View.Bulk is false, of one after the other
	NeedSurveys                // the questionnaires
	NeedDatasets               // the catalog of datasets
	NeedActivity               // who acted in which step
	NeedHealth                 // how well the run works
	NeedRows                   // the rows of Choice.Rows
	NeedLogs                   // which logs there are
	NeedNotes                  // the files that View.Agent keeps
	needs                      // how many there are
)

// Has reports whether a need has been read. What was read stays even if the source is lost.
func (v *View) Has(n Need) bool { return v.known[n].read }

// Trouble returns why a need can't be read, or read again, in one sentence; empty if it can.
func (v *View) Trouble(n Need) text.Text { return v.known[n].trouble }

// Lacks reports whether the run has nothing of a need, as its source says. known is false until the
// source has answered.
func (v *View) Lacks(n Need) (absent, known bool) {
	s := v.known[n]
	return s.absent, s.absent || s.read || s.present
}

// Short writes a moment of the experiment in a few cells, as a date if it has dates.
func (v *View) Short(t model.SimTime) string { return v.Experiment.Calendar().Short(t) }

// Until returns the moment up to which words are shown. While the newest is followed that is all of them:
// what waits for an answer is of the step that is under way.
func (v *View) Until() model.SimTime {
	if v.Live {
		return model.Latest
	}
	return v.At
}

// Tell sets whether a need has been read, and why it can't be read.
func (v *View) Tell(n Need, read bool, trouble text.Text) {
	v.known[n] = state{read: read, trouble: trouble}
}

// TellAbsent says that the run has nothing of a need; the trouble is the sentence for it.
func (v *View) TellAbsent(n Need, trouble text.Text) {
	v.known[n] = state{trouble: trouble, absent: true}
}

// TellPresent says that the run has something of a need that was not read yet, and why it can't be read.
func (v *View) TellPresent(n Need, trouble text.Text) {
	v.known[n] = state{trouble: trouble, present: true}
}
