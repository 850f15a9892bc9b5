package keys

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
)

const size = 1024

func keys() {
	// ruleid: go-short-key
	rsa.GenerateKey(rand.Reader, 1024)
	// ruleid: go-short-key
	rsa.GenerateKey(rand.Reader, size)
	bits := 512
	// ruleid: go-short-key
	rsa.GenerateKey(rand.Reader, bits)
	// ok: go-short-key
	rsa.GenerateKey(rand.Reader, 2048)
	// ok: go-short-key
	rsa.GenerateKey(rand.Reader, 4096)
	// ok: go-short-key
	ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
}
