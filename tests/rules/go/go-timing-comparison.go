package signatures

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"os"
)

var apiKey = os.Getenv("API_KEY")

func signed(key, text, signature []byte, expected string) bool {
	mac := hmac.New(sha256.New, key)
	mac.Write(text)
	// ruleid: go-timing-comparison
	if bytes.Equal(mac.Sum(nil), signature) {
		return true
	}
	sum := hex.EncodeToString(mac.Sum(nil))
	// ruleid: go-timing-comparison
	if sum == expected {
		return true
	}
	// ok: go-timing-comparison
	if hmac.Equal(mac.Sum(nil), signature) {
		return true
	}
	// ok: go-timing-comparison
	if len(mac.Sum(nil)) == len(signature) {
		return false
	}
	// ok: go-timing-comparison
	return bytes.Equal(text, signature)
}

func keyed(r *http.Request) bool {
	// ok: go-timing-comparison
	if r.Header.Get("X-Api-Key") == "" {
		return false
	}
	// ok: go-timing-comparison
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Api-Key")), []byte(apiKey)) == 1 {
		return true
	}
	// ok: go-timing-comparison
	if r.Header.Get("Accept") == apiKey {
		return true
	}
	// ok: go-timing-comparison
	if r.Header.Get("X-Use-Token") == "true" {
		return true
	}
	// ruleid: go-timing-comparison
	return r.Header.Get("X-Api-Key") == apiKey
}

func (s *signer) sum(text []byte) []byte {
	mac := hmac.New(sha256.New, s.key)
	mac.Write(text)
	return mac.Sum(nil)
}

func (s *signer) good(text, signature []byte) bool {
	// ruleid: go-timing-comparison
	if bytes.Equal(s.sum(text), signature) {
		return true
	}
	// ok: go-timing-comparison
	return hmac.Equal(s.sum(text), signature)
}

func equal(a, b string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func looped(r *http.Request, user, password string) bool {
	// ruleid: go-timing-comparison
	if equal(r.Header.Get("X-Api-Key"), apiKey) {
		return true
	}
	// ok: go-timing-comparison
	if equal(r.Header.Get("Accept"), apiKey) {
		return true
	}
	_, given, _ := r.BasicAuth()
	// ruleid: go-timing-comparison
	if given == password {
		return true
	}
	// ok: go-timing-comparison
	return given == ""
}

func named(signature, expectedSignature, token, lastToken string) bool {
	// ok: go-timing-comparison
	if token == lastToken {
		return true
	}
	// ok: go-timing-comparison
	if signature == "" {
		return false
	}
	// ruleid: go-timing-comparison
	return signature == expectedSignature
}
