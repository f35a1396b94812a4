package remote

import (
	"slices"

	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// row is an experiment as an answer has it. Its config and its error are still in the
// scanner's window; they are gone with the next row.
type row struct {
	model.Experiment // without plan, config, error and times
	config, error    span
	id               bool // there was one

	created, updated stamp
}

// row reads an experiment. Members that it does not know are passed over; nulls are zero.
func (s *scanner) row() row {
	s.hold()
	var r row
	s.object(func(name string) {
		switch name {
		case "id":
			id, err := uuid.Parse(s.text(s.optional()))
			if r.ID, r.id = id, err == nil; err != nil {
				s.fail("an experiment has no proper id")
			}
		case "config":
			r.config = s.optional()
		case "error":
			r.error = s.optional()
		case "created_at":
			r.created = parseStamp(s.text(s.optional()))
		case "updated_at":
			r.updated = parseStamp(s.text(s.optional()))
		default:
			s.field(&r, name)
		}
	})
	if !r.id {
		s.fail("an experiment has no id")
	}
	return r
}

// field reads a member of an experiment by the table of fields, or passes over one that is in none.
func (s *scanner) field(r *row, name string) {
	i := slices.IndexFunc(model.Fields[:], func(f model.Field) bool { return f.Name == name })
	if i < 0 {
		s.skip()
		return
	}
	switch p := model.Fields[i].In(&r.Experiment).(type) {
	case *text.Text:
		*p = text.Clean(s.text(s.optional()))
	case *model.Status:
		*p = model.StatusOf(s.integer())
	case *int:
		*p = model.Int(s.integer())
	case *int64:
		*p = s.integer()
	case *float64:
		*p = s.number()
	default:
		s.skip()
	}
}
