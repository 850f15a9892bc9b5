package uploads

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"os"
)

func upload(w http.ResponseWriter, r *http.Request) {
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		return
	}
	// ruleid: go-decompression-bomb
	io.ReadAll(unpacked)
	// ruleid: go-decompression-bomb
	io.Copy(w, unpacked)
	// ok: go-decompression-bomb
	io.ReadAll(io.LimitReader(unpacked, 1<<20))
	// ok: go-decompression-bomb
	io.CopyN(w, unpacked, 1<<20)
	// ok: go-decompression-bomb
	io.ReadAll(r.Body)
	file, _, _ := r.FormFile("data")
	data, _ := zlib.NewReader(file)
	// ruleid: go-decompression-bomb
	io.ReadAll(data)
	// ok: go-decompression-bomb
	io.Copy(io.Discard, file)
}

func local(name string, packed []byte) {
	file, _ := os.Open(name)
	unpacked, _ := gzip.NewReader(file)
	// ok: go-decompression-bomb
	io.ReadAll(unpacked)
	other, _ := gzip.NewReader(bytes.NewReader(packed))
	// ok: go-decompression-bomb
	io.ReadAll(other)
}
