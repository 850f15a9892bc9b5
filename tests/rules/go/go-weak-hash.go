package digests

import (
	"crypto"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/hex"
	"net/http"
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

func signed(template *x509.Certificate, key *rsa.PrivateKey, sum []byte) {
	// ruleid: go-weak-hash
	template.SignatureAlgorithm = x509.SHA1WithRSA
	// ruleid: go-weak-hash
	rsa.SignPKCS1v15(nil, key, crypto.SHA1, sum)
	// ruleid: go-weak-hash
	later := sha1.New
	// ok: go-weak-hash
	template.SignatureAlgorithm = x509.SHA256WithRSA
	// ok: go-weak-hash
	rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum)
	// ok: go-weak-hash
	if template.SignatureAlgorithm == x509.SHA1WithRSA {
		return
	}
	// ok: go-weak-hash
	good := sha256.New
	use(later, good)
}

func gravatar(address string) [16]byte {
	// ok: go-weak-hash
	return md5.Sum([]byte(address))
}

func tagged(w http.ResponseWriter, page []byte) {
	// ok: go-weak-hash
	sum := md5.Sum(page)
	w.Header().Set("ETag", hex.EncodeToString(sum[:]))
}
