package bolt

import (
	"context"
	"encoding/binary"

	"societop/model"
	"societop/model/text"
)

// PutSurveys writes questionnaires, each in place of the one with its id.
func (b *Batch) PutSurveys(all []model.Survey) error {
	return b.guard(func() error {
		for i := range all {
			changed, err := b.tables[surveysBucket].keep(all[i].ID[:], appendSurvey(nil, &all[i]))
			if err != nil {
				return err
			}
			b.dirty = b.dirty || changed
		}
		return nil
	})
}

// appendSurvey encodes a questionnaire: created and updated, microseconds since 1970, its
// name, and its data, packed. The id is the key.
func appendSurvey(b []byte, s *model.Survey) []byte {
	b = binary.AppendVarint(b, s.Created.UnixMicro())
	b = binary.AppendVarint(b, s.Updated.UnixMicro())
	return pack(appendText(b, s.Name.Raw()), []byte(s.Data.Raw()))
}

// parseSurvey is the inverse of appendSurvey.
func parseSurvey(key, payload []byte) (s model.Survey, ok bool) {
	d := decoder{b: payload}
	s.Created, s.Updated = micro(d.varint()), micro(d.varint())
	name := d.text()
	data, ok := unpack(d.b)
	if !ok || d.bad || copy(s.ID[:], key) != len(key) || len(key) != idSize {
		return s, false
	}
	s.Name, s.Data = text.Clean(string(name)), text.ParseValue(string(data))
	return s, true
}

// Surveys is all questionnaires, by id. It fails like every reading.
func (s *Store) Surveys(ctx context.Context) (all []model.Survey, err error) {
	list := &items{bucket: surveysBucket}
	for more := true; more; {
		err := s.read(ctx, func(l *lease) (err error) {
			more, err = l.collect(list, nil, nil, nil)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	err = list.each(func(key, payload []byte) bool {
		one, ok := parseSurvey(key, payload)
		all = append(all, one)
		return ok
	})
	return all, explain(opRead, s.path, err)
}
