package replay

import "context"

type database struct{}

func openDatabase(context.Context, string, *content) (*database, error) { return nil, nil }
func (*database) refresh(context.Context) (bool, bool, error)           { return false, true, nil }
func (*database) close() error                                          { return nil }

// IsDatabase reports whether the file at path is a sqlite.db of AgentSociety 2, by its tables.
func IsDatabase(path string) bool { return false }
