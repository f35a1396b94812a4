package remote

import (
	"math"
	"time"
)

// What a server may be asked, all in all (budget 16): not more than 60 requests a minute, and not
// more than 5 % of its time, of which half is the aim.
const (
	minutely = 50 // requests in the long run
	burst    = 20 // requests that may come at once
	aim      = 0.025
	// The list may take one part in listShare of the time; least is what remains for all else.
	least = 0.003
	// busyReach is the time of which the share may be used at once, or be overdrawn.
	busyReach = time.Minute
)

// ration is what may be asked of a server now. Whatever is asked counts; what is asked without
// anybody waiting for it keeps to it.
type ration struct {
	requests float64 // that may be sent
	busy     float64 // seconds that they may take
	share    float64 // of the time, that requests other than lists may take
	cost     float64 // seconds of a request, as they were lately
	at       time.Time
}

func newRation(now time.Time) ration {
	return ration{requests: burst, busy: aim * busyReach.Seconds(), share: aim, at: now}
}

// refill gives what has come to be due by a time.
func (r *ration) refill(now time.Time) {
	passed := max(now.Sub(r.at).Seconds(), 0)
	r.at = now
	r.requests = min(r.requests+passed*minutely/60, burst)
	r.busy = min(r.busy+passed*r.share, r.share*busyReach.Seconds())
}

// spend takes off what a request took.
func (r *ration) spend(took time.Duration) {
	r.requests = max(r.requests-1, -burst)
	r.busy = max(r.busy-took.Seconds(), -aim*busyReach.Seconds())
	r.cost += (took.Seconds() - r.cost) / 8
}

// listed takes off a list, which took the server a while and will be read again after a rest:
// what is left of the time is for the others.
func (r *ration) listed(took, rest time.Duration) {
	r.requests = max(r.requests-1, -burst)
	r.share = max(aim-took.Seconds()/(took+rest).Seconds(), least)
}

// left is how many requests may be sent now.
func (r *ration) left() int {
	n := r.requests
	if r.cost > 0 {
		n = min(n, r.busy/r.cost)
	}
	return int(math.Max(math.Floor(n), 0))
}
