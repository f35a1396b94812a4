package netfs

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// networkTypes are the file systems on which a lock may not reach other hosts.
var networkTypes = map[uint32]bool{
	unix.NFS_SUPER_MAGIC: true, unix.SMB_SUPER_MAGIC: true, unix.CIFS_SUPER_MAGIC: true,
	unix.SMB2_SUPER_MAGIC: true, unix.AFS_SUPER_MAGIC: true, unix.CEPH_SUPER_MAGIC: true,
	unix.CODA_SUPER_MAGIC: true, unix.V9FS_MAGIC: true,
	0x0BD00BD0: true, // Lustre
	0x47504653: true, // GPFS
	0x19830326: true, // BeeGFS
}

// OnNetwork reports whether a path lies on a network file system.
func OnNetwork(path string) bool {
	var fs unix.Statfs_t
	if unix.Statfs(path, &fs) != nil && unix.Statfs(filepath.Dir(path), &fs) != nil {
		return false
	}
	return networkTypes[uint32(fs.Type)]
}
