package ui

import "time"

// settleTime is how long selection and pane stay unchanged before the detail is read, and the size
// before everything is drawn again.
const settleTime = 150 * time.Millisecond

// settledMsg comes settleTime after the selection moved; it counts only if n is still the number of
// the last move.
type settledMsg struct{ n int }

// pagedMsg says that the pager has ended.
type pagedMsg struct{ err error }

// redrawMsg comes settleTime after the screen became wider; it counts only if n is still the number of
// the last time.
type redrawMsg struct{ n int }
