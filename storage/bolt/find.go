package bolt

import (
	"bytes"
	"context"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

var _ model.Finder = (*Store)(nil)

// Find reads the experiment of an id, of model.OnlyTenant or else of the first tenant that has
// one. It fails as Experiment does.
func (s *Store) Find(ctx context.Context, id uuid.UUID) (model.Experiment, error) {
	k := model.Key{Tenant: text.Clean(model.OnlyTenant), ID: id}
	err := s.read(ctx, func(l *lease) error {
		c := l.cursor(keysBucket)
		if c.get(bareKey(k)) != nil {
			return nil
		}
		c.seek(id[:])
		switch {
		case c.err != nil:
			return c.err
		case !c.valid() || !bytes.HasPrefix(c.key, id[:]):
			return model.ErrNoExperiment
		}
		k.Tenant = text.Clean(string(c.key[idSize:]))
		return nil
	})
	if err != nil {
		return model.Experiment{}, err
	}
	return s.Experiment(ctx, k)
}
