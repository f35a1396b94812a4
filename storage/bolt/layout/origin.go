package layout

import "societop/model"

// Origin is one of several sources that a lab records, and as of when the lab knows it while nobody
// records.
type Origin struct {
	Name model.SourceName
	AsOf model.Liveness
}

// AppendOrigins encodes origins: the name of each, and its liveness as text.
func AppendOrigins(b []byte, all []Origin) []byte {
	for _, o := range all {
		live, _ := o.AsOf.MarshalText() // never fails
		b = appendText(appendText(b, o.Name.Raw()), string(live))
	}
	return b
}

// ParseOrigins is the inverse of AppendOrigins.
func ParseOrigins(b []byte) (all []Origin, err error) {
	d := decoder{b: b}
	for len(d.b) > 0 && !d.bad {
		o := Origin{Name: model.NewSourceName(string(d.text()))}
		if o.AsOf.UnmarshalText(d.text()) != nil {
			d.bad = true
		}
		all = append(all, o)
	}
	if d.bad {
		return nil, model.Damaged("the sources of the lab are not to be read")
	}
	return all, nil
}
