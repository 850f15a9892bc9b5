package files

import (
	"fmt"
	"io/ioutil"
	"os"
	"path/filepath"
)

func save(report []byte, id string) {
	// ruleid: go-temporary-file-race
	os.WriteFile("/tmp/report.txt", report, 0o600)
	// ruleid: go-temporary-file-race
	os.Create("/var/tmp/report.txt")
	// ruleid: go-temporary-file-race
	ioutil.WriteFile("/tmp/report.txt", report, 0o600)
	// ruleid: go-temporary-file-race
	os.Create(filepath.Join(os.TempDir(), "report.txt"))
	// ruleid: go-temporary-file-race
	os.OpenFile("/tmp/report.txt", os.O_CREATE|os.O_RDWR, 0o600)
	// ok: go-temporary-file-race
	os.CreateTemp("", "report-*.txt")
	// ok: go-temporary-file-race
	os.WriteFile("/srv/report.txt", report, 0o600)
	// ok: go-temporary-file-race
	os.OpenFile("/tmp/report.txt", os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	// ok: go-temporary-file-race
	os.Open("/tmp/report.txt")
	// ok: go-temporary-file-race
	os.WriteFile(fmt.Sprintf("/tmp/%s/report.txt", id), report, 0o600)
	folder, _ := os.MkdirTemp("", "reports")
	// ok: go-temporary-file-race
	os.WriteFile(filepath.Join(folder, "report.txt"), report, 0o600)
}
