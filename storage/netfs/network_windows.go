package netfs

import (
	"path/filepath"

	"golang.org/x/sys/windows"
)

// OnNetwork reports whether a path lies on a drive of another host.
func OnNetwork(path string) bool {
	full, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	root, err := windows.UTF16PtrFromString(filepath.VolumeName(full) + `\`)
	return err == nil && windows.GetDriveType(root) == windows.DRIVE_REMOTE
}
