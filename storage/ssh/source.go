package ssh

import (
	"errors"

	"societop/model"
	"societop/model/text"
	"societop/storage/peer"
	"societop/storage/remote/link"
)

// Source is a source on another machine. Its methods may be called from any goroutine.
type Source struct {
	*peer.Client
	to *Transport
}

var _ model.Source = (*Source)(nil)

// Open names the source at an address. It starts nothing, so that the machine may come up later. It fails
// with model.ErrUsage where the address can't be one. Whatever access says, nothing there is changed.
func Open(address string, access model.Access) (*Source, error) {
	a, err := Parse(address)
	if err != nil {
		return nil, err
	}
	to := New(a, access)
	return &Source{peer.Over(link.Over(a.String(), to, access.Now)), to}, nil
}

// Info returns the address.
func (s *Source) Info() model.Info {
	info := s.Client.Info()
	info.Kind, info.Address = "ssh", text.Clean(s.to.address.String())
	return info
}

// Close ends ssh.
func (s *Source) Close() error { return errors.Join(s.Client.Close(), s.to.Close()) }
