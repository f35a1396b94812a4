package model

import "time"

// View is what a pane is shown: the selected experiment and what is known of it so far. Of a
// need that has not been read yet, the fields are empty.
type View struct {
	Experiment Experiment // of NeedWhole its error, and its config, masked
	Outline    Outline    // of NeedWhole
	Log        Log        // of NeedLog
	Metrics    []Metric   // of NeedMetrics
	Estimate   Estimate
	Liveness   Liveness // of the source
	Moves      []Move   // that were observed of it, oldest first

	Timeline []SimTime // of NeedTimeline
	At       SimTime   // the moment that is shown; not Valid while that is unknown
	Live     bool      // At follows the newest
	Profiles []Profile // of NeedProfiles
	Frame    Frame     // of NeedFrame: of At, or of another moment while that of At is not read

	Agent   int64         // the selected agent
	Chosen  bool          // there is one
	History []AgentStatus // of NeedHistory, of Agent, until the newest moment
	Talk    []Message     // of NeedTalk, likewise
	Answers []Answer      // of NeedAnswers, likewise

	Bulk       bool              // the source can tell what all agents said and answered at once
	AllTalk    Gathered[Message] // of NeedAllTalk
	AllAnswers Gathered[Answer]  // of NeedAllAnswers
	Surveys    []Survey          // of NeedSurveys

	Now   time.Time      // the source's wall time
	Zone  *time.Location // for wall times on the screen
	known [needs]state
}

// Gathered is what was read of all agents: all of it, or the newest up to a moment.
type Gathered[T any] struct {
	Rows  []T     // oldest first
	Until SimTime // what is later was left out; Latest: nothing was
	Cut   bool    // what is older than the rows was left out, or of agents that were not read
	// Where the source can't tell it at once it is gathered: of how many agents the rows are,
	// and how many there are. Both are 0 else.
	Agents, Of int
}

// state is how far one need has been read.
type state struct {
	read    bool
	trouble Text
}

// Need is something that a pane wants read for the selected experiment.
type Need int8

// What panes can want.
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
	needs                      // how many there are
)

// Has tells whether a need has been read. What was read stays, whatever becomes of the
// source.
func (v *View) Has(n Need) bool { return v.known[n].read }

// Trouble is why a need can't be read, or not read again, in one sentence; empty while all is
// well.
func (v *View) Trouble(n Need) Text { return v.known[n].trouble }

// Tell says of a need whether it has been read, and why it can't be read.
func (v *View) Tell(n Need, read bool, trouble Text) { v.known[n] = state{read, trouble} }
