package files

import (
	"os"
	"syscall"
)

func open(file *os.File) {
	// ruleid: go-world-writable-file
	os.Chmod("/srv/app", 0777)
	// ruleid: go-world-writable-file
	os.Chmod("/srv/app/data", 0o666)
	// ruleid: go-world-writable-file
	os.Chmod("/srv/app/data", os.FileMode(0777))
	// ruleid: go-world-writable-file
	file.Chmod(0o666)
	// ruleid: go-world-writable-file
	syscall.Umask(0)
	// ok: go-world-writable-file
	os.Chmod("/srv/app", 0755)
	// ok: go-world-writable-file
	os.Chmod("/srv/app/data", 0o640)
	// ok: go-world-writable-file
	file.Chmod(0o600)
	// ok: go-world-writable-file
	syscall.Umask(0o027)
	// ok: go-world-writable-file
	os.MkdirAll("/srv/app", 0o777)
}
