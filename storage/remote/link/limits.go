package link

import (
	"context"
	"errors"
	"io"
	"time"
)

// Limits bound what an endpoint may cost, whatever it does.
type Limits struct {
	Dial time.Duration // to connect, and again for TLS
	Head time.Duration // until the head of an answer is there
	Idle time.Duration // between two bytes of a body
	// A body may take grace, and a second more for each minRate bytes.
	Grace   time.Duration
	MinRate int64 // bytes a second

	ListHead time.Duration // head of a List: the server builds it whole before it answers
	List     int64         // bytes of a list
	Body     int64         // bytes of any other answer
	Value    int           // bytes of one experiment in a list, or of one text of another answer
	Rows     int           // experiments of a list, entries of any other answer
	Message  int64         // bytes of an error's body that are read
}

// Usual are the limits in use. The list of 10,000 experiments has 222 MB and takes a server
// 3 s; one of a million takes minutes, and no server has been seen that survives it.
var Usual = Limits{
	Dial: 10 * time.Second, Head: 30 * time.Second, Idle: 20 * time.Second, Grace: 30 * time.Second, MinRate: 4 << 10,
	ListHead: 2 * time.Minute, List: 16 << 30, Body: 128 << 20, Value: 64 << 20, Rows: 1_000_000, Message: 64 << 10,
}

// AtOnce is how many requests are under way at one time, in addition to the list. The server works
// on one after the other; more than one hides the way there and back.
const AtOnce = 4

// What a body can be guilty of.
var (
	errNoHead  = errors.New("no answer in time")
	errIdle    = errors.New("the answer stopped in the middle")
	errSlow    = errors.New("the answer comes too slowly")
	ErrTooLong = errors.New("the answer is too long")
	errClosed  = errors.New("the connection was closed in the middle of an answer")
)

// watchdog ends a request that makes no progress. Its cause is one of the errors above.
type watchdog struct {
	timer *time.Timer
	stop  context.CancelCauseFunc
}

// watch returns a context that ends with errNoHead unless the head comes in time.
func watch(ctx context.Context, head time.Duration) (context.Context, *watchdog) {
	ctx, stop := context.WithCancelCause(ctx)
	return ctx, &watchdog{timer: time.AfterFunc(head, func() { stop(errNoHead) }), stop: stop}
}

// end frees the watchdog.
func (w *watchdog) end() {
	w.timer.Stop()
	w.stop(nil)
}

// body reads an answer's body within the limits, and says what was wrong where it ends
// before its time.
type body struct {
	ctx   context.Context
	src   io.Reader
	dog   *watchdog
	l     *Limits
	most  int64
	n     int64
	begun time.Time
	heard func() // is called with each part that has come
}

// newBody takes a request over from its watchdog once the head has come. What is to be read
// next must come within the idle time.
func newBody(ctx context.Context, src io.Reader, dog *watchdog, l *Limits, most int64) *body {
	if !dog.timer.Stop() {
		dog.stop(errNoHead)
	}
	dog.timer = time.AfterFunc(l.Idle, func() { dog.stop(errIdle) })
	return &body{ctx: ctx, src: src, dog: dog, l: l, most: most, begun: time.Now()}
}

// Read reads on. Beyond a limit it gives out nothing more: a decoder may take no notice of an error that comes
// with bytes.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.src.Read(p)
	b.n += int64(n)
	if n > 0 && b.heard != nil {
		b.heard()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		if cause := context.Cause(b.ctx); cause != nil {
			err = cause
		} else if errors.Is(err, io.ErrUnexpectedEOF) { // which decoders say of an answer that is cut
			err = errClosed
		}
		return n, err
	}
	switch allowed := b.l.Grace + time.Duration(b.n/b.l.MinRate)*time.Second; {
	case b.n > b.most:
		return 0, ErrTooLong
	case time.Since(b.begun) > allowed:
		return 0, errSlow
	}
	b.dog.timer.Reset(b.l.Idle)
	return n, err
}
