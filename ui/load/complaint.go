package load

import (
	"context"
	"errors"

	"societop/model"
	"societop/model/text"
)

// complaint returns why a need can't be read, as a sentence.
func (n need) complaint(info model.Info, l model.Liveness, err error) text.Text {
	switch {
	case errors.Is(err, model.ErrNotOffered):
		where := "server"
		if info.Local {
			where = info.Kind
		}
		return text.Clean(n.title() + " " + n.verb() + " not offered by this " + where + ".")
	case errors.Is(err, model.ErrNotStarted):
		return text.Clean("There " + n.verb() + " no " + n.what + " yet: the experiment has not started.")
	case errors.Is(err, model.ErrNotRecorded) && l.Unattended():
		return text.Clean(n.title() + " " + n.past() + " not recorded.")
	case errors.Is(err, model.ErrNotRecorded):
		return text.Clean(n.title() + " " + n.verb() + " not recorded yet.")
	case errors.Is(err, model.ErrNoData) && n.none != "" && (n.sure || detailOf(err) == ""):
		return text.Clean(n.none)
	case errors.Is(err, context.DeadlineExceeded):
		return text.Clean(n.title() + " took too long to read.")
	}
	return text.Clean(n.title() + " can't be read: " + why(err) + ".")
}

// why returns the reason of an error, with more detail than the header has room for.
func why(err error) string {
	detail := detailOf(err)
	switch {
	case detail == "":
	case errors.Is(err, model.ErrNoData):
		return detail
	case errors.Is(err, model.ErrAnswer):
		return "the server's answer can't be used, " + detail
	}
	return model.Reason(err).String()
}

// detailOf returns what a source says in addition to the kind of an error.
func detailOf(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Detail
	}
	return ""
}

// title returns the need as the subject of a sentence.
func (n need) title() string { return "The " + n.what }

// verb is "is", or "are" of several things.
func (n need) verb() string {
	if n.many {
		return "are"
	}
	return "is"
}

// past is "was", or "were" of several things.
func (n need) past() string {
	if n.many {
		return "were"
	}
	return "was"
}
