package keys

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
)

func seal(public *rsa.PublicKey, private *rsa.PrivateKey, text []byte) {
	// ruleid: go-rsa-old-padding
	rsa.EncryptPKCS1v15(rand.Reader, public, text)
	// ruleid: go-rsa-old-padding
	rsa.DecryptPKCS1v15(rand.Reader, private, text)
	// ok: go-rsa-old-padding
	rsa.EncryptOAEP(sha256.New(), rand.Reader, public, text, nil)
	// ok: go-rsa-old-padding
	rsa.DecryptOAEP(sha256.New(), rand.Reader, private, text, nil)
}
