package sqldb

import (
	"context"
	"time"

	"societop/model"
)

// patience is how long a caller waits for an update, before it is told that there will be more.
const patience = time.Second

// updates is the readings of the database that bring the mirror up to date, one after the other.
type updates struct {
	begun, ended uint64 // how many
	err          error  // of the last that has ended
	told         bool   // somebody was told of err
	fresh        bool   // the next one looks at everything
}

// Changes reads what has changed since a cursor. It first brings what is known up to date. While that
// goes on, what it has found by then is handed out.
func (s *Source) Changes(ctx context.Context, since model.Cursor, b model.Budget) (model.Changes, error) {
	if err := ctx.Err(); err != nil {
		return model.Changes{}, err
	}
	enough := time.NewTimer(patience)
	defer enough.Stop()
	for w := s.wait(since, b); ; {
		ch, moved, err := s.answer(since, b, w)
		if err != nil {
			return model.Changes{}, s.explain(err)
		}
		if moved == nil {
			return ch, nil
		}
		select {
		case <-moved:
		case <-enough.C:
			return ch, nil
		case <-ctx.Done():
			return model.Changes{}, context.Cause(ctx)
		}
	}
}

// waiting is what a caller waits for.
type waiting struct {
	need  uint64 // the number of an update
	ended uint64 // how many had ended when it came, but for one whose failure it is to be told of
}

// wait is what a caller waits for: the first update that begins from now on, for what it knows to be
// written is in that; one that reads on, for the same as before. Where that has failed between two
// pages, it is told so; once somebody was, another update is needed.
func (s *Source) wait(since model.Cursor, b model.Budget) waiting {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := waiting{need: s.updates.begun + 1, ended: s.updates.ended}
	if at := s.mirror.Place(since); at.Need > 0 && at.Need < w.need {
		failed := s.updates.err != nil && at.Need <= s.updates.ended
		if !failed || !s.updates.told {
			w.need = at.Need
			if failed {
				w.ended--
			}
			return w
		}
	}
	s.updates.fresh = s.updates.fresh || b.Fresh
	return w
}

// answer is a page of what is known by now. Where it is empty and the update that is needed has not
// ended, moved tells when it is worth asking again.
func (s *Source) answer(since model.Cursor, b model.Budget, w waiting) (ch model.Changes, moved <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &s.updates
	if err := s.life.Err(); err != nil {
		return ch, nil, err
	}
	if u.ended > w.ended && u.err != nil {
		u.told = true
		return ch, nil, u.err
	}
	if u.begun == u.ended && u.ended < w.need {
		s.begin()
	}
	coming := u.ended < w.need
	at := s.mirror.Place(since)
	ch = s.mirror.Page(&at, b)
	ch.More = ch.More || coming
	if at.Need = 0; ch.More {
		at.Need = w.need
	}
	if !s.seen.listed {
		ch.Total = -1
	}
	if len(ch.Put)+len(ch.Gone) == 0 && coming {
		moved = s.moved
	}
	ch.Next, ch.Clock, ch.Trouble = s.mirror.Cursor(at), s.seen.wall(s.now()), s.seen.trouble(s.Info().Address)
	return ch, moved, nil
}

// begin begins an update.
func (s *Source) begin() {
	u := &s.updates
	u.begun++
	fresh := u.fresh
	u.fresh = false
	s.work.Go(func() {
		err := safely(func() error { return s.update(s.life, fresh) })
		s.mu.Lock()
		defer s.mu.Unlock()
		u.ended, u.err, u.told = u.begun, err, false
		s.moves()
	})
}

// moves wakes up who waits for news.
func (s *Source) moves() {
	close(s.moved)
	s.moved = make(chan struct{})
}
