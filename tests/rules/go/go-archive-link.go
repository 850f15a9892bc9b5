package archives

import (
	"archive/tar"
	"os"
	"path/filepath"
	"strings"
)

func links(reader *tar.Reader, folder string) {
	header, _ := reader.Next()
	path := filepath.Join(folder, filepath.Base(header.Name))
	// ruleid: go-archive-link
	os.Symlink(header.Linkname, path)
	target := header.Linkname
	// ruleid: go-archive-link
	os.Symlink(target, path)
	// ok: go-archive-link
	os.Symlink("current", path)
	// ok: go-archive-link
	os.Symlink(filepath.Base(path), path)
}

func checked(header *tar.Header, folder string) {
	path := filepath.Join(folder, filepath.Base(header.Name))
	if !filepath.IsLocal(header.Linkname) {
		return
	}
	// ok: go-archive-link
	os.Symlink(header.Linkname, path)
}

func joined(header *tar.Header, folder string) {
	target := filepath.Join(folder, header.Linkname)
	if !strings.HasPrefix(target, folder) {
		return
	}
	// ok: go-archive-link
	os.Symlink(header.Linkname, filepath.Join(folder, "link"))
}
