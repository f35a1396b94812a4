package bolt

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
	"societop/storage/bolt/layout"
)

var _ model.Finder = (*Store)(nil)

// Find reads the experiment of an id, of model.OnlyTenant or else of the first tenant that has
// one. It fails as Experiment does.
func (s *Store) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	k := model.Key{Tenant: text.Clean(model.OnlyTenant), ID: id}
	err := s.read(ctx, func(l *lease) error {
		c := l.Cursor(layout.Keys)
		if c.Get(layout.BareKey(k)) != nil {
			return nil
		}
		c.Seek(id[:])
		switch {
		case c.Err != nil:
			return c.Err
		case !c.Valid() || !bytes.HasPrefix(c.Key, id[:]):
			return model.ErrNoExperiment
		}
		k.Tenant = text.Clean(string(c.Key[layout.IDSize:]))
		return nil
	})
	if err != nil {
		return model.Experiment{}, err
	}
	return s.Experiment(ctx, k)
}
