package digests

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
)

func digests(document, key []byte) {
	// ruleid: go-weak-hash
	md5.Sum(document)
	// ruleid: go-weak-hash
	sha1.Sum(document)
	// ruleid: go-weak-hash
	md5.New()
	// ruleid: go-weak-hash
	h := sha1.New()
	h.Write(document)
	// ok: go-weak-hash
	sha256.Sum256(document)
	// ok: go-weak-hash
	sha512.New()
	// ok: go-weak-hash
	hmac.New(sha1.New, key)
	// ok: go-weak-hash
	hmac.New(sha256.New, key)
}
