package remote

import (
	"math"
	"strconv"

	"github.com/google/uuid"

	"societop/model"
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
			r.Tenant = model.Clean(s.text(s.optional()))
		case "id":
			id, err := uuid.Parse(s.text(s.optional()))
			if r.ID, r.id = id, err == nil; err != nil {
				s.fail("an experiment has no proper id")
			}
		case "name":
			r.Name = model.Clean(s.text(s.optional()))
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
		r.Status = statusOf(s.integer())
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

// statusOf is a status by its number; what no status can have is −1, which is unknown.
func statusOf(n int64) model.Status {
	if n < math.MinInt8 || n > math.MaxInt8 {
		return -1
	}
	return model.Status(n)
}

// optional passes over a text, or over null, which is empty.
func (s *scanner) optional() span {
	if s.peek() == '"' {
		return s.str()
	}
	if p := s.scalar(); s.err == nil && string(s.of(p)) != "null" {
		s.fail("a member that should be a text is none")
	}
	return span{}
}

// integer is a whole number, exact to the last digit; null is 0.
func (s *scanner) integer() int64 {
	p := s.scalar()
	if s.err != nil {
		return 0
	}
	word := string(s.of(p))
	if n, err := strconv.ParseInt(word, 10, 64); err == nil || word == "null" {
		return n
	}
	f, err := strconv.ParseFloat(word, 64)
	if err != nil || math.IsNaN(f) || f < math.MinInt64 || f >= math.MaxInt64 {
		s.fail("a member that should be a whole number is none")
		return 0
	}
	return int64(f)
}

// number is a number, Python's NaN, Infinity and -Infinity among them; null is 0.
func (s *scanner) number() float64 {
	p := s.scalar()
	if s.err != nil {
		return 0
	}
	word := string(s.of(p))
	f, err := strconv.ParseFloat(word, 64)
	if err != nil && word != "null" && math.Abs(f) != math.Inf(1) {
		s.fail("a member that should be a number is none")
		return 0
	}
	return f
}
