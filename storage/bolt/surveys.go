package bolt

import (
	"context"

	"societop/model"
	"societop/storage/bolt/labfile"
	"societop/storage/bolt/layout"
)

// PutSurveys writes questionnaires, each in place of the one with its id.
func (b *Batch) PutSurveys(all []model.Survey) error {
	return b.guard(func() error {
		for i := range all {
			changed, err := b.tables[layout.Surveys].Keep(all[i].ID[:], layout.AppendSurvey(nil, &all[i]))
			if err != nil {
				return err
			}
			b.dirty = b.dirty || changed
		}
		return nil
	})
}

// Surveys returns all questionnaires, by id. It fails like every reading.
func (s *Store) Surveys(ctx context.Context) (all []model.Survey, err error) {
	list := &labfile.Items{Bucket: layout.Surveys}
	for more := true; more; {
		err := s.read(ctx, func(l *lease) (err error) {
			more, err = l.collect(list, nil, nil, nil)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err = list.Each(func(key, payload []byte) bool {
		one, ok := layout.ParseSurvey(key, payload)
		all = append(all, one)
		return ok
	})
	return all, labfile.Explain(labfile.OpRead, s.path, err)
}
