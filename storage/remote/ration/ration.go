// Package ration says how much a server may be asked, so that a monitor costs it little.
package ration

import (
	"math"
	"time"

	"societop/storage/remote/link"
)

// What a server may be asked, all in all (budget 16): not more than 60 requests a minute, and not
// more than 5 % of its time, of which half is the aim.
const (
	minutely = 50 // requests in the long run
	// Burst is how many requests may come at once.
	Burst = 20
	// Aim is the part of its time that requests may take.
	Aim = 0.025
	// The list may take one part in listShare of the time; least is what remains for all else.
	least = 0.003
	// busyReach is the time of which the share may be used at once, or be overdrawn.
	busyReach = time.Minute

	// Histories come on top, a few at once and then so many a minute, or more where the others
	// leave some over, and take half of the share of the others, or leastPast where that is more.
	pastMinutely = 6
	pastBurst    = 5
	leastPast    = 0.0025
	pastReach    = 10 * time.Minute // of which the share may be overdrawn
	// A history that takes as long as slowPast does not hold others back, once in pastReach: it has
	// told of itself, and not of them.
	slowPast = 5 * time.Second

	// most is how many requests may come in a minute, however they are spread, and withoutPast how
	// many of them without histories.
	most        = 60
	withoutPast = most - pastMinutely
	// LinkShare is how many times as long as a request took on the way, others use the link.
	LinkShare = 12
	// LookAgain is how often who waits looks whether it may go on.
	LookAgain = 250 * time.Millisecond
)

// Ration is what may be asked of a server now. Whatever is asked counts; what is asked without
// anybody waiting for it keeps to it.
type Ration struct {
	requests float64 // that may be sent
	busy     float64 // seconds that they may take
	share    float64 // of the time, that requests other than lists may take
	cost     float64 // seconds of a request, as they were lately
	at       time.Time

	Kept     bool      // a monitor is at work, which histories keep to the ration for
	past     float64   // histories that may be asked for
	pastBusy float64   // seconds that they may take
	spared   time.Time // when a slow history was last not counted

	sent [most]time.Time // the newest requests, in a ring
	next int             // where the next one goes
}

// inMinute is how many requests were sent in the last minute.
func (r *Ration) inMinute() (n int) {
	for _, at := range r.sent {
		if !at.IsZero() && r.at.Sub(at) < time.Minute {
			n++
		}
	}
	return n
}

// count takes note of a request.
func (r *Ration) count() {
	r.sent[r.next] = r.at
	r.next = (r.next + 1) % most
}

// New is the ration of a server of which nothing was asked yet.
func New(now time.Time) Ration {
	return Ration{
		requests: Burst, busy: Aim * busyReach.Seconds(), share: Aim, at: now,
		past: pastBurst, pastBusy: Aim / 2 * busyReach.Seconds(),
	}
}

// pastShare is the part of the time that histories may take.
func (r *Ration) pastShare() float64 { return max(r.share/2, leastPast) }

// Refill gives what has come to be due by a time.
func (r *Ration) Refill(now time.Time) {
	passed := max(now.Sub(r.at).Seconds(), 0)
	r.at = now
	r.requests = min(r.requests+passed*minutely/60, Burst)
	r.busy = min(r.busy+passed*r.share, r.share*busyReach.Seconds())
	r.past = min(r.past+passed*pastMinutely/60, pastBurst)
	r.pastBusy = min(r.pastBusy+passed*r.pastShare(), r.pastShare()*busyReach.Seconds())
}

// Spend takes off what a request took.
func (r *Ration) Spend(took time.Duration) {
	r.count()
	r.requests = max(r.requests-1, -Burst)
	r.busy = max(r.busy-took.Seconds(), -Aim*busyReach.Seconds())
	r.cost += (took.Seconds() - r.cost) / 8
}

// Listed takes off a list, which took the server a while and will be read again after a rest:
// what is left of the time is for the others.
func (r *Ration) Listed(took, rest time.Duration) {
	r.count()
	r.requests = max(r.requests-1, -Burst)
	r.share = max(Aim-took.Seconds()/(took+rest).Seconds(), least)
}

// Left is how many requests may be sent now.
func (r *Ration) Left() int {
	n := min(r.requests, float64(withoutPast-r.inMinute()))
	if r.cost > 0 {
		n = min(n, r.busy/r.cost)
	}
	return int(math.Max(math.Floor(n), 0))
}

// History takes off the request of a history and returns 0, or how long to wait where none may be
// sent now.
func (r *Ration) History(now time.Time) (wait time.Duration) {
	r.Refill(now)
	switch {
	case r.inMinute() >= most:
		wait = time.Second
	case r.pastBusy <= 0:
		wait = time.Duration(-r.pastBusy / r.pastShare() * float64(time.Second))
	case r.requests > Burst/2:
		r.requests--
		r.count()
		return 0
	case r.past >= 1:
		r.past--
		r.count()
		return 0
	default:
		wait = time.Duration((1 - r.past) / pastMinutely * float64(time.Minute))
	}
	return max(wait, LookAgain)
}

// SpendPast takes off what a history took the server, or the link to it where that is slow.
func (r *Ration) SpendPast(cost *link.Cost) {
	took := max(cost.Busy(), cost.Whole/LinkShare)
	if cost.Whole >= slowPast && (r.spared.IsZero() || r.at.Sub(r.spared) >= pastReach) {
		r.spared = r.at
		return
	}
	r.pastBusy = max(r.pastBusy-took.Seconds(), -r.pastShare()*pastReach.Seconds())
}
