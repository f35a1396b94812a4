package remote

import (
	"github.com/google/uuid"

	"societop/model"
	"societop/model/text"
)

// row is an experiment as an answer has it. Its config and its error are still in the
// scanner's window; they are gone with the next row.
type row struct {
	model.Summary // without plan, error and times
	config, error span
	id            bool // there was one

	created, updated stamp
}

// row reads an experiment. Members that it does not know are passed over; nulls are zero.
func (s *scanner) row() row {
	s.hold()
	var r row
	s.object(func(name string) {
		switch name {
		case "tenant_id":
			r.Tenant = text.Clean(s.text(s.optional()))
		case "id":
			id, err := uuid.Parse(s.text(s.optional()))
			if r.ID, r.id = id, err == nil; err != nil {
				s.fail("an experiment has no proper id")
			}
		case "name":
			r.Name = text.Clean(s.text(s.optional()))
		case "config":
			r.config = s.optional()
		case "error":
			r.error = s.optional()
		case "created_at":
			r.created = parseStamp(s.text(s.optional()))
		case "updated_at":
			r.updated = parseStamp(s.text(s.optional()))
		default:
			s.figure(&r, name)
		}
	})
	if !r.id {
		s.fail("an experiment has no id")
	}
	return r
}

// figure reads a member of an experiment that is a number, or passes over one that is
// unknown.
func (s *scanner) figure(r *row, name string) {
	switch name {
	case "num_day":
		r.NumDay = model.Int(s.integer())
	case "status":
		r.Status = model.StatusOf(s.integer())
	case "cur_day":
		r.Now.Day = model.Int(s.integer())
	case "cur_t":
		r.Now.T = s.number()
	case "input_tokens":
		r.InputTokens = s.integer()
	case "output_tokens":
		r.OutputTokens = s.integer()
	default:
		s.skip()
	}
}
