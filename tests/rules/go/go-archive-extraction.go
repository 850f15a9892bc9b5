package archives

import (
	"archive/tar"
	"archive/zip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type file struct{ Name string }

func unzip(name, folder string) error {
	archive, err := zip.OpenReader(name)
	if err != nil {
		return err
	}
	for _, entry := range archive.File {
		path := filepath.Join(folder, entry.Name)
		if entry.FileInfo().IsDir() {
			// ruleid: go-archive-extraction
			os.MkdirAll(path, 0o750)
			continue
		}
		// ruleid: go-archive-extraction
		os.Create(path)
		// ruleid: go-archive-extraction
		os.OpenFile(folder+"/"+entry.Name, os.O_CREATE|os.O_WRONLY, entry.Mode())
		// ok: go-archive-extraction
		os.Create(filepath.Join(folder, filepath.Base(entry.Name)))
		fmt.Println(entry.Name)
	}
	return nil
}

func untar(reader *tar.Reader, folder string) {
	for {
		header, err := reader.Next()
		if err != nil {
			return
		}
		target := filepath.Join(folder, header.Name)
		// ruleid: go-archive-extraction
		os.WriteFile(target, nil, 0o600)
	}
}

func one(entry *zip.File, folder string) {
	// ruleid: go-archive-extraction
	os.Create(filepath.Join(folder, entry.Name))
}

func local(archive *zip.Reader, folder string) error {
	for _, entry := range archive.File {
		if !filepath.IsLocal(entry.Name) {
			return fmt.Errorf("the entry %q leaves the folder", entry.Name)
		}
		// ok: go-archive-extraction
		os.Create(filepath.Join(folder, entry.Name))
	}
	return nil
}

func prefixed(archive *zip.Reader, folder string) error {
	for _, entry := range archive.File {
		path := filepath.Join(folder, entry.Name)
		if !strings.HasPrefix(path, filepath.Clean(folder)+string(os.PathSeparator)) {
			return fmt.Errorf("the entry %q leaves the folder", entry.Name)
		}
		// ok: go-archive-extraction
		os.Create(path)
	}
	return nil
}

func dots(reader *tar.Reader, folder string) {
	for {
		header, err := reader.Next()
		if err != nil {
			return
		}
		if strings.Contains(header.Name, "..") {
			continue
		}
		// ok: go-archive-extraction
		os.Create(filepath.Join(folder, header.Name))
	}
}

func helped(archive *zip.Reader, folder string) {
	for _, entry := range archive.File {
		path, err := safeJoin(folder, entry.Name)
		if err != nil {
			return
		}
		// ok: go-archive-extraction
		os.Create(path)
	}
}

func safeJoin(folder, name string) (string, error) {
	return filepath.Join(folder, filepath.Base(name)), nil
}

func listed(files []file, folder string) {
	for _, entry := range files {
		// ok: go-archive-extraction
		os.Create(filepath.Join(folder, entry.Name))
	}
}
